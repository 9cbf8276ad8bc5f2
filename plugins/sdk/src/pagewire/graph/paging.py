"""All pages of a list, one after the other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from pagewire.graph.wire import Listed

__all__ = ["everything"]

T = TypeVar("T")


async def everything(page: Callable[[str | None], Awaitable[Listed[T]]], pages: int = 1000) -> AsyncIterator[T]:
    """Every entry of a list.

        async for persona in everything(lambda after: graph.personas(page_id, token, after=after)):
            ...

    Args:
        page: reads the page after a cursor; the first after `None`.
        pages: how many are read at most; a cursor that comes again ends it too.
    """
    after: str | None = None
    seen: set[str] = set()
    for _ in range(pages):
        found = await page(after)
        for one in found.data:
            yield one
        after = found.after
        if after is None or after in seen:
            return
        seen.add(after)
