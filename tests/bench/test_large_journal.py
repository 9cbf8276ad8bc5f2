"""The journal that the benches build is one that the gateway reads."""

from bench.journal import LANES, build
from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.journal.sqlite import SqliteJournal

EVENTS = 200


async def test_it_opens_with_every_event_lane_and_conversation(tmp_path):
    path = tmp_path / "journal.db"
    build(path, EVENTS, people=7)
    journal = SqliteJournal(path)
    await journal.start()
    try:
        stats = await journal.stats()
        (newest,) = await journal.events(EventFilter(limit=1))
    finally:
        await journal.aclose()
    assert stats.events == EVENTS
    assert {(lane.plugin, lane.pending) for lane in stats.lanes} == {(name, EVENTS // 10) for name in LANES}
    assert newest.stored.item.kind == "message"
