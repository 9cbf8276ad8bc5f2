"""Streams that were restored from a backup say so, once: what waited in them may have gone out since."""

import asyncio
import time
from pathlib import Path

import pytest

from pagewire_gateway.journal.jetstream import JetStreamJournal
from pagewire_gateway.journal.port import JournalUnavailable, Restored
from tests.contracts.journal_world import LANE, append, lease, mark, reply, said
from tests.nats.copies import load, save
from tests.nats.servers import NatsCluster, Server
from tests.pagewire_gateway.journal_jetstream.world import Town

WAITED, DOUBTED = [("r-1", "queued", "")], [("r-1", "unknown", "restored")]


async def waiting(town: Town) -> None:
    """A reply waits to be sent, and an event to be handled."""
    async with town.journal("ours") as ours:
        await ours.open_lanes([LANE])
        fence = await lease(ours)
        first = (await append(ours, said("a"), said("b"))).new[0]
        await ours.settle([mark(first.seq, "done", reply("r-1"))], fence)


async def outbox(journal: JetStreamJournal) -> list[tuple[str, str, str]]:
    return [(row.id, row.state, row.code) for row in await journal.outbox()]


async def renew(town: Town, url: str, backup: Path) -> int:
    """Lose the streams and restore them; not before when that was, in milliseconds since 1970."""
    await save(url, backup)
    await town.raze()
    began = time.time_ns() // 1_000_000
    await load(url, backup)
    return began


async def agreed(town: Town) -> None:
    """Wait until the servers answer for all streams again."""
    async with asyncio.timeout(90):
        while True:
            try:
                async with town.deployment():
                    return
            except JournalUnavailable:
                await asyncio.sleep(0.2)


@pytest.mark.parametrize("disk", ["ours", "empty"])
async def test_who_takes_the_lease_puts_what_waited_in_doubt(lonely: Town, own_nats: Server, tmp_path: Path, disk: str):
    await waiting(lonely)
    began = await renew(lonely, own_nats.url, tmp_path / "backup")
    async with lonely.journal(disk) as journal:
        (later,) = (await append(journal, said("later"), received=began + 3_600_000)).new
        assert await outbox(journal) == WAITED, "nobody works on it yet"
        fence = await lease(journal)
        assert await outbox(journal) == DOUBTED
        assert (journal.restored.at >= began, journal.restored.seq) == (True, later.seq - 1)
        await journal.settle([mark(later.seq, "done", reply("r-2"))], fence)
        known = journal.restored
    async with lonely.journal(disk) as journal:
        assert journal.restored == known
        lonely.clock.now += 60_000
        await lease(journal, "them")
        assert journal.restored == known
        assert await outbox(journal) == [*DOUBTED, ("r-2", "queued", "")], "it is doubted once"


async def test_a_second_restore_is_noted_anew(lonely: Town, own_nats: Server, tmp_path: Path):
    await waiting(lonely)
    for number in (1, 2):
        began = await renew(lonely, own_nats.url, tmp_path / f"{number}")
        async with lonely.journal("ours") as journal:
            await lease(journal)
            assert journal.restored.at >= began
            assert await outbox(journal) == DOUBTED


async def test_a_server_that_was_killed_was_not_restored(lonely: Town, own_nats: Server):
    await waiting(lonely)
    own_nats.restart()
    async with lonely.journal("ours") as journal:
        await lease(journal)
        assert (journal.restored, await outbox(journal)) == (Restored(), WAITED)


@pytest.mark.slow(10)
async def test_three_servers_tell_a_restore_from_a_restart(nats_cluster: NatsCluster, tmp_path: Path):
    town = Town(nats_cluster.url, "three", tmp_path, replicas=3)
    await waiting(town)
    nats_cluster.leader_of("three-journal-0").restart()
    await agreed(town)
    async with town.journal("ours") as journal:
        await lease(journal)
        assert (journal.restored, await outbox(journal)) == (Restored(), WAITED)
    began = await renew(town, nats_cluster.url, tmp_path / "backup")
    await agreed(town)
    async with town.journal("ours") as journal:
        await lease(journal)
        assert journal.restored.at >= began
        assert await outbox(journal) == DOUBTED
