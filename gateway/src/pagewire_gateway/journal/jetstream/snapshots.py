"""Copies of a partition's file in NATS, for whoever begins with an empty disk.

The two newest are kept, and the stream is purged up to the older one: what remains of it leads from either to now.
"""

import asyncio
import contextlib
import gzip
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes
from typing import Final

import apsw
import nats.errors
import nats.js.errors
from msgspec import Struct
from nats.js.api import ObjectMeta, ObjectStoreConfig, StorageType
from nats.js.object_store import ObjectStore

from pagewire_gateway.journal.jetstream.leavings import Leavings
from pagewire_gateway.journal.jetstream.provision import Refused, ask, state_of, told
from pagewire_gateway.journal.port import JournalError, JournalUnavailable
from pagewire_gateway.journal.sqlite.asking import value
from pagewire_gateway.journal.sqlite.backup import backup
from pagewire_gateway.journal.sqlite.statements import READING
from pagewire_gateway.shared.connection import Nats, explained

PAD: Final = 9 << 20
"""Bytes that are more than a server writes into one file of a stream: 8 MiB."""
_NAME: Final = re.compile(r"\d+\.\d+")
_KEPT: Final = 2
_PATIENCE: Final = 1800.0
_FAST: Final = 1


class Snapshot(Struct, frozen=True):
    """One copy.

    Attributes:
        name: in the store.
        place: how far into the stream it is.
        size: bytes, compressed.
    """

    name: str
    place: int
    size: int


class Snapshots:
    """The snapshots of one partition.

    Args:
        link: the connection.
        partition: which.
        stream: its name.
    """

    def __init__(self, link: Nats, partition: int, stream: str) -> None:
        self._link, self._partition, self._stream = link, partition, stream
        self._leavings = Leavings(link, link.named("journal-snapshots"))
        self._turn = asyncio.Lock()

    async def known(self) -> list[Snapshot]:
        """Those there are, oldest first.

        Raises:
            JournalUnavailable: NATS does not answer.
        """
        with explained():
            try:
                found = await (await self._store()).list(ignore_deletes=True)
            except nats.js.errors.NotFoundError:
                return []
        ours = [_snapshot(info.name, info.size or 0) for info in found if _NAME.fullmatch(info.name)]
        ours = [one for one in ours if one.name.startswith(f"{self._partition}.")]
        return sorted(ours, key=lambda one: one.place)

    async def take(self, file: Path, keep: int = _KEPT, upto: int | None = None) -> Snapshot:
        """Store a copy of the file as it is now, drop older ones, and purge what no copy needs from the stream.

        Args:
            file: the partition's.
            keep: how many copies stay; 1 where older ones hold what was erased since.
            upto: purge no further than up to this place of the stream.

        Raises:
            JournalError: there is no room for it, or NATS does not answer.
        """
        async with self._turn:
            loop = asyncio.get_running_loop()
            with _folder(file) as folder:
                packed = folder / "packed"
                place = await loop.run_in_executor(None, _pack, file, packed)
                made = Snapshot(f"{self._partition}.{place:020d}", place, packed.stat().st_size)
                await self._put(made.name, packed)
            await self._drop(keep, upto)
            await self._leavings.purge(await self._store())
        return made

    async def tidy(self) -> bool:
        """Purge what uploads that were killed left in the store; whether nothing is left, or it is too early to tell.

        Raises:
            JournalUnavailable: NATS does not answer.
        """
        async with self._turn:
            with explained():
                store = await self._store()
            return await self._leavings.purge(store)

    async def part(self) -> None:
        """Store something large and let it go again, so that what was stored before shares no file of the server with what comes.

        Raises:
            JournalError: there is no room for it, or NATS does not answer.
        """
        name = f"{self._partition}.pad"
        with explained():
            store = await self._store()
            await store.put(name, token_bytes(PAD))
            await store.delete(name)

    async def fetch(self, snapshot: Snapshot, target: Path) -> None:
        """Write one in the place of the file.

        Raises:
            JournalError: it is damaged, or NATS does not answer.
        """
        loop = asyncio.get_running_loop()
        with _folder(target) as folder:
            packed = folder / "packed"
            with explained(), packed.open("wb") as into:
                async with asyncio.timeout(_PATIENCE):
                    await (await self._store()).get(snapshot.name, writeinto=into)
            await loop.run_in_executor(None, _unpack, packed, target)

    async def _put(self, name: str, packed: Path) -> None:
        with explained(), packed.open("rb") as source:
            async with asyncio.timeout(_PATIENCE):
                store = await self._store()
                info = await store.put(name, source, ObjectMeta(name=name))
            # One that stood still for long was taken for left behind: nothing may be dropped because of it.
            if not await self._leavings.whole(info.nuid or "", info.chunks or 0):
                await store.delete(name)
                raise JournalUnavailable(f"a snapshot took too long to store, and is taken again: {name}")

    async def _drop(self, keep: int, upto: int | None) -> None:
        known = await self.known()
        end = (await state_of(self._link, self._stream)).last
        # One that is ahead of the stream holds what that has lost, and is as good as none.
        kept = [one for one in known if one.place <= end][-keep:]
        if len(kept) == keep:
            for one in (one for one in known if one not in kept):
                with explained():
                    await (await self._store()).delete(one.name)
            await self._purge(kept[0].place if upto is None else min(upto, kept[0].place))

    async def _purge(self, upto: int) -> None:
        try:
            await ask(self._link, f"STREAM.PURGE.{self._stream}", {"seq": upto + 1})
        except Refused as refused:
            raise told(refused) from refused

    async def _store(self) -> ObjectStore:
        name = self._link.named("journal-snapshots")
        try:
            return await self._link.js.object_store(name)
        except nats.js.errors.NotFoundError:
            config = ObjectStoreConfig(bucket=name, storage=StorageType.FILE, replicas=self._link.replicas)
            return await self._link.js.create_object_store(name, config)


def _snapshot(name: str, size: int) -> Snapshot:
    return Snapshot(name, int(name.rpartition(".")[2]), size)


@contextlib.contextmanager
def _folder(beside: Path) -> Iterator[Path]:
    """A folder on the same disk, readable for its owner only."""
    with tempfile.TemporaryDirectory(prefix=f".{beside.name}-", dir=beside.parent) as name:
        yield Path(name)


def _pack(file: Path, packed: Path) -> int:
    copy = packed.with_name("copy")
    backup(file, copy)
    try:
        db = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            place = int(value(db, READING["applied"]) or 0)
        finally:
            db.close()
        with copy.open("rb") as source, gzip.open(packed, "wb", _FAST) as into:
            shutil.copyfileobj(source, into, 1 << 20)
    finally:
        copy.unlink(missing_ok=True)
    return place


def _unpack(packed: Path, target: Path) -> None:
    partial = packed.with_name("unpacked")
    try:
        with gzip.open(packed, "rb") as source, partial.open("wb") as into:
            shutil.copyfileobj(source, into, 1 << 20)
    except (OSError, EOFError) as error:
        raise JournalError(f"a snapshot of the journal cannot be unpacked: {error}; is the disk full?") from error
    partial.chmod(0o600)
    for name in ("-wal", "-shm"):
        Path(f"{target}{name}").unlink(missing_ok=True)
    partial.replace(target)
