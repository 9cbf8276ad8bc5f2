"""From NATS to SQLite: every partition is followed to its end, and all become one file."""

import asyncio
import contextlib
import functools
from collections.abc import Sequence
from pathlib import Path

from pagewire_gateway.journal.jetstream.deployment import Deployment
from pagewire_gateway.journal.moving.claiming import HOLDER, Held, claimed
from pagewire_gateway.journal.moving.columns import Progress
from pagewire_gateway.journal.moving.digests import Digest, digest
from pagewire_gateway.journal.moving.leaving import compare
from pagewire_gateway.journal.moving.merging import merge
from pagewire_gateway.journal.moving.steps import Steps, is_published
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite.backup import backup


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
    if await asyncio.to_thread(target.exists) and not is_published(folder, target):
        raise JournalError(f"{target} exists already; a copy never overwrites, name another file")
    async with contextlib.AsyncExitStack() as stack:
        held = [await stack.enter_async_context(_claimed(deployment, one)) for one in range(deployment.partitions)]
        return await _copy(deployment, target, folder, progress, held)


def _claimed(deployment: Deployment, partition: int) -> contextlib.AbstractAsyncContextManager[Held]:
    return claimed(
        functools.partial(deployment.claim, partition, "dispatch", HOLDER),
        functools.partial(deployment.release, partition, "dispatch", HOLDER),
        f"a worker works on partition {partition} of {deployment.name}; stop it, and copy then",
    )


async def _copy(
    deployment: Deployment, target: Path, folder: Path, progress: Progress, held: Sequence[Held]
) -> dict[str, Digest]:
    loop = asyncio.get_running_loop()
    before = await deployment.ends()
    with Steps(folder, f"{deployment.name} {before}", str(target)) as steps:
        parts = await _fetched(deployment, steps, progress)
        merged = steps.file("merged.db")
        if not merged.exists():
            await loop.run_in_executor(None, merge, parts, merged, progress)
        sent = await loop.run_in_executor(None, digest, parts)
        found = await loop.run_in_executor(None, digest, [merged])
        compare(sent, found)
        for one in held:
            one.sure()
        if await deployment.ends() != before:
            raise JournalError(
                f"{deployment.name} grew while it was copied; stop whatever appends to it, and copy it again"
            )
        await loop.run_in_executor(None, _publish, merged, target, steps)
        steps.remove()
    return found


async def _fetched(deployment: Deployment, steps: Steps, progress: Progress) -> list[Path]:
    """A file of each partition."""
    parts = [steps.file(f"{partition}.db") for partition in range(deployment.partitions)]
    for partition, part in enumerate(parts):
        if not part.exists():
            await _follow(deployment, partition, steps, part)
        progress("partitions", partition + 1, len(parts))
    return parts


def _publish(merged: Path, target: Path, steps: Steps) -> None:
    """Give the file its name, unless that was done just before an interruption."""
    if target.exists():
        compare(digest([merged]), digest([target]))
        return
    if steps.done.publishing:
        for left in target.parent.glob(f".{target.name}-*"):
            left.unlink()
    steps.publish()
    backup(merged, target)


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
