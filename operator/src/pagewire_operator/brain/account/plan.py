"""What would make an account at Meta agree with its resource. Pure.

Fields first, since without them nothing arrives; then at most one call that sets the profile and one that clears.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from pagewire.resources import AdoptionPolicy
from pagewire_operator.brain.ownership import Names, listed, sort_names
from pagewire_operator.brain.profile import Comparison, compare, wanted_of
from pagewire_operator.model import Step

from .seen import Account, AccountSeen

__all__ = [
    "Clear",
    "SetFields",
    "SetProfile",
    "Unsubscribe",
    "comparison",
    "field_names",
    "field_steps",
    "profile_steps",
]


class SetFields(Struct, frozen=True, kw_only=True):
    """Make `fields` the whole set of this app: Meta replaces, so what others set is among them."""

    fields: tuple[str, ...]


class Unsubscribe(Struct, frozen=True, kw_only=True):
    """Take the app off the account."""


class SetProfile(Struct, frozen=True, kw_only=True):
    """Set properties, each replaced whole; `adopted` were somebody else's."""

    properties: Mapping[str, Any]
    adopted: tuple[str, ...] = ()


class Clear(Struct, frozen=True, kw_only=True):
    """Clear properties, in this order; `adopted` were somebody else's."""

    properties: tuple[str, ...]
    adopted: tuple[str, ...] = ()


def field_names(resource: Account, seen: AccountSeen) -> Names:
    """The subscribed fields by whose they are."""
    ours = resource.status.subscribed_fields if resource.status else ()
    return sort_names(resource.spec.subscribed_fields, ours, seen.fields or ())


def field_steps(resource: Account, seen: AccountSeen, target: str) -> tuple[Step, ...]:
    """Subscribe, or stop what is no longer wanted; nothing if the fields were not looked at."""
    if seen.fields is None or seen.holder is not None:
        return ()
    names = field_names(resource, seen)
    whole = frozenset(resource.spec.subscribed_fields) | names.unmanaged
    if whole == seen.fields:
        return ()
    if whole:
        return (_subscribe(resource, seen, names, whole, target),)
    if seen.needed_by:
        return ()  # the last field is what keeps the app on the Page
    return (Step(action="Unsubscribe", target=target, detail=f"stop {listed(names.stale)}", arguments=Unsubscribe()),)


def comparison(resource: Account, seen: AccountSeen) -> Comparison | None:
    """What differs in the profile; ``None`` if it was not looked at."""
    if seen.profile is None:
        return None
    before = resource.status.profile if resource.status else None
    adopt = resource.spec.adoption_policy is AdoptionPolicy.ADOPT
    return compare(wanted_of(resource.spec.profile), seen.profile, before, adopt=adopt)


def profile_steps(resource: Account, seen: AccountSeen, target: str) -> tuple[Step, ...]:
    """One step to set and one to clear, if need be."""
    found = comparison(resource, seen)
    if found is None or seen.holder is not None:
        return ()
    steps: list[Step] = []
    if found.set:
        arguments: SetProfile | Clear = SetProfile(properties=found.set, adopted=_among(found.adopted, found.set))
        steps.append(_profile_step("SetProfile", target, found, tuple(found.set), arguments))
    if found.clear:
        arguments = Clear(properties=found.clear, adopted=_among(found.adopted, found.clear))
        steps.append(_profile_step("ClearProfile", target, found, found.clear, arguments))
    return tuple(steps)


def _subscribe(resource: Account, seen: AccountSeen, names: Names, whole: frozenset[str], target: str) -> Step:
    told = [f"add {listed(names.missing)}"] if names.missing else []
    if names.stale:
        told.append(f"stop {listed(names.stale)}")
    ours = frozenset(resource.status.subscribed_fields if resource.status else ())
    drift = bool(names.missing & ours)
    if drift and not seen.fields:
        told.append("the app is subscribed no more, as Meta does after an hour of failed deliveries")
    return Step(
        action="Subscribe",
        target=target,
        detail=", ".join(told),
        arguments=SetFields(fields=tuple(sorted(whole))),
        drift=drift,
    )


def _profile_step(action: str, target: str, found: Comparison, names: tuple[str, ...], arguments: Any) -> Step:
    return Step(
        action=action,
        target=target,
        detail=listed(names),
        arguments=arguments,
        drift=bool(set(names) & set(found.drifted)),
    )


def _among(names: tuple[str, ...], these: Any) -> tuple[str, ...]:
    return tuple(name for name in names if name in these)
