"""What the status of an account tells of Meta, whatever kind it is. Pure."""

from typing import TypeVar

from msgspec import structs

from pagewire.resources import AdoptionPolicy, InstagramAccountStatus, MessengerPageStatus, ProfileFacts
from pagewire.resources.account_status import MAX_APPS
from pagewire.resources.status import MAX_LISTED
from pagewire_operator.brain.profile import facts_of, wanted_of

from .plan import field_names
from .seen import Account, AccountSeen

__all__ = ["shared"]

F = TypeVar("F", MessengerPageStatus, InstagramAccountStatus)


def shared(resource: Account, seen: AccountSeen, old: F) -> F:
    """The facts that a Page and an Instagram account have in common; what could not be looked at stays what it was."""
    fields, unmanaged, others = old.subscribed_fields, old.unmanaged_fields, old.other_apps
    if seen.fields is not None:
        names = field_names(resource, seen)
        fields, unmanaged = sorted(names.present)[:MAX_LISTED], sorted(names.unmanaged)[:MAX_LISTED]
        others = list(seen.others)[:MAX_APPS]
    return structs.replace(
        old,
        name=seen.name or old.name,
        username=seen.username or old.username,
        subscribed_fields=fields,
        unmanaged_fields=unmanaged,
        other_apps=others,
        profile=_profile(resource, seen),
        adopted=_adopted(resource, seen),
    )


def _profile(resource: Account, seen: AccountSeen) -> ProfileFacts | None:
    """What to remember of the profile."""
    wanted = wanted_of(resource.spec.profile)
    old = resource.status.profile if resource.status else None
    if seen.profile is None:
        return old if wanted else None
    adopt = resource.spec.adoption_policy is AdoptionPolicy.ADOPT
    return facts_of(wanted, seen.profile, old, adopt=adopt)


def _adopted(resource: Account, seen: AccountSeen) -> list[str]:
    """What was taken over so far, as in ``profile.greeting``."""
    before = resource.status.adopted if resource.status else []
    return sorted({*before, *(f"profile.{name}" for name in seen.replaced)})[:50]
