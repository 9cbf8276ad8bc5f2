"""From NATS to SQLite: every partition is followed to its end, and all become one file."""

import asyncio
from pathlib import Path
from typing import Final

from pagewire_gateway.journal.jetstream.deployment import Deployment
from pagewire_gateway.journal.moving.columns import Progress
from pagewire_gateway.journal.moving.digests import Digest, digest
from pagewire_gateway.journal.moving.leaving import compare
from pagewire_gateway.journal.moving.merging import merge
from pagewire_gateway.journal.moving.steps import Steps
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite.backup import backup

_HOLDER: Final = "journal copy"
_TTL: Final = 3_600_000


async def to_sqlite(deployment: Deployment, target: Path, folder: Path, progress: Progress) -> dict[str, Digest]:
    """Copy a deployment's journal into a new file, and prove it; returns count and hash of each kind of thing.

    May be called again after an interruption: partitions that were fetched and did not change are not fetched again.

    Args:
        deployment: is started; no gateway may work on it.
        target: the file, which must not exist.
        folder: for half-done work; removed at the end.
        progress: told how far it is.

    Raises:
        JournalError: somebody works on the source, the target exists, or what arrived is not what was sent.
    """
    if await asyncio.to_thread(target.exists):
        raise JournalError(f"{target} exists already; a copy never overwrites, name another file")
    claimed: list[int] = []
    try:
        for partition in range(deployment.partitions):
            if await deployment.claim(partition, "dispatch", _HOLDER, _TTL) is None:
                raise JournalError(
                    f"a worker works on partition {partition} of {deployment.name}; stop it, and copy then"
                )
            claimed.append(partition)
        return await _copy(deployment, target, folder, progress)
    finally:
        for partition in claimed:
            await deployment.release(partition, "dispatch", _HOLDER)


async def _copy(deployment: Deployment, target: Path, folder: Path, progress: Progress) -> dict[str, Digest]:
    loop = asyncio.get_running_loop()
    before = await deployment.ends()
    steps = Steps(folder, f"{deployment.name} {before}", str(target))
    parts = [steps.file(f"{partition}.db") for partition in range(deployment.partitions)]
    for partition, part in enumerate(parts):
        if not part.exists():
            await _follow(deployment, partition, steps, part)
        progress("partitions", partition + 1, len(parts))
    merged = steps.file("merged.db")
    if not merged.exists():
        await loop.run_in_executor(None, merge, parts, merged, progress)
    sent = await loop.run_in_executor(None, digest, parts)
    found = await loop.run_in_executor(None, digest, [merged])
    compare(sent, found)
    if await deployment.ends() != before:
        raise JournalError(
            f"{deployment.name} grew while it was copied; stop whatever appends to it, and copy it again"
        )
    await loop.run_in_executor(None, backup, merged, target)
    steps.remove()
    return found


async def _follow(deployment: Deployment, partition: int, steps: Steps, part: Path) -> None:
    """Have a file that is where the stream ends, with everything folded in."""
    following = steps.file("following")
    following.mkdir(mode=0o700, exist_ok=True)
    journal = deployment.journal(partition, following)
    await journal.start()
    try:
        await journal.copy(part)
    finally:
        await journal.aclose()
        for file in following.iterdir():
            file.unlink()
        following.rmdir()
