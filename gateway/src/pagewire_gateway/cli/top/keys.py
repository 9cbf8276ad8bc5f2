"""Keys as they are pressed, without Enter; none where nobody sits at a keyboard."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def pressed() -> Iterator["asyncio.Queue[str]"]:
    """A queue of the keys that are pressed meanwhile."""
    queue: asyncio.Queue[str] = asyncio.Queue()
    if sys.platform == "win32" or not sys.stdin.isatty():
        yield queue
        return
    import termios  # noqa: PLC0415 - not on every platform
    import tty  # noqa: PLC0415

    number, loop = sys.stdin.fileno(), asyncio.get_running_loop()
    before = termios.tcgetattr(number)
    tty.setcbreak(number)
    loop.add_reader(number, lambda: queue.put_nowait(sys.stdin.read(1)))
    try:
        yield queue
    finally:
        loop.remove_reader(number)
        termios.tcsetattr(number, termios.TCSADRAIN, before)
