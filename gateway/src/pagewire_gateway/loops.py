"""Which event loop programs run."""

import asyncio
import sys
from collections.abc import Callable
from importlib import import_module


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Makes event loops; ``None`` stands for Python's own."""
    # uvloop is several times faster; it does not exist on Windows.
    if sys.platform == "win32":
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return factory
