"""Whoever dispatched is killed, or sleeps and wakes up late: another one takes over, and what comes late is refused."""

import asyncio
import signal
import sys
import time

import pytest

from pagewire_gateway.journal.port import LeaseLost
from tests.contracts.journal_world import LANE, append_many, ids_of, mark, waiting
from tests.pagewire_gateway.journal_jetstream.world import Town


@pytest.fixture
async def dispatching(town: Town):
    """The journal of a process that stands by, and a process that dispatches and has settled three events."""
    town.clock.now = time.time_ns() // 1_000_000
    async with town.journal("ours") as journal:
        await journal.open_lanes([LANE])
        await append_many(journal, 200)
        command = [
            "-m",
            "tests.pagewire_gateway.journal_jetstream.victim",
            town._url,
            town.prefix,
            str(town.folder / "v"),
        ]
        victim = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
        for _ in range(3):
            assert victim.stdout
            assert await victim.stdout.readline()
        yield journal, victim
        if victim.returncode is None:
            victim.kill()
        await victim.wait()


async def _take_over(town: Town, journal) -> int:
    """Claim until the lease has run out."""
    while True:
        town.clock.now = time.time_ns() // 1_000_000
        fence = await journal.claim("dispatch", "us", 60_000)
        if fence is not None:
            return fence
        await asyncio.sleep(0.05)


async def test_what_was_settled_before_a_kill_is_settled_and_the_rest_waits(town: Town, dispatching):
    journal, victim = dispatching
    victim.kill()
    told = (await victim.stdout.read()).split()
    fence = await _take_over(town, journal)
    left = await waiting(journal)
    rows = ids_of(await journal.outbox())
    assert {f"r-{int(place)}" for place in told} <= set(rows)
    assert len(rows) + len(left) == 200
    await journal.settle([mark(place) for place in left], fence)
    assert await waiting(journal) == []


async def test_who_wakes_up_late_is_refused(town: Town, dispatching):
    journal, victim = dispatching
    victim.send_signal(signal.SIGSTOP)
    fence = await _take_over(town, journal)
    before = ids_of(await journal.outbox())
    victim.send_signal(signal.SIGCONT)
    assert (await victim.stdout.read()).split()[-1] == b"lost"
    assert ids_of(await journal.outbox()) == before
    left = await waiting(journal)
    await journal.settle([mark(place) for place in left], fence)
    with pytest.raises(LeaseLost):
        await journal.settle([], fence - 1)
