"""A lease whose holder was killed is free at once; one whose holder merely stalls is not."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.contracts.journal_world import lease

HOUR = 3_600_000
HOLDER = """
import asyncio, sys
from pathlib import Path
from pagewire_gateway.journal.sqlite import SqliteJournal

async def main(path, ttl):
    journal = SqliteJournal(path, clock=lambda: 1_000)
    await journal.start()
    print(await journal.claim("dispatch", "them", int(ttl)), flush=True)
    await asyncio.sleep(600)

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


@asynccontextmanager
async def holder(path: Path, ttl: int = HOUR) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """Another process that has the lease, and its fence."""
    command = [sys.executable, "-c", HOLDER, str(path), str(ttl)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        yield process, int(await process.stdout.readline())
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_the_lease_of_a_killed_process_is_free_at_once(open_journal, path, clock):
    clock.now = 1_000
    journal = await open_journal()
    async with holder(path) as (process, fence):
        assert await journal.claim("dispatch", "us", HOUR) is None
        process.send_signal(signal.SIGKILL)
        await process.wait()
        assert await journal.claim("dispatch", "us", HOUR) == fence + 1


async def test_the_lease_of_a_stalled_process_runs_out_and_it_does_not_get_it_back(open_journal, path, clock):
    clock.now = 1_000
    journal, third = await open_journal(), await open_journal()
    async with holder(path, 500) as (process, fence):
        process.send_signal(signal.SIGSTOP)
        assert await journal.claim("dispatch", "us", HOUR) is None
        clock.now += 501
        # The stalled process has the lock still, so ours shows nothing; nobody may take us for dead because of that.
        assert await journal.claim("dispatch", "us", HOUR) == fence + 1
        process.send_signal(signal.SIGKILL)
        await process.wait()
        assert await third.claim("dispatch", "third", HOUR) is None
        assert await lease(journal, "us", HOUR) == fence + 1


async def test_a_lease_given_back_leaves_nobody_to_be_taken_for_dead(open_journal):
    first, second = await open_journal(), await open_journal()
    fence = await lease(first, "us", HOUR)
    await first.release("dispatch", "us")
    assert await second.claim("dispatch", "them", HOUR) == fence + 1
    assert await first.claim("dispatch", "us", HOUR) is None
