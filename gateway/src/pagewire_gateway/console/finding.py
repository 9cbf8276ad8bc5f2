"""What an id that somebody typed or pasted names."""

from collections.abc import AsyncIterator
from itertools import islice
from typing import Final

from pagewire.wire import ids_of_message
from pagewire_gateway.admin.gateway import GatewayView
from pagewire_gateway.journal.port import EventFilter

_ACCOUNTS: Final = 300
"""Accounts among whose messages one is looked for."""


async def path_of(gateway: GatewayView, asked: str) -> str | None:
    """The page of what has this id: an event, a message, a conversation, an account or a person; ``None`` if nothing has."""
    async for path in _paths(gateway, asked[:500]):
        return path
    return None


async def _paths(gateway: GatewayView, asked: str) -> AsyncIterator[str]:
    for view in await gateway.journal.events(EventFilter(id=asked, limit=1)):
        yield f"/console/events/{view.stored.id}"
    if asked.count("/") == 2:
        object_, account, person = asked.split("/")
        talk = EventFilter(object=object_, account=account, person=person, limit=1)
        for view in await gateway.journal.events(talk):
            yield f"/console/conversations/{view.stored.id}"
    if any(one.id == asked for one in gateway.registry.accounts()):
        yield f"/console/events?account={asked}"
    if asked.isdigit():
        for view in await gateway.journal.events(EventFilter(person=asked, limit=1)):
            yield f"/console/conversations/{view.stored.id}"
    for event in await _message(gateway, asked):
        yield f"/console/events/{event}"


async def _message(gateway: GatewayView, mid: str) -> set[str]:
    accounts = islice(gateway.registry.accounts(), _ACCOUNTS)
    return await gateway.journal.known([id_ for one in accounts for id_ in ids_of_message(one.object, one.id, mid)])
