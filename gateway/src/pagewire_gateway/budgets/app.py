"""What all accounts of one app share: Meta's limit on the app (code 4, X-App-Usage)."""

from collections.abc import Callable

from pagewire_gateway.budgets.sharing import Share, Word

STOP_AT = 100.0
UNTOLD = 60.0
"""Seconds of rest when an allowance is used up and Meta does not say until when."""

STALE = 300_000
"""Milliseconds after which usage that no answer repeats is forgotten: headers are absent at low use."""


def recent(percent: float, told: int, now: int) -> float:
    """What was told of usage, for as long as that counts."""
    return percent if now - told < STALE else 0.0


class AppBudget:
    """The allowance of one app.

    Args:
        clock: milliseconds since 1970.
        share: the app as other processes see it, if there are any.
    """

    def __init__(self, clock: Callable[[], int], share: Share | None = None) -> None:
        self._clock = clock
        self._share = share
        self.paused_until = 0
        self._usage, self._usage_at = 0.0, 0
        if share is not None:
            share.on_word = self._told

    def learn(self, percent: float) -> None:
        """Take in what X-App-Usage said, in percent."""
        self._usage, self._usage_at = percent, self._clock()
        if percent >= STOP_AT:
            self.rest(UNTOLD)

    def rest(self, seconds: float) -> None:
        """Call nothing in the name of the app for so long."""
        until = self._clock() + int(seconds * 1000)
        if until > self.paused_until:
            self.paused_until = until
            if self._share is not None:
                self._share.say(Word(at=self._clock(), paused_until=until, trouble="throttled"))

    def _told(self, word: Word) -> None:
        self.paused_until = max(self.paused_until, word.paused_until)

    @property
    def usage(self) -> float:
        """How much of the allowance is used up, in percent; 0 if no recent answer told."""
        return recent(self._usage, self._usage_at, self._clock())

    def delay(self, now: int) -> float:
        """Seconds until the app may call again."""
        return max(0.0, (self.paused_until - now) / 1000)
