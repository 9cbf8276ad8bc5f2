"""What is asked about events that a server forgot meanwhile changes nothing, also as long as nobody noticed that it did."""

import asyncio
import shutil

import msgspec
import pytest

from pagewire_gateway.journal.jetstream import JetStreamJournal
from pagewire_gateway.journal.jetstream.following import Follower
from pagewire_gateway.journal.port import LeaseLost
from tests.contracts.journal_world import LANE, append, lease, mark, reply, said
from tests.nats.servers import NatsCluster, Server
from tests.pagewire_gateway.journal_jetstream.test_faults import _appended
from tests.pagewire_gateway.journal_jetstream.world import SMALL, Town

_STREAM = "forgets-journal-0"


def _keep(server: Server) -> None:
    """Put aside what the server has of the stream now."""
    server.stop()
    shutil.copytree(server.store / "jetstream" / "$G" / "streams" / _STREAM, server.store / "before")
    server.start()
    server.wait()


def _forget(server: Server) -> None:
    """Lose what came since."""
    stream = server.store / "jetstream" / "$G" / "streams" / _STREAM
    server.kill()
    shutil.rmtree(stream)
    shutil.copytree(server.store / "before", stream)
    server.start()
    server.wait()


async def _unaware(_follower: Follower) -> None:
    """Look at the stream later than it was lost."""
    await asyncio.sleep(0.05)


async def _waiting(journal: JetStreamJournal) -> list[str]:
    return [one.stored.item.key.rpartition(":")[2] for one in await journal.pending(LANE, 0, 10)]


@pytest.mark.slow(15)
async def test_places_of_events_that_are_lost_are_not_taken_for_those_of_others(
    nats_cluster: NatsCluster, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    async with Town(nats_cluster.url, "forgets", tmp_path).deployment():
        server = await asyncio.to_thread(nats_cluster.leader_of, _STREAM)
    near = next(one for one in nats_cluster.servers if one is not server)
    town = Town(near.url, "forgets", tmp_path, msgspec.structs.replace(SMALL, patience=60.0))
    async with town.journal("ours") as ours, town.ingest() as ingest:
        await ours.open_lanes([LANE])
        fence = await lease(ours)
        await append(ours, said("a"))
        await asyncio.to_thread(_keep, server)
        await _appended(ours, ["lost"])
        place = (await ours.pending(LANE, 0, 10))[-1].stored.seq
        monkeypatch.setattr(Follower, "_again", _unaware)
        await asyncio.to_thread(_forget, server)
        await _appended(ingest, ["b"])
        end = (await ours._state()).last
        asked = [ours.low_water({LANE: place}), ours.settle([mark(place, "done", reply("r-1"))], fence)]
        outcomes = asyncio.gather(*asked, return_exceptions=True)
        while (await ours._state()).last == end:
            await asyncio.sleep(0.05)
        async with town.journal("theirs") as theirs:
            assert await _waiting(theirs) == ["a", "b"]
            assert await theirs.outbox() == []
        monkeypatch.undo()
        assert [type(one) for one in await outcomes] == [LeaseLost, LeaseLost]
        assert await _waiting(ours) == ["a", "b"]
