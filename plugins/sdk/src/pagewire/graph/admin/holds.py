"""Refusals, remembered: the same request is not put to Meta again at once. Pure; the time is given.

Failing calls count against the limits as good ones do (Meta, Rate limits), so a resource with a dead token or a wrong
field must not ask as often as a timer wakes it. The request is known by a digest of everything in it: another
token or another spec is another request, and is asked at once.
"""

from typing import NamedTuple

from pagewire.graph.admin.errors import AdminError
from pagewire.graph.admin.scopes import Limits, Priority
from pagewire.graph.errors import Ambiguous, Rejected

__all__ = ["Holds"]


class _Hold(NamedTuple):
    error: AdminError
    since: float
    seconds: float
    times: int


class Holds:
    """The refusals of one process.

    Args:
        limits: how long they are remembered.
        most: how many; the oldest go first.
    """

    def __init__(self, limits: Limits, most: int = 20_000) -> None:
        self._limits, self._most = limits, most
        self._held: dict[str, _Hold] = {}

    def recall(self, request: str, priority: Priority, now: float) -> AdminError | None:
        """The refusal that still stands for `request`, to be raised instead of asking."""
        hold = self._held.get(request)
        if hold is None:
            return None
        patience = self._limits.hold_change if priority is Priority.CHANGE else self._limits.hold_longest
        left = hold.since + min(hold.seconds, patience) - now
        return hold.error.remembered(left) if left > 0 else None

    def note(self, request: str, error: AdminError, now: float, jitter: float) -> None:
        """Remember how `request` failed, if asking again at once is no use.

        Args:
            request: its digest; nothing is remembered without one.
            error: the refusal.
            now: the time.
            jitter: from 0 to 1, so that refusals of one moment do not all end in one.
        """
        rejected = isinstance(error, Rejected)
        if (
            not request
            or not self._limits.hold_first
            or not (rejected or (isinstance(error, Ambiguous) and error.code))
        ):
            return
        hold = self._held.pop(request, None)
        times = hold.times + 1 if hold is not None else 0
        lasting = rejected and not error.callback_unverified
        longest = self._limits.hold_longest if lasting else self._limits.hold_change
        seconds = min(self._limits.hold_first * 2.0 ** min(times, 32), longest) * (1.0 + jitter / 4)
        self._held[request] = _Hold(error, now, seconds, times)
        if len(self._held) > self._most:
            del self._held[next(iter(self._held))]

    def forget(self, request: str) -> None:
        """`request` was granted after all."""
        self._held.pop(request, None)

    def __len__(self) -> int:
        return len(self._held)
