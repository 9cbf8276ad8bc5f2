"""The echoes of what was sent, found in the journal by message id."""

from pagewire.wire import ids_of_message
from pagewire_gateway.admin.timeline import Echo
from pagewire_gateway.journal.port import EventFilter, EventView, JournalFront, Outbound


async def echoes_of(journal: JournalFront, view: EventView) -> dict[str, Echo]:
    """Of the replies of an event, by message id; a reply whose echo did not come is left out."""
    found = {}
    for row in view.outbox:
        echo = await _echo(journal, row) if row.mid else None
        if echo is not None:
            found[row.mid] = Echo(echo.stored.id, echo.stored.received)
    return found


async def _echo(journal: JournalFront, row: Outbound) -> EventView | None:
    for id_ in ids_of_message(row.conversation.object, row.conversation.account, row.mid):
        if found := await journal.events(EventFilter(id=id_, kind="message_echo", limit=1)):
            return found[0]
    return None
