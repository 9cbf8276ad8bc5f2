"""Who gets the lock of a folder takes over from the dead process that had it, and from nobody else."""

import asyncio
import fcntl
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pagewire_gateway.journal.jetstream import Deployment, JetStreamJournal
from pagewire_gateway.journal.port import JournalError, LeaseLost
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.workers.lock import FolderLock
from tests.contracts.journal_world import LANE, append_many, mark, reply
from tests.pagewire_gateway.journal_jetstream.world import Town
from tests.pagewire_gateway.workers.victim import HOUR


@pytest.fixture
async def town(nats_url: str, nats_prefix: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A deployment whose clock is that of other processes."""
    town = Town(nats_url, nats_prefix, tmp_path)
    town.clock.now = time.time_ns() // 1_000_000
    yield town
    await town.raze()


@pytest.fixture
async def tenant(town: Town) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """A process with the folder ``home`` and a lease for an hour, and its fence."""
    command = ["-m", "tests.pagewire_gateway.workers.victim", town._url, town.prefix, str(town.folder / "home")]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    yield process, int(await process.stdout.readline())
    if process.returncode is None:
        process.kill()
    await process.wait()


@asynccontextmanager
async def moved_in(town: Town, lock: FolderLock, folder: str) -> AsyncIterator[JetStreamJournal]:
    """The journal as a process in a folder has it, with what its lock tells of the dead."""
    link = Nats(town._url, town.prefix)
    await link.start()
    deployment = Deployment(link, town.layout, town.clock, lock.dead)
    await deployment.start()
    journal = deployment.journal(0, town.folder / folder)
    await journal.start()
    try:
        yield journal
    finally:
        await journal.aclose()
        await link.aclose()
        lock.release()


async def test_the_lease_of_a_killed_process_is_taken_over_at_once_and_what_comes_late_of_it_is_refused(town, tenant):
    process, fence = tenant
    process.kill()
    await process.wait()
    lock = FolderLock(town.folder / "home")
    lock.acquire()
    async with moved_in(town, lock, "home") as journal, town.journal("elsewhere") as late:
        assert await journal.claim("dispatch", f"{lock.process}-lane", HOUR) == fence + 1
        await journal.open_lanes([LANE])
        await append_many(journal, 1)
        (pending,) = await journal.pending(LANE, 0, 10)
        with pytest.raises(LeaseLost):
            await late.settle([mark(pending.stored.seq, "done", reply("late"))], fence)
        assert await journal.settle([mark(pending.stored.seq, "done", reply("ours"))], fence + 1)
        assert [row.id for row in await journal.outbox()] == ["ours"]


def test_the_next_process_has_the_same_name_but_leases_of_its_own(tmp_path):
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    first.acquire()
    first.release()
    second.acquire()
    assert first.name == second.name
    assert second.dead(f"{first.process}-lane")
    assert not second.dead(f"{second.process}-lane")
    assert not second.dead("machine-1234-lane")
    second.release()


def test_of_two_that_both_got_the_lock_the_older_gives_way(tmp_path, monkeypatch):
    # As on a volume that two machines have mounted, whose file system keeps locks to each machine.
    monkeypatch.setattr(fcntl, "flock", lambda _handle, _how: None)
    older, newer = FolderLock(tmp_path), FolderLock(tmp_path)
    older.acquire()
    newer.acquire()
    assert newer.dead(f"{older.process}-lane")
    assert not older.dead(f"{newer.process}-lane")
    older.release()
    newer.release()


async def test_a_stalled_process_is_not_robbed(town, tenant):
    process, _ = tenant
    process.send_signal(signal.SIGSTOP)
    lock = FolderLock(town.folder / "home")
    with pytest.raises(JournalError, match="another process uses"):
        lock.acquire()
    async with moved_in(town, lock, "beside") as journal:
        assert await journal.claim("dispatch", f"{lock.process}-lane", HOUR) is None


@pytest.mark.parametrize("copied", [False, True])
async def test_a_live_process_of_another_folder_is_not_robbed(town, tenant, copied: bool):
    if copied:
        shutil.copytree(town.folder / "home", town.folder / "other")
    lock = FolderLock(town.folder / "other")
    lock.acquire()
    async with moved_in(town, lock, "other") as journal:
        assert await journal.claim("dispatch", f"{lock.process}-lane", HOUR) is None


def test_what_was_half_written_gives_a_new_name(tmp_path):
    (tmp_path / "process.lock").write_text('{"name": "half')
    lock, after = FolderLock(tmp_path), FolderLock(tmp_path)
    lock.acquire()
    lock.release()
    after.acquire()
    assert lock.name == after.name
    after.release()
