"""The life of a plugin.

``page_added`` and ``page_removed`` come from the process that hands events to plugins, once a change, plugin by plugin; what they
raise is logged and not repeated. Nothing waits for them: an event of an account may come before its ``page_added`` has returned.
What was removed while no gateway ran is not told.

``health`` is asked for every ``PAGEWIRE_HEALTH_EVERY`` seconds (30), in every process, and has ``PAGEWIRE_HEALTH_TIMEOUT``
seconds (5). What it says is shown by ``pagewire plugins``, the admin API and the metric ``pagewire_plugin_health``. Readiness
does not depend on it: a gateway whose plugin is ill still takes webhooks.
"""

from typing import Any

from pagewire.context import Context, HealthContext, PageContext
from pagewire.health import Health
from pagewire.hooks._markers import hookspec
from pagewire.logins import EndedLogin
from pagewire.people import DeletedPerson


@hookspec
async def page_added(context: PageContext[Any]) -> None:
    """The plugin serves an account from now on: at start, when it was enabled, or with a configuration that changed."""


@hookspec
async def page_removed(context: PageContext[Any]) -> None:
    """The plugin serves an account no longer: its resource is gone, or the plugin was taken out of it."""


@hookspec
async def health(context: HealthContext[Any]) -> Health:  # type: ignore[empty-body]
    """How are you: can the plugin do what it is for, as it sees it."""


@hookspec
async def person_deleted(person: DeletedPerson, context: Context[Any]) -> str | None:
    """A person's data has to go; the journal has forgotten them already. Forget them here, and have others forget them.

    Called for every account on which the plugin is enabled and the person was known, until it returns: what it raises is
    tried again with growing pauses, and parked in the sight of people. Calls may be repeated, with the same
    `context.idempotency_key`. What it returns, a word or an id of at most 200 characters without personal data, is kept in
    the proof of the deletion.
    """


@hookspec
async def login_ended(login: EndedLogin, context: Context[Any]) -> str | None:
    """The person who had logged in for an account took the app back: its token is of no use, and the account is closed already.

    Called for every account on which the plugin is enabled and that the login, or a token derived from it, spoke for. Events
    still come in as long as Meta sends them. Repeated, parked and kept like ``person_deleted``, with what it returns. The
    person's id in it is forgotten once every plugin has agreed: keep it no longer than you need.
    """


@hookspec
async def plugin_stopped() -> None:
    """The gateway stops and no event will come any more; flush and close."""
