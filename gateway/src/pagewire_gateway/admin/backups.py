"""Copies of what the gateway keeps, handed out as one file."""

import logging
import shutil
import tarfile
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, Final

import anyio
from litestar import post
from litestar.response import Response, Stream
from msgspec import Struct

from pagewire_gateway.admin.errors import AdminError
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.journal.sqlite.backup import backup as copy_database

log = logging.getLogger(__name__)

_PREFIX: Final = ".pagewire-backup-"
_CHUNK: Final = 256 * 1024
_BLOCK: Final = tarfile.BLOCKSIZE
_END: Final = bytes(2 * _BLOCK)


class _Part(Struct, frozen=True):
    """One file of the archive, opened; it has no name any more."""

    head: bytes
    file: BinaryIO
    size: int

    @property
    def padding(self) -> int:
        return -self.size % _BLOCK

    @property
    def length(self) -> int:
        return len(self.head) + self.size + self.padding


@post("/api/v1/backup", tags=["Journal"], status_code=200, media_type="application/x-tar")
async def backup(gateway: GatewayHere) -> Stream:
    """What a restore needs, as of now, as one tar archive; ingest goes on meanwhile. It holds everything people wrote.

    The key of `people.db` is not in it: see `/api/v1/backup/key`.
    """
    await _check_room(gateway)
    folder = Path(await anyio.to_thread.run_sync(lambda: tempfile.mkdtemp(prefix=_PREFIX, dir=gateway.settings.data)))
    try:
        await _copy(gateway, folder)
        parts = await anyio.to_thread.run_sync(_open, folder)
    finally:
        # Without a name a copy is gone when the last byte is sent, whatever becomes of client and gateway.
        await anyio.to_thread.run_sync(shutil.rmtree, folder)
    length = sum(part.length for part in parts) + len(_END)
    log.info("a backup is handed out on the admin port, %d bytes", length)
    return Stream(_contents(parts), headers={"content-length": str(length)})


@post("/api/v1/backup/key", tags=["Journal"], status_code=200, media_type="application/octet-stream")
async def backup_key(gateway: GatewayHere) -> Response[bytes]:
    """The key under which `people.db` tells who was forgotten. It never changes; keep it apart from backups."""
    key = gateway.people.keyed.reveal()
    log.info("the key of people.db is handed out on the admin port")
    return Response(key, media_type="application/octet-stream")


async def _copy(gateway: GatewayView, folder: Path) -> None:
    # The journal last: so no copy says of a person that they are erased, or of an account that it is healed, while the copy of
    # the journal is from before. A deletion that is under way here goes on after a restore.
    for name in ("logins.db", "plugins.db", "audit.db"):
        if (there := gateway.settings.data / name).exists():
            await anyio.to_thread.run_sync(copy_database, there, folder / name)
    await gateway.people.backup(folder / "people.db")
    await gateway.journal.backup(folder / "journal.db")


def sweep(data: Path) -> None:
    """Remove copies that a crash left behind."""
    for folder in data.glob(f"{_PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)


async def _check_room(gateway: GatewayView) -> None:
    stats = await gateway.journal.stats()
    needed = stats.size_bytes + await anyio.to_thread.run_sync(lambda: gateway.people.path.stat().st_size)
    if stats.free_bytes < needed:
        said = f"The copy needs {needed} bytes beside the journal for a while; {stats.free_bytes} are free."
        raise AdminError(507, "disk_full", said, "Free disk space on the gateway's volume.")


def _open(folder: Path) -> list[_Part]:
    return [_part(path) for path in sorted(folder.iterdir())]


def _part(path: Path) -> _Part:
    found = path.stat()
    info = tarfile.TarInfo(path.name)
    info.size, info.mtime, info.mode = found.st_size, int(found.st_mtime), 0o600
    return _Part(info.tobuf(tarfile.PAX_FORMAT), path.open("rb"), found.st_size)


async def _contents(parts: list[_Part]) -> AsyncIterator[bytes]:
    try:
        for part in parts:
            yield part.head
            while chunk := await anyio.to_thread.run_sync(part.file.read, _CHUNK):
                yield chunk
            yield bytes(part.padding)
        yield _END
    finally:
        for part in parts:
            part.file.close()


HANDLERS: Final = (backup, backup_key)
