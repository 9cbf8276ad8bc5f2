"""Why a reconciliation stopped, in words a person can act on. Pure; `translate` makes one of an error of Meta's.

A message never holds what changes from one try to the next, such as a trace id or the seconds left: a status that
changes with every try would be written with every try.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from pagewire.resources import ConditionType, Reason

__all__ = ["CALLBACK", "LEAST_WAIT", "Blocked", "Pace", "StillThere", "Trouble"]

LEAST_WAIT: Final = 60.0
"""Seconds to be silent after a throttle when Meta names none (Meta, Rate limits)."""

CALLBACK: Final = frozenset({2200, 2201})
"""Meta's codes for a callback URL it could not verify."""


class Pace(StrEnum):
    """How soon another look can help."""

    SOON = "soon"
    """It goes away by itself: exponential back-off."""
    WAIT = "wait"
    """Meta said how long, in `Trouble.wait`."""
    SLOW = "slow"
    """Only a change of the resource, a Secret or a setting at Meta helps: probe now and then."""


class Trouble(Struct, frozen=True, kw_only=True):
    """What stands in the way.

    Attributes:
        reason: for the condition.
        message: what is wrong and what to do next; no secret, no trace id, no time.
        about: the condition it speaks of.
        pace: how soon another look can help.
        wait: seconds to be silent at least, with `Pace.WAIT`.
        code, subcode: Meta's, if Meta said it.
        fbtrace_id: Meta's name of the failed call; for logs and Events only.
    """

    reason: Reason
    message: str
    about: ConditionType = ConditionType.SYNCED
    pace: Pace = Pace.SLOW
    wait: float = 0.0
    code: int | None = None
    subcode: int | None = None
    fbtrace_id: str | None = None

    @property
    def proves(self) -> bool:
        """Whether this says that something is wrong, and not only that nobody could look."""
        return self.pace is Pace.SLOW or self.code in CALLBACK


class Blocked(Exception):
    """A reconciliation cannot go on; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


class StillThere(Blocked):
    """Something could not be taken back from Meta; `left` names it for people."""

    def __init__(self, trouble: Trouble, left: str) -> None:
        super().__init__(trouble)
        self.left = left
