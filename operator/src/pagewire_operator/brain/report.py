"""What a look showed, what was done about it, and what to say of it. No I/O, so that deciding code may use it."""

from msgspec import Struct

from pagewire.resources import Status
from pagewire_operator.model import Happening, Saying, Step

from .trouble import Trouble

__all__ = ["Report", "Seen", "Work"]


class Seen(Struct, frozen=True, kw_only=True):
    """What is true, as far as one look showed; each kind adds its facts.

    Attributes:
        trouble: the first thing that kept the look from being complete.
    """

    trouble: Trouble | None = None


class Work(Struct, frozen=True, kw_only=True):
    """What was to be done and what was.

    Attributes:
        planned: every step of the plan.
        done: those that were carried out, in order.
        trouble: what stopped the look, the plan or a step; ``None`` if nothing did.
        observing: nothing was meant to be done (``managementPolicy: Observe``, or only a plan was asked for).
    """

    planned: tuple[Step, ...] = ()
    done: tuple[Step, ...] = ()
    trouble: Trouble | None = None
    observing: bool = False


class Report(Struct, frozen=True, kw_only=True):
    """What a kind has to say after a reconciliation.

    Attributes:
        facts: the kind's status; its conditions, generation and plan are filled in by the driver.
        sayings: every condition that applies, save ``Ready``, which follows from them.
        happenings: what people should hear of, besides the steps themselves.
        again: seconds until something of the kind's own is due, such as a renewal.
    """

    facts: Status
    sayings: tuple[Saying, ...] = ()
    happenings: tuple[Happening, ...] = ()
    again: float | None = None
