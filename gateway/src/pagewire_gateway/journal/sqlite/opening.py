"""Files are opened in a thread; whoever stops waiting for one still waits for its thread, as nothing may be closed under it."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def _patiently() -> None:
    return


async def to_its_end(work: Callable[[], Value], hurry: Callable[[], None] = _patiently) -> Value:
    """Do something in a thread of the event loop; a cancellation is passed on once the thread is through.

    Args:
        work: what.
        hurry: called on a cancellation, so that the thread is through soon.
    """
    working = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        hurry()
        await asyncio.gather(working, return_exceptions=True)
        raise
