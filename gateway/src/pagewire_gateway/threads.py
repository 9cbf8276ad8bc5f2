"""Threads for hooks that are plain functions.

Python's own pools wait for their threads when the program ends, so one call that never comes back would keep the gateway from
stopping; and the event loop's pool, which looks up host names as well, would be used up by a few of them.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from threading import Condition, Thread
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_IDLE: Final = 10.0
"""Seconds after which a thread without work ends; nobody has to close what is not used any more."""

_Job = tuple[Future[Any], Callable[[], Any]]


class Threads(Executor):
    """Starts threads as they are needed; none of them outlives the program.

    Args:
        name: of the threads.
        most: threads at a time; further calls wait.
    """

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most
        self._count = self._idle = 0
        self._jobs: deque[_Job] = deque()
        self._changed = Condition()

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a function called."""
        future: Future[T] = Future()
        with self._changed:
            while self._jobs and self._jobs[0][0].cancelled():
                self._jobs.popleft()  # nobody waits for it any more, and all threads may hang
            self._jobs.append((future, partial(function, *args, **kwargs)))
            if len(self._jobs) > self._idle and self._count < self._most:
                self._count += 1
                Thread(target=self._work, name=self._name, daemon=True).start()
            else:
                self._changed.notify()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Call nothing more that waits; threads end by themselves, so there is nothing to wait for."""
        with self._changed:
            jobs, self._jobs = self._jobs, deque()
        for future, _ in jobs:
            future.cancel()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            _do(*job)
            del job  # an idle thread keeps nothing alive

    def _next(self) -> _Job | None:
        with self._changed:
            self._idle += 1
            there = self._changed.wait_for(lambda: bool(self._jobs), _IDLE)
            self._idle -= 1
            if there:
                return self._jobs.popleft()
            self._count -= 1
            return None


def _do(future: Future[Any], work: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except StopIteration:
        future.set_exception(RuntimeError("StopIteration"))  # the event loop cannot hand that on
    except BaseException as error:  # noqa: BLE001 - whatever it is concerns the caller
        future.set_exception(error)
