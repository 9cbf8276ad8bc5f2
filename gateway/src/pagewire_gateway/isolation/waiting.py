"""What a thread's time went into, as Linux counts it: a core, waiting for one, or neither.

Code that blocks keeps the event loop, and so does a machine that has no core for it, which is no plugin's fault. From outside
both look the same. The kernel knows: it counts for each thread how long it ran, and how long it was ready to run and had no core.
"""

from pathlib import Path
from typing import Final, NamedTuple

_THREADS: Final = Path("/proc/self/task")
_SECOND: Final = 1e9


class Spent(NamedTuple):
    """Of a thread, since it began.

    Attributes:
        ran: seconds on a core.
        waited: seconds ready to run, without one. A wait counts once it is over.
        asleep: it waits for something else just now, such as a timer, a disk or a lock.
    """

    ran: float
    waited: float
    asleep: bool


def spent_of(thread: int) -> Spent | None:
    """What the kernel counted for a thread of this process, by its native id; ``None`` where it does not count."""
    folder = _THREADS / str(thread)
    try:
        # In this order: whoever is asleep now had a core before, so that its waits are in what is read next.
        stat = (folder / "stat").read_text()
        return read(stat, (folder / "schedstat").read_text())
    except OSError:
        return None


def read(stat: str, schedstat: str) -> Spent | None:
    """The same, from what stands in the two files, see proc(5). Pure."""
    ran, waited, turns = map(int, schedstat.split())
    if not turns:
        return None  # a kernel that was told not to count
    state = stat.rpartition(")")[2].split()[0]
    return Spent(ran / _SECOND, waited / _SECOND, state != "R")


class Own:
    """What of the time since a moment a thread kept to itself. Pure.

    Args:
        begun: what it had spent at that moment.
    """

    def __init__(self, begun: Spent) -> None:
        self._begun = self._last = begun
        self._own = 0.0

    def of(self, passed: float, now: Spent) -> float:
        """Seconds, of those that passed since the moment, in which it did not wait for a core."""
        most = max(0.0, passed - (now.waited - self._begun.waited))
        # Whoever is ready to run may be waiting for a core right now, which nobody has counted yet: only what it ran is sure.
        self._own = most if now.asleep else min(most, self._own + now.ran - self._last.ran)
        self._last = now
        return self._own
