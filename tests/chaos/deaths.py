"""Dying at a named step: the function there is wrapped once, before anything runs, so that all others run as they are."""

import asyncio
import functools
import inspect
import os
import signal
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from pagewire_gateway.journal.sqlite.writer import Batch, Writer
from tests.chaos.steps import Step, step_of

_writing = threading.local()
"""What the writer of this thread is doing: each partition has one."""

_SENT = ("send.after", "work.send.after")


def arm(at: str, died: Path) -> None:
    """Have the process kill itself the nth time it comes to a step.

    Args:
        at: ``name:nth``.
        died: where to write the name down before.
    """
    name, _, nth = at.partition(":")
    step, left = step_of(name), int(nth)

    def arrive() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            died.write_text(name)
            os.kill(os.getpid(), signal.SIGKILL)

    if step.batch is not None:
        _watch_batches()
    _wrap(step, arrive)


def _watch_batches() -> None:
    work = Writer.work

    def watched(self: Writer, batch: Batch) -> None:
        _writing.batch = batch
        work(self, batch)

    Writer.work = watched  # type: ignore[method-assign]


def _wrap(step: Step, arrive: Callable[[], None]) -> None:
    module, _, path = step.where.partition(":")
    *owners, name = path.split(".")
    owner: Any = import_module(module)
    for one in owners:
        owner = getattr(owner, one)
    function = getattr(owner, name)
    wrapper = _asynchronous if inspect.iscoroutinefunction(function) else _plain
    setattr(owner, name, functools.wraps(function)(wrapper(step, function, arrive)))


def _is_it(step: Step, arguments: Any) -> bool:
    if step.batch is not None and not any(isinstance(op, step.batch) for op in getattr(_writing, "batch", ())):
        return False
    return step.counts(*arguments)


def _asynchronous(step: Step, function: Callable[..., Any], arrive: Callable[[], None]) -> Callable[..., Any]:
    async def wrapped(*arguments: Any, **named: Any) -> Any:
        counts = _is_it(step, arguments)
        if counts and step.moment == "before":
            arrive()
        if counts and step.name in _SENT:
            # What it awaits is the answer; by then the bytes are with the kernel.
            asyncio.get_running_loop().call_later(0.001, arrive)
        result = await function(*arguments, **named)
        if counts and step.moment == "after" and step.name not in _SENT:
            arrive()
        return result

    return wrapped


def _plain(step: Step, function: Callable[..., Any], arrive: Callable[[], None]) -> Callable[..., Any]:
    def wrapped(*arguments: Any, **named: Any) -> Any:
        counts = _is_it(step, arguments)
        if counts and step.moment == "before":
            arrive()
        result = function(*arguments, **named)
        if counts and step.moment == "after":
            if isinstance(result, asyncio.Future) and step.name != "append.after":
                result.add_done_callback(lambda _: arrive())
            else:
                arrive()
        return result

    return wrapped
