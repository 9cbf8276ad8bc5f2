"""Plain functions of plugins run in threads that nobody else depends on."""

import asyncio
import subprocess
import sys
import threading

import pytest

from pagewire import hookimpl
from pagewire_gateway.threads import Threads
from tests.pagewire_gateway.stage import plugins

_HANGS = """
import threading
from pagewire_gateway.threads import Threads
begun = threading.Event()
Threads("stuck", 1).submit(lambda: (begun.set(), threading.Event().wait()))
begun.wait()
"""


def test_a_call_that_never_ends_does_not_keep_the_program_from_ending():
    assert subprocess.run([sys.executable, "-c", _HANGS], timeout=60, check=False).returncode == 0


def test_so_many_at_a_time_and_the_others_wait_their_turn():
    threads, gate, most = Threads("few", 2), threading.Event(), []
    at_work: list[int] = []

    def work(number: int) -> int:
        at_work.append(number)
        most.append(len(at_work))
        gate.wait()
        at_work.remove(number)
        return number

    futures = [threads.submit(work, number) for number in range(6)]
    waiting = futures[-1]
    assert waiting.cancel()
    gate.set()
    assert [future.result(30) for future in futures[:-1]] == [0, 1, 2, 3, 4]
    assert max(most) <= 2
    assert 5 not in at_work


async def test_hooks_that_hang_use_up_the_threads_of_no_other_hook_nor_of_the_event_loop():
    gate = threading.Event()

    class Stuck:
        @hookimpl
        def health(self):
            gate.wait()

        @hookimpl
        def page_added(self):
            return "well"

    hooks = plugins(stuck=Stuck)["stuck"].hooks
    try:
        for _ in range(40):
            with pytest.raises(TimeoutError):
                await hooks["health"].within(0.001, {})
        assert await hooks["page_added"].within(30, {}) == "well"
        assert await asyncio.wait_for(asyncio.to_thread(lambda: "free"), 30) == "free"
    finally:
        gate.set()


async def test_a_plain_function_that_raises_stop_iteration_fails_as_any_other():
    class Odd:
        @hookimpl
        def health(self):
            next(iter(()))

    with pytest.raises(RuntimeError):
        await plugins(odd=Odd)["odd"].hooks["health"].within(30, {})
