"""A journal of SQLite in which a bit of everything happened, to be moved."""

from pathlib import Path

from pagewire.events import Conversation
from pagewire_gateway.journal.port import OutboxMark
from pagewire_gateway.journal.sqlite import SqliteJournal
from tests.contracts.journal_world import LANE, OTHER, PAGE, START, append, echo, lease, mark, opted, reply, said, sent

PEOPLE = [f"2400000000000{number:04d}" for number in range(12)]


def quiet(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


async def lived(path: Path) -> None:
    """Make it."""
    journal = SqliteJournal(path)
    await journal.start()
    await append(journal, said("before"))
    await journal.open_lanes([LANE, OTHER])
    fence = await lease(journal)
    places = []
    for turn in range(5):
        for who in PEOPLE:
            done = await append(journal, said(f"{who}-{turn}", person=who, at=START + turn), received=START + turn)
            places += [event.seq for event in done.new]
    await append(journal, echo("e"), opted("t-1"), {"timestamp": START, "something": "new"})
    await journal.settle([mark(place, "done", reply(f"r-{place}")) for place in places[:30]], fence)
    await journal.settle([mark(place) for place in places[30:40]], fence)
    await journal.settle([mark(places[41], "retry", due=START), mark(places[42], "parked", error="no")], fence)
    await journal.record([sent(f"r-{place}", f"m-{place}") for place in places[:20]], fence)
    await journal.record([OutboxMark(id=f"r-{places[20]}", state="parked", error="no")], fence)
    await journal.low_water({LANE: places[35], OTHER: places[10]})
    await journal.forget(Conversation("page", PAGE, PEOPLE[3]), places[20], "d-1")
    await journal.release("dispatch", "us")
    await journal.aclose()
