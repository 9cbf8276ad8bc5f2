"""When to stop handing events to a plugin that fails at everything. Pure: the caller brings the time."""

from typing import Literal

State = Literal["closed", "half_open", "open"]

_DISTINCT = 3
"""So many different events must have failed: one poisonous event alone does not stop the others."""
_LONGEST = 300_000


class Circuit:
    """A breaker for one plugin.

    Args:
        failures: failures in a row that open it.
        pause: milliseconds it stays open at first; doubles with each failed probe, up to five minutes.
    """

    def __init__(self, failures: int, pause: int) -> None:
        self._failures = failures
        self._first_pause = pause
        self._pause = pause
        self._in_row = 0
        self._events: set[int] = set()
        self._probing = False
        self.probes = 0
        """Probes that failed since it opened."""
        self.opens_at: int | None = None
        """When the next probe may go, while open."""

    def state(self, now: int) -> State:
        """What it lets through: everything, one probe, or nothing."""
        if self.opens_at is None:
            return "closed"
        return "half_open" if now >= self.opens_at else "open"

    def admit(self, now: int) -> bool:
        """Whether a call may go now; while half open only one may, until its outcome is known."""
        state = self.state(now)
        if state == "half_open" and not self._probing:
            self._probing = True
            return True
        return state == "closed"

    def succeeded(self) -> None:
        """A call went well."""
        if self.opens_at is None and not self._in_row:
            return  # nearly always
        self._in_row = 0
        self._events.clear()
        self._probing = False
        self.probes = 0
        self._pause = self._first_pause
        self.opens_at = None

    def failed(self, seq: int, now: int) -> None:
        """A call failed in a way that may be the plugin's own."""
        self._in_row += 1
        self._events.add(seq)
        if self._probing:
            self._probing = False
            self.probes += 1
            self._pause = min(self._pause * 2, _LONGEST)
            self.opens_at = now + self._pause
        elif self.opens_at is None and self._in_row >= self._failures and len(self._events) >= _DISTINCT:
            self.opens_at = now + self._pause

    def abandoned(self) -> None:
        """A call ended without telling anything about the plugin."""
        self._probing = False
