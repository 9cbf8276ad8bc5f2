"""Does one step for an account. Fields are read back, as Meta may say yes and do nothing; profile calls are too few."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from msgspec import structs

from pagewire.resources import ConditionType, Reason
from pagewire_operator.brain.ownership import listed
from pagewire_operator.brain.translate import speaking_of
from pagewire_operator.brain.trouble import Blocked, Pace, Trouble
from pagewire_operator.model import Step

from .edge import Edge
from .look import look_at_fields
from .memory import Remembered
from .plan import Clear, SetFields, SetProfile, Unsubscribe
from .seen import Account, AccountSeen

__all__ = ["do"]

S = TypeVar("S", bound=AccountSeen)


async def do(account: Account, seen: S, step: Step, edge: Edge, known: Remembered, now: float) -> S:
    """Do a step and say what is true then. Raises `Blocked`."""
    match step.arguments:
        case SetFields(fields=fields):
            with speaking_of(ConditionType.SUBSCRIBED):
                await edge.subscribe(fields)
            return _believed(await look_at_fields(account, seen, edge, known, now), fields)
        case Unsubscribe():
            with speaking_of(ConditionType.SUBSCRIBED):
                await edge.unsubscribe()
            return await look_at_fields(account, seen, edge, known, now)
        case SetProfile(properties=properties, adopted=adopted):
            with speaking_of(ConditionType.PROFILE_SYNCED):
                await edge.set_profile(properties)
            return _changed(seen, known, {**(seen.profile or {}), **properties}, adopted)
        case Clear(properties=names, adopted=adopted):
            with speaking_of(ConditionType.PROFILE_SYNCED):
                await edge.clear_profile(names)
            left = {name: value for name, value in (seen.profile or {}).items() if name not in names}
            return _changed(seen, known, left, adopted)
        case _:
            raise TypeError(f"{step.action} is no step of an account")


def _believed(seen: S, fields: Iterable[str]) -> S:
    """Take Meta's word only if it shows."""
    missing = frozenset(fields) - (seen.fields or frozenset())
    if not missing:
        return seen
    said = f"Meta said yes to {listed(missing)} and does not show it; it is tried again by itself."
    raise Blocked(Trouble(reason=Reason.NOT_SUBSCRIBED, message=said, about=ConditionType.SUBSCRIBED, pace=Pace.SOON))


def _changed(seen: S, known: Remembered, profile: Mapping[str, Any], adopted: tuple[str, ...]) -> S:
    known.profile = profile
    return structs.replace(seen, profile=profile, replaced=(*seen.replaced, *adopted))
