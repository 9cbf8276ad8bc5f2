"""How a resource leaves: what it put at Meta is taken back or left behind, and within a bound it is gone. Pure.

Nothing may hold a deletion for ever: not a dead token, not a deleted Secret, not an unreachable Meta, not a namespace
that goes away with its Secrets first.
"""

from datetime import datetime

from msgspec import structs

from pagewire.resources import ConditionType, DeletionPolicy, ManagementPolicy, Reason, Resource, Status
from pagewire_operator.model import Happening, Outcome, Saying, Severity

from .conditions import conditions, said_before
from .trouble import Trouble

__all__ = [
    "FORCE_ORPHAN",
    "left_alone",
    "left_behind",
    "let_go",
    "released",
    "taken_back",
    "time_left",
    "waiting",
    "wants_finalizer",
]

FORCE_ORPHAN = "pagewire.dev/force-orphan"
"""Annotation: let the resource go at once, whatever stays at Meta."""


def left_alone(resource: Resource, *, paused: bool) -> str | None:
    """Why nothing is taken back from Meta at all; ``None`` if it is to be."""
    if resource.spec.deletion_policy is not DeletionPolicy.DELETE:
        return "deletionPolicy is Orphan"
    if resource.spec.management_policy is ManagementPolicy.OBSERVE:
        return "managementPolicy is Observe"
    if paused:
        return "the resource is paused"
    if resource.metadata.annotations.get(FORCE_ORPHAN) == "true":
        return f"annotation {FORCE_ORPHAN} is set"
    return None


def time_left(resource: Resource, now: float, timeout: float, *, terminating: bool) -> float:
    """Seconds that the deletion may still wait; 0 or less when it may not."""
    if terminating:
        return 0.0
    begun = resource.metadata.deletion_timestamp
    return timeout - (now - _seconds(begun)) if begun else timeout


def wants_finalizer(resource: Resource) -> bool:
    """Whether something may have to be taken back from Meta when the resource is deleted."""
    managed = resource.spec.management_policy is ManagementPolicy.MANAGE
    return managed and resource.spec.deletion_policy is DeletionPolicy.DELETE


def taken_back(message: str) -> Happening:
    """What became of something the resource had put at Meta."""
    return Happening(reason=Reason.RELEASED, message=message)


def let_go(resource: Resource, why: str) -> Outcome:
    """The resource goes and Meta stays as it is, because it was asked for."""
    said = f"Meta is left as it is, because {why}."
    return _gone(resource, Happening(reason=Reason.ORPHANED, message=said))


def released(resource: Resource, happenings: tuple[Happening, ...]) -> Outcome:
    """The resource goes and what it put at Meta was taken back."""
    return _gone(resource, *happenings)


def left_behind(resource: Resource, leftover: str, trouble: Trouble) -> Outcome:
    """The resource goes although something of it stays at Meta, which is named."""
    said = f"The resource is let go and this stays at Meta: {leftover}. Remove it by hand if it is not wanted. {trouble.message}"
    return _gone(resource, Happening(reason=Reason.LEFT_BEHIND, message=said, severity=Severity.WARNING))


def waiting(resource: Resource, trouble: Trouble, again: float, now: float) -> Outcome:
    """The deletion waits a while for Meta or for a token."""
    old = resource.status or Status()
    said = (
        "Taking back from Meta what this resource put there has to wait; it is let go all the same in a while. "
        f"{trouble.message}"
    )
    told = [
        Saying(type=ConditionType.READY, status="False", reason=Reason.DELETING, message=said),
        Saying(type=ConditionType.SYNCED, status="False", reason=trouble.reason, message=trouble.message),
    ]
    generation = resource.metadata.generation
    fresh = conditions(old.conditions, told, generation, now)
    others = [one for one in old.conditions if one.type not in {saying.type for saying in told}]
    status = structs.replace(old, observed_generation=generation, conditions=[*fresh, *others])
    before = said_before(old.conditions, ConditionType.READY)
    told_already = before is not None and before.reason == Reason.DELETING
    happening = Happening(reason=Reason.DELETING, message=said, severity=Severity.WARNING)
    return Outcome(status=status, happenings=() if told_already else (happening,), again=again, finalizer=True)


def _gone(resource: Resource, *happenings: Happening) -> Outcome:
    return Outcome(status=resource.status or Status(), happenings=happenings, released=True)


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()
