"""From SQLite to NATS: the file is split, each part becomes the snapshot that its partition begins with."""

import asyncio
from pathlib import Path
from typing import Final

from pagewire_gateway.journal.jetstream.deployment import Deployment
from pagewire_gateway.journal.jetstream.projection import Projection
from pagewire_gateway.journal.moving.columns import Progress
from pagewire_gateway.journal.moving.digests import Digest, digest
from pagewire_gateway.journal.moving.splitting import split
from pagewire_gateway.journal.moving.steps import Steps
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite.asking import fetch
from pagewire_gateway.journal.sqlite.backup import backup
from pagewire_gateway.journal.sqlite.connecting import open_reader
from pagewire_gateway.journal.sqlite.folding import fold_all
from pagewire_gateway.journal.sqlite.journal import SqliteJournal
from pagewire_gateway.journal.sqlite.statements import READING

_HOLDER: Final = "journal copy"
_TTL: Final = 3_600_000


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
        if await journal.claim("dispatch", _HOLDER, _TTL) is None:
            raise JournalError(f"a gateway works on {source}; stop it, and copy then")
        try:
            return await _copy(source, deployment, folder, progress)
        finally:
            await journal.release("dispatch", _HOLDER)
    finally:
        await journal.aclose()


async def _copy(source: Path, deployment: Deployment, folder: Path, progress: Progress) -> dict[str, Digest]:
    loop = asyncio.get_running_loop()
    before = _figures(source)
    steps = Steps(folder, f"{source} {before}", deployment.name)
    await deployment.check_empty(except_for=steps.done.sent)
    whole = steps.file("source.db")
    if not whole.exists():
        await loop.run_in_executor(None, backup, source, whole)
        await loop.run_in_executor(None, _fold, whole)
    for partition in range(deployment.partitions):
        part = steps.file(f"{partition}.db")
        if not part.exists():
            await loop.run_in_executor(None, split, whole, part, partition, deployment.partition_of_parts, progress)
        if partition not in steps.done.sent:
            await deployment.begin_with(partition, part)
            steps.sent(partition)
    found = await _prove(deployment, steps, whole, progress)
    if _figures(source) != before:
        raise JournalError(f"{source} grew while it was copied; stop whatever appends to it, and copy it again")
    steps.remove()
    return found


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


def _figures(file: Path) -> str:
    """What tells whether something was appended."""
    db = open_reader(file)
    try:
        return "/".join(str(one) for one in fetch(db, READING["extent"])[0])
    finally:
        db.close()
