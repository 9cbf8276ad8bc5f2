"""Copies of the journal, handed out as one file."""

import logging
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, Final

import anyio
from litestar import post
from litestar.response import Stream

from pagewire_gateway.admin.errors import AdminError
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView

log = logging.getLogger(__name__)

_PREFIX: Final = ".pagewire-backup-"
_CHUNK: Final = 256 * 1024


@post("/api/v1/journal/backup", tags=["Journal"], status_code=200, media_type="application/octet-stream")
async def backup(gateway: GatewayHere) -> Stream:
    """A copy of the journal, as of now, as one file; ingest goes on meanwhile. It holds everything people wrote."""
    await _check_room(gateway)
    folder = Path(await anyio.to_thread.run_sync(lambda: tempfile.mkdtemp(prefix=_PREFIX, dir=gateway.settings.data)))
    try:
        size = await gateway.journal.backup(folder / "journal")
        file = await anyio.to_thread.run_sync((folder / "journal").open, "rb")
    finally:
        # Without a name the copy is gone when the last byte is sent, whatever becomes of client and gateway.
        await anyio.to_thread.run_sync(shutil.rmtree, folder)
    log.info("a backup of the journal is handed out on the admin port, %d bytes", size)
    return Stream(_contents(file), headers={"content-length": str(size)})


def sweep(data: Path) -> None:
    """Remove copies that a crash left behind."""
    for folder in data.glob(f"{_PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)


async def _check_room(gateway: GatewayView) -> None:
    stats = await gateway.journal.stats()
    if stats.free_bytes < stats.size_bytes:
        said = f"The copy needs {stats.size_bytes} bytes beside the journal for a while; {stats.free_bytes} are free."
        raise AdminError(507, "disk_full", said, "Free disk space on the gateway's volume.")


async def _contents(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while chunk := await anyio.to_thread.run_sync(file.read, _CHUNK):
            yield chunk
