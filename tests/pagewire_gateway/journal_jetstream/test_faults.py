"""NATS goes away, comes back, fills up, or is taken over: nothing acknowledged is lost, nothing is stored twice."""

import asyncio
import contextlib
import os
import shutil

import msgspec
import pytest

from pagewire_gateway.dispatch.dispatcher import Leader
from pagewire_gateway.journal.jetstream import Layout
from pagewire_gateway.journal.port import EventFilter, JournalError, JournalFull, JournalUnavailable, LeaseLost
from tests.contracts.journal_world import LANE, append, append_many, ids_of, items, lease, mark, reply, said
from tests.nats.servers import NatsCluster, Server, running_server
from tests.pagewire_gateway.journal_jetstream.world import SMALL, Town


async def _appended(journal, mids: list[str]) -> None:
    """Append each, as Meta does: again until it is acknowledged."""
    for mid in mids:
        while True:
            with contextlib.suppress(JournalUnavailable):
                await append(journal, said(mid))
                break


async def _mids(journal) -> list[str]:
    views = await journal.events(EventFilter(limit=10_000))
    return [view.stored.item.key.rpartition(":")[2] for view in views]


async def test_a_server_that_is_killed_in_the_middle_loses_nothing(lonely: Town, own_nats: Server):
    mids = [[f"{lane}-{number}" for number in range(60)] for lane in range(4)]
    async with lonely.journal("ours") as journal:
        sending = [asyncio.ensure_future(_appended(journal, some)) for some in mids]
        for _ in range(2):
            while (await asyncio.wait(sending, timeout=0.05))[1] and len(await _soon(journal)) < 40:
                pass
            await asyncio.to_thread(own_nats.restart)
        await asyncio.gather(*sending)
        found = await _mids(journal)
        assert sorted(found) == sorted(mid for some in mids for mid in some)
        for some in mids:
            assert [mid for mid in found if mid in some] == some


async def _soon(journal) -> list[str]:
    try:
        return await _mids(journal)
    except JournalUnavailable:
        return []


async def test_a_server_that_is_away_is_told_and_found_again(lonely: Town, own_nats: Server):
    lonely.layout = msgspec.structs.replace(SMALL, patience=0.5)
    async with lonely.journal("ours") as journal:
        await append(journal, said("a"))
        await asyncio.to_thread(own_nats.kill)
        with pytest.raises(JournalUnavailable):
            await append(journal, said("b"))
        with pytest.raises(JournalUnavailable):
            await journal.stats()
        own_nats.start()
        await asyncio.to_thread(own_nats.wait)
        await _appended(journal, ["b"])
        assert await _mids(journal) == ["a", "b"]


async def test_a_settle_that_was_given_up_and_stored_all_the_same_gives_its_rows_to_the_next_try(
    lonely: Town, own_nats: Server
):
    lonely.layout = msgspec.structs.replace(SMALL, patience=0.5)
    async with lonely.journal("ours") as journal:
        await journal.open_lanes([LANE])
        place = (await append_many(journal, 1))[0]
        fence = await lease(journal)
        settled = [mark(place, "done", reply("r-1"))]
        own_nats.freeze()
        with pytest.raises(JournalUnavailable):
            await journal.settle(settled, fence)
        own_nats.thaw()
        rows = None
        while rows is None:
            with contextlib.suppress(JournalUnavailable):
                rows = await journal.settle(settled, fence)
        assert ids_of(rows) == ["r-1"]
        assert ids_of(await journal.outbox()) == ["r-1"]


async def test_a_full_stream_refuses_and_a_snapshot_makes_room(town: Town):
    town.layout = Layout(partitions=1, max_bytes=1 << 20)
    async with town.journal("ours") as journal:
        with pytest.raises(JournalFull):
            for number in range(1000):
                await append(journal, said(f"m-{number}", text=os.urandom(4000).hex()))
        assert (await journal.stats()).free_bytes < 64 << 10
        await journal.snapshot(keep=1)
        assert len((await append(journal, said("again"))).new) == 1


