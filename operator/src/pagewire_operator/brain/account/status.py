"""What to say of an account: token, permissions, fields, profile. Pure."""

from collections.abc import Iterable, Iterator

from msgspec import structs

from pagewire.resources import ConditionType, Reason
from pagewire_operator.brain.conditions import timestamp
from pagewire_operator.brain.ownership import listed
from pagewire_operator.brain.permissions import Need, check
from pagewire_operator.brain.plugins import Installed, plugins_configured
from pagewire_operator.brain.profile import wanted_of
from pagewire_operator.brain.report import Work
from pagewire_operator.brain.sayings import false, found_there, of_trouble, true
from pagewire_operator.model import Happening, Saying, Severity

from .plan import comparison, field_names
from .seen import Account, AccountSeen

__all__ = [
    "happenings",
    "permissions_granted",
    "plugins",
    "profile_synced",
    "standoff",
    "subscribed",
    "token_valid",
]

_STANDOFFS = frozenset({Reason.CONFLICT, Reason.EXISTING_RESOURCE_CONFLICT})


def standoff(sayings: Iterable[Saying]) -> tuple[Saying, ...]:
    """Synced is False although no call failed, where the spec is not done because of somebody else."""
    for saying in sayings:
        if saying.status == "False" and saying.reason in _STANDOFFS:
            return (false(ConditionType.SYNCED, saying.reason, saying.message),)
    return ()


def token_valid(seen: AccountSeen | None, work: Work) -> Saying:
    """Meta's own refusal counts; else what the AccessToken says of itself."""
    about, trouble = ConditionType.TOKEN_VALID, work.trouble
    if trouble is not None and trouble.about is about:
        return of_trouble(about, trouble)
    if seen is None or not seen.token:
        return of_trouble(about, trouble)
    told = seen.token_valid
    if told is None:
        if seen.fields is not None:
            return true(about, f"Meta takes the token of {seen.token}.")
        return of_trouble(about, trouble)
    reason = Reason(told.reason) if told.reason in set(Reason) else Reason.PROGRESSING
    return Saying(type=about, status=told.status, reason=reason, message=f"{seen.token}: {told.message}")


def permissions_granted(seen: AccountSeen | None, work: Work, needs: Iterable[Need]) -> Saying:
    """What Meta refused for want of a permission counts; else what was granted."""
    about, trouble = ConditionType.PERMISSIONS_GRANTED, work.trouble
    if trouble is not None and trouble.about is about and trouble.proves:
        return of_trouble(about, trouble)
    told = check(needs, seen.grants if seen else None)
    return structs.replace(told, reason=trouble.reason) if told.status == "Unknown" and trouble else told


def subscribed(resource: Account, seen: AccountSeen | None, work: Work) -> Saying:
    """Whether Meta delivers what the spec names."""
    about, trouble, wanted = ConditionType.SUBSCRIBED, work.trouble, resource.spec.subscribed_fields
    if seen is None or seen.fields is None:
        return of_trouble(about, trouble)
    missing = field_names(resource, seen).missing
    if not missing:
        return true(about, f"Meta delivers {len(wanted)} fields: {listed(wanted)}.")
    if trouble is not None and trouble.about is about and trouble.proves:
        return of_trouble(about, trouble)
    because = f" {trouble.message}" if trouble else ""
    return false(about, Reason.NOT_SUBSCRIBED, f"Meta does not deliver {listed(missing)}.{because}")


def profile_synced(resource: Account, seen: AccountSeen | None, work: Work) -> Saying:
    """Whether the profile at Meta is the one of the spec."""
    about, trouble = ConditionType.PROFILE_SYNCED, work.trouble
    found = comparison(resource, seen) if seen else None
    if found is None:
        return of_trouble(about, trouble)
    if found.refused:
        return false(about, Reason.EXISTING_RESOURCE_CONFLICT, _taken(found.refused))
    if not found.differs:
        return true(about, f"The profile at Meta is as the spec says: {listed(found.agreed)}.")
    if trouble is not None and trouble.about is about and trouble.proves:
        return of_trouble(about, trouble)
    because = f" {trouble.message}" if trouble else ""
    return false(about, Reason.PROFILE_DIFFERS, f"The profile at Meta differs in {listed(found.differs)}.{because}")


def plugins(account: Account, seen: AccountSeen | None, installed: Installed) -> Iterator[Saying]:
    """Whether its plugins take their configs, if it is this resource that counts."""
    if seen is None or seen.holder is None:
        yield from plugins_configured(account.spec.plugins, installed)


def happenings(
    account: Account, seen: AccountSeen | None, work: Work, target: str, now: float
) -> tuple[Happening, ...]:
    """What people should hear of besides the steps: what was there already or taken over, and a silence that was ended."""
    if seen is None:
        return ()
    told = list(_found(account, seen, work, target))
    if seen.replaced:
        said = f"The profile of {target} was set by somebody else and is ours now: {listed(seen.replaced)}."
        told.append(Happening(reason=Reason.ADOPTED, message=said, severity=Severity.WARNING))
    if any(step.drift and step.action == "Subscribe" for step in work.done):
        told.append(_silence(target, seen.last_good, now))
    return tuple(told)


def _found(account: Account, seen: AccountSeen, work: Work, target: str) -> tuple[Happening, ...]:
    if work.observing or seen.holder is not None:
        return ()
    done, old = {step.action for step in work.done}, account.status
    names: set[str] = set()
    if seen.fields is not None and "Subscribe" not in done:
        names |= field_names(account, seen).present - set(old.subscribed_fields if old else ())
    compared = comparison(account, seen)
    if compared is not None and not done & {"SetProfile", "ClearProfile"}:
        wanted = {name for name, value in wanted_of(account.spec.profile).items() if value is not None}
        names |= set(compared.agreed) & wanted - set(old.profile.managed if old and old.profile else ())
    return found_there(target, names)


def _silence(target: str, last_good: float | None, now: float) -> Happening:
    since = f"between {timestamp(last_good)} and" if last_good is not None else "at some time before"
    said = (
        f"Fields of {target} were unsubscribed {since} {timestamp(now)}; events of that time were not delivered and do "
        "not come again. Look for failures of the gateway in it."
    )
    return Happening(reason=Reason.SUBSCRIPTION_DISABLED, message=said, severity=Severity.WARNING)


def _taken(names: Iterable[str]) -> str:
    return (
        f"Meta has another value in {listed(names)}, which this resource did not set, so it was left alone. Set "
        "spec.adoptionPolicy to Adopt to replace it, or take it out of spec.profile."
    )
