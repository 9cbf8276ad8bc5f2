"""Whoever follows the stream comes to the same, from its beginning, from a snapshot, or after it was purged."""

from pathlib import Path

from pagewire.events import Conversation
from pagewire_gateway.journal.jetstream import JetStreamJournal
from pagewire_gateway.journal.port import OutboxMark, Retention
from tests.contracts.journal_world import (
    BOB,
    LANE,
    OTHER,
    PAGE,
    START,
    append,
    append_many,
    echo,
    lease,
    mark,
    opted,
    reply,
    said,
    sent,
)
from tests.nats.copies import load, save
from tests.nats.servers import Server
from tests.pagewire_gateway.journal_jetstream.world import Town, contents


async def live(journal: JetStreamJournal) -> None:
    """A bit of everything that can be done to a journal."""
    await journal.open_lanes([LANE, OTHER])
    fence = await lease(journal)
    first = (await append(journal, said("a"), echo("b"), opted("t-1"), said("a"))).new
    await append(journal, said("a"))
    places = await append_many(journal, 40, person=BOB)
    marks = [mark(place, "done", reply(f"r-{place}")) for place in places[:20]]
    await journal.settle([*marks, mark(places[20], "parked", error="no"), mark(places[21], "retry", due=START)], fence)
    await journal.record([sent(f"r-{place}", f"m-{place}", owes=True) for place in places[:10]], fence)
    await journal.record([OutboxMark(id=f"r-{places[10]}", state="parked", error="no")], fence)
    await journal.told([f"r-{places[0]}"])
    await journal.low_water({LANE: places[15], OTHER: places[30]})
    await journal.replay([first[0].id], OTHER, True)
    await journal.replay_outbound([f"r-{places[10]}"])
    await journal.settle([mark(99_999, "done", reply("nowhere"))], fence - 1 or fence) if fence > 1 else None
    await journal.forget(Conversation("page", PAGE, BOB), places[5], "d-1")
    await journal.prune(Retention(max_age_ms=0, dedupe_ms=10**9), START + 1_000_000)
    await append(journal, said("z", at=START + 7))


async def test_a_file_made_anew_from_the_stream_is_the_same(town: Town):
    async with town.journal("ours") as ours:
        await live(ours)
        async with town.journal("theirs") as theirs:
            assert await contents(theirs) == await contents(ours)


async def test_a_file_that_followed_all_the_time_is_the_same(town: Town):
    async with town.journal("ours") as ours, town.journal("theirs") as theirs:
        await live(ours)
        assert await contents(theirs) == await contents(ours)


async def test_an_empty_disk_begins_with_a_snapshot_when_the_stream_was_purged(town: Town):
    async with town.journal("ours") as ours:
        await live(ours)
        await ours.snapshot()
        await append(ours, said("later"))
        await ours.snapshot()
        await append(ours, said("last"))
        assert (await ours._replica.state()).first > 1, "the stream was purged up to the older snapshot"
        async with town.journal("theirs") as theirs:
            assert await contents(theirs) == await contents(ours)


async def test_a_file_the_stream_was_purged_beyond_is_replaced(town: Town):
    async with town.journal("late"):
        pass
    async with town.journal("ours") as ours:
        await live(ours)
        await ours.snapshot(keep=1)
        async with town.journal("late") as late:
            assert await contents(late) == await contents(ours)
            assert len((await append(late, said("new"))).new) == 1


async def test_who_is_overtaken_by_a_purge_while_following_goes_on(town: Town):
    async with town.journal("late") as late, town.journal("ours") as ours:
        replica = late._replica
        await replica._follower.aclose()
        await live(ours)
        await ours.snapshot(keep=1)
        await append(ours, said("after"))
        replica._follower._task = None
        await replica._follower.start(replica.reached.place)
        state = await ours._replica.state()
        await replica.reached.wait(state.last)
        assert await contents(late) == await contents(ours)
        assert len((await append(late, said("new"))).new) == 1


async def test_a_file_of_another_stream_is_made_anew(town: Town):
    async with town.journal("ours") as ours:
        await live(ours)
    await town.raze()
    async with town.journal("ours") as ours:
        assert (await ours.stats()).events == 0
        assert [event.seq for event in (await append(ours, said("a"))).new] == [1]


async def test_a_purged_stream_that_the_server_restored_goes_on_with_its_snapshot(
    lonely: Town, own_nats: Server, tmp_path: Path
):
    async with lonely.journal("ours") as ours:
        await live(ours)
        await ours.snapshot(keep=1)
        await append(ours, said("after"))
        known = await contents(ours)
    await save(own_nats.url, tmp_path / "backup")
    await lonely.raze()
    await load(own_nats.url, tmp_path / "backup")
    for disk in ("ours", "empty"):
        async with lonely.journal(disk) as journal:
            assert await contents(journal) == known
    async with lonely.journal("ours") as ours:
        assert len((await append(ours, said("after"), said("new"))).new) == 1