async def test_a_server_without_room_for_the_streams_says_so(tmp_path):
    with running_server(jetstream={"max_file_store": 32 << 20}) as server, pytest.raises(JournalFull, match="no room"):
        async with Town(server.url, "large", tmp_path).deployment():
            pass


async def test_an_event_larger_than_the_server_takes_is_refused_with_what_to_do(town: Town):
    async with town.journal("ours") as journal:
        with pytest.raises(JournalFull, match="max_payload"):
            await append(journal, said("large", text=os.urandom(1 << 20).hex()))
        assert len((await append(journal, said("large", text="x" * (1 << 21)))).new) == 1, "what can be compressed fits"


async def test_another_number_of_partitions_is_refused(town: Town):
    async with town.journal("ours"):
        town.layout = msgspec.structs.replace(SMALL, partitions=2)
        with pytest.raises(JournalError, match="1 partitions"):
            async with town.deployment():
                pass


async def test_two_that_append_the_same_body_at_once_store_it_once(town: Town):
    bodies = [items(said(f"{number}-1"), said(f"{number}-2")) for number in range(50)]
    async with town.journal("ours") as journal, town.ingest() as one, town.ingest() as other:
        both = [ingest.append(body, 1, "support/acme") for body in bodies for ingest in (one, other)]
        await asyncio.gather(*both)
        assert await _mids(journal) == [f"{number}-{part}" for number in range(50) for part in (1, 2)]


async def test_three_servers_go_on_without_the_leader(nats_cluster: NatsCluster, tmp_path):
    town = Town(nats_cluster.url, "three", tmp_path, replicas=3)
    mids = [f"m-{number}" for number in range(120)]
    async with town.journal("ours") as journal:
        sending = asyncio.ensure_future(_appended(journal, mids))
        while len(await _soon(journal)) < 30:
            await asyncio.sleep(0.01)
        lost = await asyncio.to_thread(nats_cluster.leader_of, "three-journal-0")
        await asyncio.to_thread(lost.kill)
        await sending
        assert await _mids(journal) == mids
        lost.start()
        await asyncio.to_thread(lost.wait)


async def test_each_event_waits_for_the_disk_where_the_server_is_told_so(tmp_path):
    with running_server(jetstream={"sync_interval": "always"}) as server:
        async with Town(server.url, "synced", tmp_path).journal("ours") as journal:
            assert len(await append_many(journal, 50)) == 50


@pytest.mark.parametrize("running", [True, False], ids=["while it follows", "while it is closed"])
async def test_a_server_that_forgot_what_it_had_acknowledged_is_believed_and_told_on(
    lonely: Town, own_nats: Server, caplog: pytest.LogCaptureFixture, running: bool
):
    async with lonely.journal("ours") as journal:
        await append(journal, said("a"))
        stream = own_nats.store / "jetstream"
        own_nats.stop()
        shutil.copytree(stream, own_nats.store / "before")
        own_nats.start()
        await asyncio.to_thread(own_nats.wait)
        await _appended(journal, ["lost"])
        if running:
            await _forget_since(own_nats)
            await _appended(journal, ["b"])
            while "put aside" not in caplog.text:
                await asyncio.sleep(0.05)
    if not running:
        await _forget_since(own_nats)
        async with lonely.journal("others") as others:
            await append(others, said("b"))
    async with lonely.journal("ours") as journal:
        assert await _mids(journal) == ["a", "b"]
        assert "put aside" in caplog.text
        assert list((lonely.folder / "ours").glob("*.lost")), "what only the file had is not thrown away"
        assert await journal.scrub()
        assert not list((lonely.folder / "ours").glob("*.lost*")), "but it holds no words of the forgotten"


async def _leased(journal) -> int:
    """The fence, as soon as there is one; while a file is replaced claims fail."""
    while True:
        with contextlib.suppress(JournalUnavailable):
            return await lease(journal)


