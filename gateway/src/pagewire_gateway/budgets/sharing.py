"""What a budget asks of those it is shared with. All times are milliseconds since 1970, UTC."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from pagewire_gateway.budgets.troubles import Trouble


class Word(Struct, frozen=True, kw_only=True):
    """What one process learnt of an account or an app, for all of them.

    Attributes:
        at: when.
        paused_until: nothing goes before.
        reason: why, for people.
        trouble: what ails the account.
        usage: how much of the allowance Meta counts as used, in percent.
        usage_at: when it said so.
    """

    at: int
    paused_until: int = 0
    reason: str = ""
    trouble: Trouble = ""
    usage: float = 0.0
    usage_at: int = 0


class Tap(Protocol):
    """What calls are drawn from: a bucket of this process, or one that several share."""

    def delay(self, now: int, factor: float = 1.0) -> float:
        """Seconds until a call may go; 0 for now. `factor` slows it down, from 1 to above 0."""

    def spend(self, calls: int = 1) -> None:
        """A call goes; -1 if it did not after all."""


class Share(Protocol):
    """An account or an app, as all processes see it."""

    on_calls: Callable[[], None]
    """Called when calls were drawn for somebody who waits."""
    on_word: Callable[[Word], None]
    """Called with what another process learnt."""

    def tap(self, name: str, rate: float, burst: float) -> Tap:
        """What calls of a kind are drawn from."""

    def say(self, word: Word) -> None:
        """Let the others know."""


class Shares(Protocol):
    """Finds what is shared."""

    def of(self, *names: str) -> Share:
        """The share of an account (object and id), or of an app (``app`` and its id)."""
