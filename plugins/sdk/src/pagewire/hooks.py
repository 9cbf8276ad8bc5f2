"""Every hook a plugin can implement: one typed async function each.

A plugin is a module, or an object or class without constructor arguments, found through the entry point group ``pagewire``. It
implements hooks with `hookimpl`, takes only the arguments it needs, and may define ``Config``, a msgspec struct that its part
of the resource is checked against. A plain ``def`` works too and runs in a thread.

For each event the gateway calls ``event_received`` and then the hook its kind names, plugin by plugin, each in its own lane. What
the hooks return is sent; what they raise concerns this plugin alone (see `pagewire.errors`).
"""

from typing import Any

import pluggy

from pagewire.context import Context
from pagewire.events import Event, Message, Postback, Referral
from pagewire.people import DeletedPerson
from pagewire.replies import Replies

API_VERSION = 1
"""Version of the contract between gateway and plugins; a plugin may state the one it was written for as ``api_version``."""

ENTRY_POINT_GROUP = "pagewire"

hookspec = pluggy.HookspecMarker("pagewire")
hookimpl = pluggy.HookimplMarker("pagewire")


@hookspec
async def event_received(event: Event, context: Context[Any]) -> Replies:
    """Any event arrived, whatever its kind, on either channel; on ``standby`` this is the only hook called."""


@hookspec
async def message_received(event: Message, context: Context[Any]) -> Replies:
    """A person wrote to the business, and this app is the one to answer."""


@hookspec
async def postback_received(event: Postback, context: Context[Any]) -> Replies:
    """A person tapped a button, a menu entry, Get Started or an ice breaker."""


@hookspec
async def referral_received(event: Referral, context: Context[Any]) -> Replies:
    """A person came back to an existing conversation through a link or an ad."""


@hookspec
async def person_deleted(person: DeletedPerson, context: Context[Any]) -> str | None:
    """A person's data has to go; the journal has forgotten them already. Forget them here, and have others forget them.

    Called for every account on which the plugin is enabled and the person was known, until it returns: what it raises is
    tried again with growing pauses, and parked in the sight of people. Calls may be repeated, with the same
    `context.idempotency_key`. What it returns, a word or an id of at most 200 characters without personal data, is kept in
    the proof of the deletion.
    """


@hookspec
async def plugin_stopped() -> None:
    """The gateway stops and no event will come any more; flush and close."""


EVENT_HOOKS = (
    "event_received",
    "message_received",
    "postback_received",
    "referral_received",
)
"""The hooks that are called with an event."""