async def _forget_since(server: Server) -> None:
    """The disk is as it was, as after a power loss before anything was synced."""
    server.kill()
    shutil.rmtree(server.store / "jetstream")
    shutil.copytree(server.store / "before", server.store / "jetstream")
    server.start()
    await asyncio.to_thread(server.wait)


async def test_whoever_works_begins_anew_once_the_server_forgot_what_lanes_had_before_them(
    lonely: Town, own_nats: Server, caplog: pytest.LogCaptureFixture
):
    async with lonely.journal("ours") as journal:
        await journal.open_lanes([LANE])
        leader = Leader(journal, 1.0)
        fence = await leader.acquire()
        own_nats.stop()
        shutil.copytree(own_nats.store / "jetstream", own_nats.store / "before")
        own_nats.start()
        await asyncio.to_thread(own_nats.wait)
        await _appended(journal, ["lost"])
        (before,) = await journal.pending(LANE, 0, 10)
        await _forget_since(own_nats)
        await _appended(journal, ["b"])
        while "put aside" not in caplog.text:
            await asyncio.sleep(0.05)
        with pytest.raises(LeaseLost):
            await journal.settle([mark(before.stored.seq)], fence)
        async with asyncio.timeout(60):
            await leader.keep(fence)
        again = await leader.acquire()
        assert again > fence
        (now,) = await journal.pending(LANE, 0, 10)
        assert now.stored.seq == before.stored.seq, "another event has the place"
        assert now.stored.item.key.endswith("b")
        await journal.settle([mark(now.stored.seq)], again)
        assert await journal.pending(LANE, 0, 10) == []


async def test_nothing_is_settled_before_it_is_known_what_a_server_that_was_away_still_has(
    lonely: Town, own_nats: Server
):
    async with lonely.journal("ours") as journal:
        await journal.open_lanes([LANE])
        fence = await lease(journal)
        own_nats.stop()
        shutil.copytree(own_nats.store / "jetstream", own_nats.store / "before")
        own_nats.start()
        await asyncio.to_thread(own_nats.wait)
        await _appended(journal, ["lost"])
        (before,) = await journal.pending(LANE, 0, 10)
        own_nats.kill()
        early = asyncio.ensure_future(journal.settle([mark(before.stored.seq)], fence))
        await _forget_since(own_nats)
        async with lonely.ingest() as ingest:
            await append(ingest, said("b"))
        with pytest.raises(JournalError):
            await early
        with pytest.raises(JournalError):
            await journal.settle([mark(before.stored.seq)], fence)
        again = await _leased(journal)
        (now,) = await journal.pending(LANE, 0, 10)
        assert (now.stored.seq, now.stored.item.key[-1]) == (before.stored.seq, "b")
        assert again > fence


@pytest.mark.parametrize("since", [1, 9], ids=["ahead of the stream", "behind its end"])
async def test_a_snapshot_of_what_the_server_forgot_is_not_begun_with(lonely: Town, own_nats: Server, since: int):
    lonely.layout = msgspec.structs.replace(SMALL, patience=5.0)
    async with lonely.journal("ours") as journal:
        await _appended(journal, ["a"])
        stream = own_nats.store / "jetstream" / "$G" / "streams" / "lonely-journal-0"
        own_nats.stop()
        shutil.copytree(stream, own_nats.store / "before")
        own_nats.start()
        await asyncio.to_thread(own_nats.wait)
        await _appended(journal, ["lost-1", "lost-2", "lost-3"])
        await journal.snapshot()
    own_nats.kill()
    shutil.rmtree(stream)
    shutil.copytree(own_nats.store / "before", stream)
    own_nats.start()
    await asyncio.to_thread(own_nats.wait)
    later = [f"later-{number}" for number in range(since)]
    async with lonely.ingest() as ingest:
        await _appended(ingest, later)
    async with lonely.journal("fresh") as journal:
        await _appended(journal, ["last"])
        assert await _mids(journal) == ["a", *later, "last"]
        await journal.snapshot(keep=1)
        assert [one.place for one in await journal._replica.snapshots.known()] == [since + 2]
