"""What to say of a resource that cannot be decoded. Pure."""

from datetime import UTC, datetime
from typing import Final

from msgspec import structs

from pagewire.resources import Condition, ConditionType, Reason, Status
from pagewire_operator.known import Known

_LONGEST: Final = 1000


def unreadable_status(known: Known, now: float) -> Status:
    """Ready and Synced are False, and why; whatever else was said stays.

    Args:
        known: the resource.
        now: seconds since 1970.
    """
    old = known.status or Status()
    generation = known.metadata.generation
    said = f"This release of the operator cannot read the resource: {known.problem}. Upgrade it, or mend the field."
    fresh = [
        _condition(old, kind, said[:_LONGEST], generation, now) for kind in (ConditionType.READY, ConditionType.SYNCED)
    ]
    rest = [one for one in old.conditions if one.type not in {one.type for one in fresh}]
    return structs.replace(old, observed_generation=generation, conditions=[*fresh, *rest])


def _condition(old: Status, kind: ConditionType, message: str, generation: int, now: float) -> Condition:
    before = next((one for one in old.conditions if one.type == kind), None)
    same = before is not None and before.status == "False"
    since = before.last_transition_time if before and same else f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return Condition(
        type=kind,
        status="False",
        reason=Reason.INVALID_SPEC,
        message=message,
        last_transition_time=since,
        observed_generation=generation,
    )
