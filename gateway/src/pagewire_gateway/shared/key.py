"""The key under which hashes of people are made: the same for all processes."""

import asyncio
import os
import secrets
from pathlib import Path
from typing import Final

from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.shelf import Shelf

_BYTES: Final = 32
_NAME: Final = "people"


async def bring_key(nats: Nats, path: Path) -> None:
    """Have the common key in a file of this machine; the first process makes it.

    It lies in a bucket of its own, so that a backup may leave it out.
    """
    shelf = Shelf(nats, "key")
    await shelf.start()
    found = await shelf.get(_NAME)
    if found is None:
        await shelf.replace(_NAME, secrets.token_bytes(_BYTES), 0)
        found = await shelf.get(_NAME)
    assert found is not None  # noqa: S101 - whoever was first has made it
    await asyncio.to_thread(_write, path, found.value)


def _write(path: Path, key: bytes) -> None:
    if path.exists() and path.read_bytes() == key:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, key)
        os.fsync(handle)
    finally:
        os.close(handle)
    partial.replace(path)
