"""Memory that is not needed is not taken, or goes back to the system.

The C library keeps a heap for each thread that ever asked for memory, and of each all that lies below something still in use.
After a load beyond what a gateway can take that was 15 MB of nothing. Python's own objects are not among it.
"""

import asyncio
import ctypes
import sys
from typing import Final

_ARENA_MAX: Final = -8
"""Of malloc.h: M_ARENA_MAX."""
_HEAPS: Final = 2
_EVERY: Final = 30.0


def leave_out_tools() -> None:
    """Keep httpx from loading its own command line, and with it rich and Pygments; to be called before it is imported."""
    # What is None there counts as not installed, and httpx goes without.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]


def share_heaps() -> None:
    """Let all threads share two heaps; to be called before threads start. Only glibc knows how."""
    if _LIBC is not None:
        _LIBC.mallopt(_ARENA_MAX, _HEAPS)


async def give_memory_back() -> None:
    """Give back what is free in the heaps, every half a minute, for ever; in a thread, as it takes a few milliseconds."""
    while _LIBC is not None:
        await asyncio.sleep(_EVERY)
        await asyncio.to_thread(_LIBC.malloc_trim, 0)


def _libc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    found = ctypes.CDLL(None)
    return found if hasattr(found, "malloc_trim") and hasattr(found, "mallopt") else None


_LIBC: Final = _libc()
