"""The key under which hashes of people are made: the same for all processes."""

import asyncio
import secrets
from pathlib import Path
from typing import Final

from pagewire.locks import Locks
from pagewire_gateway.people import key_file
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.shelf import Shelf

_NAME: Final = "people"


async def bring_key(nats: Nats, path: Path, locks: Locks) -> None:
    """Have the common key in a file of this machine; the first process makes it.

    It lies in a bucket of its own, so that a backup may leave it out.
    """
    shelf = Shelf(nats, "key")
    await shelf.start()
    found = await shelf.get(_NAME)
    if found is None:
        await shelf.replace(_NAME, secrets.token_bytes(key_file.BYTES), 0)
        found = await shelf.get(_NAME)
    assert found is not None  # noqa: S101 - whoever was first has made it
    await asyncio.to_thread(_write, path, found.value, locks)


def _write(path: Path, key: bytes, locks: Locks) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists() or key_file.load(path, locks) != key:
        key_file.save(path, key, locks)
