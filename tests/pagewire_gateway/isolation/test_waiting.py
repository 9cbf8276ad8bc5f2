"""Blocking is told apart from waiting for a core, by what the kernel counts for a thread."""

import asyncio
import threading
import time

import pytest

from pagewire import hookimpl
from pagewire_gateway.isolation import Quarantine, Watchdog
from pagewire_gateway.isolation.waiting import Own, Spent, read, spent_of
from tests.pagewire_gateway.stage import plugins

STAT = "4711 (a name) R) {state} 1 4711 4711 0 -1 4194304"


def test_the_kernels_files_are_read():
    assert read(STAT.format(state="S"), "1500000000 250000000 12\n") == Spent(1.5, 0.25, asleep=True)
    assert read(STAT.format(state="D"), "0 1000 1\n") == Spent(0.0, 1e-6, asleep=True)
    assert read(STAT.format(state="R"), "0 1000 1\n") == Spent(0.0, 1e-6, asleep=False)


def test_a_kernel_that_does_not_count_says_nothing():
    assert read(STAT.format(state="S"), "0 0 0\n") is None


def test_this_kernel_counts():
    spent = spent_of(threading.get_native_id())
    assert spent is not None
    assert (spent.ran > 0, spent.asleep) == (True, False)
    assert spent_of(0) is None, "a thread that is not there"


@pytest.mark.parametrize(
    ("looks", "own"),
    [
        ([(0.3, 10.0, 5.0, True)], 0.3),  # asleep all the time: it blocks
        ([(0.3, 10.3, 5.0, False)], 0.3),  # computes all the time
        ([(0.3, 10.0, 5.0, False)], 0.0),  # ready, and has not had a core since
        ([(0.3, 10.01, 5.29, True)], 0.01),  # had none most of the time, got one, and sleeps
        ([(0.1, 10.0, 5.0, True), (0.4, 10.0, 5.0, False)], 0.1),  # slept, is ready, and still has none
        ([(0.3, 10.0, 5.0, False), (0.5, 10.2, 5.3, False)], 0.2),  # had none, and computes since
        ([(0.2, 10.0, 5.4, True)], 0.0),  # a wait that began earlier
    ],
)
def test_only_what_a_thread_kept_to_itself_counts(looks, own):
    kept = Own(Spent(10.0, 5.0, asleep=False))
    for passed, ran, waited, asleep in looks:
        found = kept.of(passed, Spent(ran, waited, asleep))
    assert found == pytest.approx(own)


class Blocks:
    @hookimpl
    async def message_received(self, event):
        time.sleep(0.6)


@pytest.mark.parametrize(
    ("spent", "held"), [(Spent(1.0, 0.0, asleep=True), ["blocks"]), (Spent(1.0, 0.0, asleep=False), [])]
)
async def test_a_plugin_that_got_no_core_is_not_held_for_it(tmp_path, caplog, spent, held):
    quarantine = Quarantine(tmp_path)
    watchdog = Watchdog(plugins(blocks=Blocks), quarantine, 0.1, spent=lambda _thread: spent)
    watching = asyncio.ensure_future(watchdog.run())
    blocks = Blocks()
    for _ in range(4):
        await asyncio.sleep(0.05)
        await blocks.message_received(None)
    watching.cancel()
    await asyncio.wait([watching])
    assert list(quarantine.reasons) == held
    assert ("Blocks.message_received (" in caplog.text) == bool(held)
