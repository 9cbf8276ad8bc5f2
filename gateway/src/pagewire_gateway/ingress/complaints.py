"""What goes wrong on the public port, in the log: once a second at most, however often it happens."""

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

_EVERY = 1.0
_KEPT = 1024


class Complaints:
    """Logs the first of a kind at once, and how many more there were with the next one a second later.

    Thousands of refusals a second are what an overload looks like, and what anybody can cause; a line for each would cost more
    than they do.

    Args:
        time: seconds, on a clock that never goes back.
    """

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._since: dict[tuple[str, str], float] = {}
        self._unsaid: dict[tuple[str, str], int] = {}

    def note(self, whose: str, status: int, outcome: str) -> None:
        """A request of `whose`, such as ``delivery support/acme``, was answered with an error."""
        key, now = (whose, outcome), self._time()
        if now < self._since.get(key, 0.0):
            self._unsaid[key] = self._unsaid.get(key, 0) + 1
            return
        if len(self._since) >= _KEPT:
            self._since.clear()
        self._since[key] = now + _EVERY
        more = self._unsaid.pop(key, 0)
        log.warning("%s answered %d: %s%s", whose, status, outcome, f" (and {more} more since)" if more else "")
