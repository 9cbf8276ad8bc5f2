"""Sees who keeps the event loop: code that computes or sleeps without `await` holds up every other plugin, and all webhooks.

A task on the loop notes the time; a thread looks whether it still does, and if not, whose code the loop's thread runs.
Nothing is asked of the hot path. Time in which the loop's thread waited for a core is the fault of a busy machine, and counts
against nobody: see `waiting`. A plugin seen so twice within ten minutes, or keeping the loop for four times as long as it may,
moves into a process of its own. One that cannot move, or goes on here, goes into quarantine after three times, or at sixteen
times as long. One that never gives the loop back hangs the program all the same; whoever starts it again finds the plugin moved
or held.
"""

import asyncio
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Final

from pagewire_gateway.isolation.blame import Owners, culprit
from pagewire_gateway.isolation.quarantine import Quarantine
from pagewire_gateway.isolation.waiting import Own, Spent, spent_of
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

_LOOKS: Final = 5
"""Looks in the time that the loop may be kept."""
_SHARE: Final = 0.7
"""Share of the looks at which the same plugin has to be at work."""
_LATE: Final = 3.0
"""A look that comes so many times too late. If most do, the machine starves us all, or code without Python in it, such as a
regular expression, lets no other thread run: then only processor time that the loop's thread has had counts against a plugin.
(To ask the kernel for more takes turns with the interpreter, and such code would be through before they come.)"""
_MOVES: Final = 2
"""Once may be a start, on a machine that is busy; whoever does it again moves."""
_STRIKES: Final = 3
_MEMORY: Final = 600.0
_LONGER: Final = 4.0
"""Kept so many times longer without a break, it counts again: at 0.25, 1 and 4 seconds."""


class Watchdog:
    """Watches one event loop.

    Args:
        plugins: by name.
        quarantine: for those who keep the loop.
        patience: seconds that the loop may be kept.
        move: moves a plugin into a process of its own, and says whether it could; called from any thread.
        spent: tells what a thread's time went into, by its native id.
    """

    def __init__(
        self,
        plugins: Mapping[str, Plugin],
        quarantine: Quarantine,
        patience: float,
        move: Callable[[str], bool] = lambda _plugin: False,
        spent: Callable[[int], Spent | None] = spent_of,
    ) -> None:
        self._move, self._spent = move, spent
        self._owners = Owners(plugins)
        self._quarantine = quarantine
        self._patience, self._every = patience, patience / _LOOKS
        self._beat = 0.0
        self._stopping = threading.Event()
        self._strikes: dict[str, deque[float]] = {name: deque(maxlen=_STRIKES) for name in plugins}

    async def run(self) -> None:
        """Watch the loop that this runs on, for ever."""
        thread = _Thread(self._spent)
        self._beat = time.monotonic()
        threading.Thread(target=self._watch, args=(thread,), name="watchdog", daemon=True).start()
        try:
            while True:
                self._beat = time.monotonic()
                await asyncio.sleep(self._every)
        finally:
            self._stopping.set()

    def _watch(self, thread: "_Thread") -> None:
        stall = _Stall(self._beat, thread, self._patience)
        while not self._stopping.wait(self._every):
            if self._beat != stall.beat:
                stall = _Stall(self._beat, thread, self._patience)
                continue
            name = stall.look(self._owners, self._every)
            if name is not None:
                self._strike(name, stall)

    def _strike(self, plugin: str, stall: "_Stall") -> None:
        """Count it, in the watching thread: what keeps the loop now has to be held before the loop comes back."""
        now = time.monotonic()
        strikes = self._strikes[plugin]
        strikes.append(now)
        metrics.loop_kept.add(plugin)
        log.warning("plugin %s keeps the event loop, for %.2f s now, in %s", plugin, stall.kept, stall.where)
        recent = now - strikes[0] < _MEMORY
        if len(strikes) >= _MOVES and recent and self._move(plugin):
            strikes.clear()
            return
        if len(strikes) == _STRIKES and recent:
            strikes.clear()
            why = f"its code kept the event loop for more than {self._patience:g} s, {_STRIKES} times; use await, or a plain def"
            self._quarantine.put(plugin, why)


class _Thread:
    """The thread that this is made in, for others to look at.

    Args:
        spent: see `Watchdog`.
    """

    def __init__(self, spent: Callable[[int], Spent | None]) -> None:
        self._ident, self._native, self._spent = threading.get_ident(), threading.get_native_id(), spent

    def frame(self) -> FrameType | None:
        """What it runs."""
        return sys._current_frames().get(self._ident)  # noqa: SLF001 - the documented way to see a thread

    def spent(self) -> Spent | None:
        """What its time went into, if the kernel tells."""
        return self._spent(self._native)

    def cpu(self) -> float:
        """Seconds of processor time it has had; what cannot be known counts as none."""
        if sys.platform == "win32":
            return 0.0
        return time.clock_gettime(time.pthread_getcpuclockid(self._ident))


class _Stall:
    """The time since the loop's last beat.

    Args:
        beat: when that was.
        thread: of the loop.
        limit: seconds after which it counts.

    Attributes:
        kept: seconds for which the loop was kept, as of the last look.
        where: function and line that ran then.
    """

    def __init__(self, beat: float, thread: _Thread, limit: float) -> None:
        self.beat = self._looked = beat
        self.kept, self.where = 0.0, ""
        self._thread, self._limit = thread, limit
        self._cpu, self._began = thread.cpu(), 0.0
        self._own: Own | None = None
        self._seen: list[str | None] = []
        self._late = 0

    def look(self, owners: Owners, every: float) -> str | None:
        """Look whose code runs; who has kept the loop for too long, if it is time to say so."""
        now = time.monotonic()
        self._late += now - self._looked > _LATE * every
        self._looked = now
        frame = self._thread.frame()
        self._seen.append(owners.of(frame))
        self.kept = self._kept(now, now - self.beat - every)
        name = culprit(self._seen, _SHARE) if self.kept > self._limit else None
        if name is not None:
            self._limit *= _LONGER
            self.where = _place(frame)
        return name

    def _kept(self, now: float, passed: float) -> float:
        """What of the time that passed is the doing of the code that runs."""
        if self._is_starved:
            return min(passed, self._thread.cpu() - self._cpu)
        spent = self._thread.spent()
        if spent is None:
            return passed
        if self._own is None:
            self._own, self._began = Own(spent), now
        return self._own.of(min(passed, now - self._began), spent)

    @property
    def _is_starved(self) -> bool:
        return 2 * self._late > len(self._seen)


def _place(frame: FrameType | None) -> str:
    """Function and line; never what is in its variables."""
    return "" if frame is None else f"{frame.f_code.co_qualname} ({frame.f_code.co_filename}:{frame.f_lineno})"
