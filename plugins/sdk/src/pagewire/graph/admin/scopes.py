"""What a budget is kept for, and how much of it there is. Pure."""

from enum import IntEnum, StrEnum
from typing import NamedTuple

from msgspec import Struct

__all__ = ["Limits", "Priority", "Scope", "ScopeKind"]


class ScopeKind(StrEnum):
    """Whose allowance a call is taken from (Meta, Rate limits)."""

    APP = "app"
    """An app: app and user tokens; every call of the app passes here."""
    USER = "user"
    """A person or system user, all apps together."""
    OBJECT = "object"
    """A Page, an Instagram account or a business: Page and system user tokens."""
    PROFILE = "profile"
    """Messenger's use case of a Page or account, where the Messenger Profile has a limit of its own."""


class Scope(NamedTuple):
    """One allowance."""

    kind: ScopeKind
    key: str
    """Meta's id; for a user, whose id no token tells, a digest of the token."""


class Priority(IntEnum):
    """Who waits for a call: how far it may go into the allowance."""

    CHANGE = 0
    """Somebody changed something and waits. Up to 95 percent of Meta's allowance, all of ours."""
    RESYNC = 1
    """A timer asks whether all is still well. Up to 85 percent, and leaves a quarter of ours to changes."""
    BACKGROUND = 2
    """Nobody waits. Up to 70 percent, and leaves half of ours."""

    @property
    def ceiling(self) -> float:
        """Percent of Meta's allowance from which such calls stop."""
        return (95.0, 85.0, 70.0)[self]

    @property
    def leaves(self) -> float:
        """Share of our own allowance that such calls leave to more urgent ones."""
        return (0.0, 0.25, 0.5)[self]


class Limits(Struct, frozen=True, kw_only=True):
    """Our own allowances, which hold before Meta tells any figure, and how refusals are spaced. Times are seconds.

    Only the Messenger Profile's figure is Meta's (10 calls in 10 minutes a Page, reads included); the others keep
    bursts short and one resource from taking everything.
    """

    app_per_second: float = 200.0
    app_burst: float = 400.0
    user_per_second: float = 5.0
    user_burst: float = 50.0
    object_per_second: float = 1.0
    object_burst: float = 30.0
    profile_calls: int = 10
    profile_window: float = 600.0
    pause_first: float = 60.0
    """Pause after Meta refused for too many calls, doubled with every further refusal; Meta's own word counts more."""
    pause_longest: float = 3600.0
    hold_first: float = 5.0
    """How long a refused request is answered from memory, doubled every time; 0 for never."""
    hold_longest: float = 3600.0
    hold_change: float = 60.0
    """The longest for `Priority.CHANGE`, and for refusals that may pass by themselves."""

    def __post_init__(self) -> None:
        """Refuse an allowance under which no call would ever be made.

        Raises:
            ValueError: a rate, a burst or a window is not positive.
        """
        rates = (self.app_per_second, self.user_per_second, self.object_per_second, self.profile_window)
        if min(rates) <= 0 or min(self.app_burst, self.user_burst, self.object_burst, self.profile_calls) < 1:
            raise ValueError("limits: rates and windows must be above 0, bursts and calls at least 1")
