"""Phases of a run: each says when it began, and none takes for ever."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Final

_LEAST: Final = 300.0
_A_PAGE: Final = 0.4
"""Seconds a phase may take at all, and for each Page: several times what a machine with nothing else to do needs."""
_BEGAN: Final = monotonic()


def limit(pages: int) -> float:
    """Seconds a phase with so many Pages may take."""
    return _LEAST + _A_PAGE * pages


@asynccontextmanager
async def phase(what: str, pages: int) -> AsyncIterator[None]:
    """Tell of a phase on stderr, and end it when it takes too long.

    Raises:
        TimeoutError: it did; says which one, and what to look at.
    """
    print(f"{monotonic() - _BEGAN:7.1f} s  {pages:,} Pages: {what}", file=sys.stderr, flush=True)
    try:
        async with asyncio.timeout(limit(pages)):
            yield
    except TimeoutError:
        said = f"{what} with {pages:,} Pages took more than {limit(pages):,.0f} s; see the log of the operator above"
        raise TimeoutError(said) from None
