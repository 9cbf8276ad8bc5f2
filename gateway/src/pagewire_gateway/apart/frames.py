"""Messages between a gateway and a plugin's process: each its length in four bytes, and then itself."""

import asyncio
from typing import Final

LARGEST: Final = 64 << 20
"""Bytes of a message: a reply may carry a file of 25 MB."""


async def read(reader: asyncio.StreamReader) -> bytes | None:
    """The next message; ``None`` at the end of the connection.

    Raises:
        ValueError: it is larger than any may be.
    """
    try:
        size = int.from_bytes(await reader.readexactly(4), "big")
        if size > LARGEST:
            raise ValueError(f"a message of {size} bytes from the process of a plugin")
        return await reader.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def framed(body: bytes) -> bytes:
    """A message as it goes over the socket."""
    return len(body).to_bytes(4, "big") + body
