"""From SQLite to NATS: the file is split, each part becomes the snapshot that its partition begins with."""

import asyncio
import functools
from pathlib import Path

from pagewire_gateway.journal.jetstream.deployment import Deployment
from pagewire_gateway.journal.jetstream.projection import Projection
from pagewire_gateway.journal.moving.claiming import HOLDER, Held, claimed
from pagewire_gateway.journal.moving.columns import Progress, in_one_file
from pagewire_gateway.journal.moving.digests import Digest, digest
from pagewire_gateway.journal.moving.splitting import split
from pagewire_gateway.journal.moving.steps import Steps
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite.asking import fetch
from pagewire_gateway.journal.sqlite.backup import backup
from pagewire_gateway.journal.sqlite.connecting import open_reader, open_writer, remove_file
from pagewire_gateway.journal.sqlite.folding import fold_all
from pagewire_gateway.journal.sqlite.journal import SqliteJournal
from pagewire_gateway.journal.sqlite.statements import READING


async def to_nats(source: Path, deployment: Deployment, folder: Path, progress: Progress) -> dict[str, Digest]:
    """Copy a journal of SQLite into an empty deployment, and prove it; returns count and hash of each kind of thing.

    May be called again after an interruption: what is done is not done again.

    Args:
        source: the file; no gateway may work on it.
        deployment: is started.
        folder: for half-done work; removed at the end.
        progress: told how far it is.

    Raises:
        JournalError: somebody works on the source, the target is not empty, or what arrived is not what was sent.
    """
    if not await asyncio.to_thread(source.exists):
        raise JournalError(f"{source} is not there; name the journal file of a gateway, such as /data/journal.db")
    journal = SqliteJournal(source)
    await journal.start()
    try:
        async with claimed(
            functools.partial(journal.claim, "dispatch", HOLDER),
            functools.partial(journal.release, "dispatch", HOLDER),
            f"a gateway works on {source}; stop it, and copy then",
        ) as held:
            return await _copy(source, deployment, folder, progress, held)
    finally:
        await journal.aclose()


async def _copy(
    source: Path, deployment: Deployment, folder: Path, progress: Progress, held: Held
) -> dict[str, Digest]:
    before = _figures(source)
    with Steps(folder, f"{source} {before}", deployment.name, held.fence) as steps:
        await deployment.check_empty(except_for=steps.done.begun)
        whole = await asyncio.get_running_loop().run_in_executor(None, _whole, source, steps)
        for partition in range(deployment.partitions):
            await _send(deployment, partition, whole, steps, progress)
        found = await _prove(deployment, steps, whole, progress)
        held.sure()
        if _figures(source) != before:
            raise JournalError(f"{source} grew while it was copied; stop whatever appends to it, and copy it again")
        steps.remove()
    return found


def _whole(source: Path, steps: Steps) -> Path:
    """A copy in which everything is folded in; it has its name only then."""
    whole, partial = steps.file("source.db"), steps.file("folding.db")
    if not whole.exists():
        remove_file(partial)
        backup(source, partial)
        _fold(partial)
        partial.replace(whole)
    return whole


async def _send(deployment: Deployment, partition: int, whole: Path, steps: Steps, progress: Progress) -> None:
    part, loop = steps.file(f"{partition}.db"), asyncio.get_running_loop()
    if not part.exists():
        await loop.run_in_executor(None, split, whole, part, partition, deployment.partition_of_parts, progress)
    if partition not in steps.done.sent:
        steps.begin(partition)
        await deployment.begin_with(partition, part)
        steps.sent(partition)


async def _prove(deployment: Deployment, steps: Steps, whole: Path, progress: Progress) -> dict[str, Digest]:
    """Fetch again what NATS holds, and compare."""
    loop = asyncio.get_running_loop()
    arrived = [steps.file(f"arrived-{partition}.db") for partition in range(deployment.partitions)]
    for partition, file in enumerate(arrived):
        await deployment.fetch(partition, file)
        progress("fetched again", partition + 1, len(arrived))
    sent = await loop.run_in_executor(None, digest, [whole])
    found = await loop.run_in_executor(None, digest, arrived)
    compare(sent, found)
    return found


def compare(sent: dict[str, Digest], found: dict[str, Digest]) -> None:
    """Raise what differs.

    Raises:
        JournalError: something does.
    """
    for name, one in sent.items():
        if found[name] != one:
            raise JournalError(
                f"{one.count} {name} were sent and {found[name].count} arrived, or they differ; the source is untouched. "
                "Empty the target and copy again"
            )


def _fold(file: Path) -> None:
    projection = Projection(file)
    try:
        projection.writer.open()
        fold_all(projection.writer, projection.tail)
    finally:
        projection.writer.close()
        projection.readers.close()
    db = open_writer(file)
    try:
        in_one_file(db)
    finally:
        db.close()


def _figures(file: Path) -> str:
    """What tells whether something was appended."""
    db = open_reader(file)
    try:
        return "/".join(str(one) for one in fetch(db, READING["extent"])[0])
    finally:
        db.close()
