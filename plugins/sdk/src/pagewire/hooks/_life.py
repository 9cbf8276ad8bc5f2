"""The life of a plugin."""

from typing import Any

from pagewire.context import Context
from pagewire.hooks._markers import hookspec
from pagewire.people import DeletedPerson


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
