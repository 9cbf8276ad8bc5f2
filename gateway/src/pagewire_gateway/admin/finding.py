"""Looking events up in the journal."""

from collections.abc import AsyncIterator, Sequence

import msgspec

from pagewire_gateway.admin.errors import AdminError, not_found
from pagewire_gateway.admin.gateway import GatewayView
from pagewire_gateway.admin.queries import PAGE
from pagewire_gateway.journal.port import EventFilter, EventView, JournalFront
from pagewire_gateway.registry.port import Account


async def one_event(journal: JournalFront, event_id: str) -> EventView:
    """The event with that id.

    Raises:
        AdminError: there is none.
    """
    found = await journal.events(EventFilter(id=event_id, limit=1))
    if not found:
        raise not_found(
            f"No event has the id {event_id}.", "`pagewire events` lists ids; retention may have removed it."
        )
    return found[0]


async def present(journal: JournalFront, ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Ids that the journal has, and ids that it has not, both in the order asked."""
    there: list[str] = []
    missing: list[str] = []
    for event_id in dict.fromkeys(ids):
        found = await journal.events(EventFilter(id=event_id, limit=1))
        (there if found else missing).append(event_id)
    return there, missing


async def newer(journal: JournalFront, after: int) -> AsyncIterator[EventView]:
    """Every event after a place, oldest first."""
    pages: list[list[EventView]] = []
    asked = EventFilter(after=after, limit=PAGE)
    while page := await journal.events(asked):
        pages.append(page)
        if len(page) < PAGE:
            break
        asked = msgspec.structs.replace(asked, before=page[0].stored.seq)
    for page in reversed(pages):
        for view in page:
            yield view


def one_account(gateway: GatewayView, object_: str, account: str) -> Account:
    """The account that a resource describes.

    Raises:
        AdminError: none does.
    """
    found = gateway.registry.account(object_, account)
    if found is None:
        raise not_found(
            f"No resource describes the {object_} {account}.", "GET /api/v1/accounts lists those there are."
        )
    return found


def check_plugin(gateway: GatewayView, name: str | None) -> None:
    """Refuse the name of a plugin that is not at work.

    Raises:
        AdminError: there is no such lane.
    """
    if name is not None and name not in gateway.plugins:
        known = ", ".join(sorted(gateway.plugins)) or "none"
        raise AdminError(404, "unknown_plugin", f"No plugin {name} is at work.", f"At work are: {known}.")
