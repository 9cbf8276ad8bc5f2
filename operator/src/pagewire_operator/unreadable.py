"""What to say of a resource that cannot be worked on, because it or its Secrets cannot be read. Pure."""

from datetime import UTC, datetime
from typing import Final

from msgspec import structs

from pagewire.kube import Forbidden
from pagewire.resources import Condition, ConditionType, Reason, Status
from pagewire_operator.known import Known
from pagewire_operator.model import Happening, Severity

_LONGEST: Final = 1000


def unreadable_status(known: Known, now: float) -> Status:
    """Ready and Synced are False because the resource cannot be decoded; whatever else was said stays.

    Args:
        known: the resource.
        now: seconds since 1970.
    """
    said = f"This release of the operator cannot read the resource: {known.problem}. Upgrade it, or mend the field."
    return _failed(known, Reason.INVALID_SPEC, said, now)


def forbidden_status(known: Known, refusal: Forbidden, now: float) -> Status:
    """Ready and Synced are False because a Secret may not be read; whatever else was said stays.

    Args:
        known: the resource.
        refusal: what the API server said.
        now: seconds since 1970.
    """
    return _failed(known, Reason.SECRET_FORBIDDEN, _denied(refusal), now)


def forbidden(refusal: Forbidden) -> Happening:
    """The Event of the same."""
    return Happening(reason=Reason.SECRET_FORBIDDEN, message=_denied(refusal), severity=Severity.WARNING)


def _denied(refusal: Forbidden) -> str:
    return (
        f"The operator may not read a Secret of this resource: {refusal.message or refusal.reason}. "
        "Give its service account the rights that the chart has for it; it is tried again by itself."
    )


def _failed(known: Known, reason: Reason, said: str, now: float) -> Status:
    old = known.status or Status()
    generation = known.metadata.generation
    kinds = (ConditionType.READY, ConditionType.SYNCED)
    fresh = [_condition(old, kind, reason, said[:_LONGEST], generation, now) for kind in kinds]
    rest = [one for one in old.conditions if one.type not in kinds]
    return structs.replace(old, observed_generation=generation, conditions=[*fresh, *rest])


def _condition(
    old: Status, kind: ConditionType, reason: Reason, message: str, generation: int, now: float
) -> Condition:
    before = next((one for one in old.conditions if one.type == kind), None)
    same = before is not None and before.status == "False"
    since = before.last_transition_time if before and same else f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return Condition(
        type=kind,
        status="False",
        reason=reason,
        message=message,
        last_transition_time=since,
        observed_generation=generation,
    )
