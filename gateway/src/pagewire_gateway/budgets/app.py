"""What all accounts of one app share: Meta's limit on the app (code 4, X-App-Usage)."""

from collections.abc import Callable

STOP_AT = 100.0
UNTOLD = 60.0
"""Seconds of rest when an allowance is used up and Meta does not say until when."""


class AppBudget:
    """The allowance of one app.

    Args:
        clock: milliseconds since 1970.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self.paused_until = 0

    def learn(self, percent: float) -> None:
        """Take in what X-App-Usage said, in percent."""
        if percent >= STOP_AT:
            self.rest(UNTOLD)

    def rest(self, seconds: float) -> None:
        """Call nothing in the name of the app for so long."""
        self.paused_until = max(self.paused_until, self._clock() + int(seconds * 1000))

    def delay(self, now: int) -> float:
        """Seconds until the app may call again."""
        return max(0.0, (self.paused_until - now) / 1000)
