"""How a program is told to stop: by SIGINT or SIGTERM, at any moment, also before it has begun in earnest.

Without handlers SIGTERM ends a program in the middle of whatever it does, and the first process of a container never hears of it.
Only the main thread of a program hears of signals; elsewhere nothing here does anything but run what it is given.
"""

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def leaving_at_once() -> Iterator[None]:
    """While nothing is open yet, or nothing any more: a signal ends the program with exit code 0."""
    if not _hears():
        yield
        return
    before = {one: signal.signal(one, _leave) for one in SIGNALS}
    try:
        yield
    finally:
        _restore(before)


async def until_told(program: Coroutine[Any, Any, None]) -> None:
    """Run a program on its event loop until it ends, or is told to stop: then it is cancelled, and closes what it has opened.

    It is cancelled once; who is in a hurry does not keep it from closing well. A signal is no error: this returns.
    """
    loop, running, told = asyncio.get_running_loop(), asyncio.ensure_future(program), False

    def stop() -> None:
        nonlocal told
        if not told:
            told = running.cancel()

    before = _heed(loop, stop) if _hears() else {}
    try:
        await running
    except asyncio.CancelledError:
        if not told:
            raise
    finally:
        for one in before:
            loop.remove_signal_handler(one)
        _restore(before)


async def until_cancelled() -> None:
    """Wait for ever; for a program that has nothing more to do until it is told to stop."""
    await asyncio.Event().wait()


def _heed(loop: asyncio.AbstractEventLoop, stop: Any) -> dict[signal.Signals, Any]:
    before = {one: signal.getsignal(one) for one in SIGNALS}
    for one in SIGNALS:
        loop.add_signal_handler(one, stop)
    return before


def _restore(before: dict[signal.Signals, Any]) -> None:
    for one, handler in before.items():
        signal.signal(one, handler)


def _leave(_number: int, _frame: object) -> None:
    sys.exit(0)


def _hears() -> bool:
    # Event loops of Windows know no signals; there Ctrl-C is an exception, as ever.
    return sys.platform != "win32" and threading.current_thread() is threading.main_thread()
