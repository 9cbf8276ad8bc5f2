"""What to say of an app's webhooks. Pure."""

from datetime import datetime
from typing import Final

from pagewire.resources import ConditionType, Reason, WebhookSubscription, WebhookSubscriptionStatus
from pagewire_operator.brain.report import Report, Work
from pagewire_operator.brain.sayings import false, found_there, of_trouble, true
from pagewire_operator.model import Happening, Saying, Severity

from .seen import Current, SubscriptionSeen, fields_of, is_foreign

__all__ = ["report"]

PATIENCE: Final = 600.0
"""Seconds after its creation in which an unverified callback is put down to a gateway that is still starting."""
LOOK_AGAIN: Final = 600.0
"""Seconds until the dashboard is looked at again, where only a person there can help."""
MAX_LISTED: Final = 150

_SUBSCRIBED: Final = ConditionType.SUBSCRIBED


def report(resource: WebhookSubscription, seen: SubscriptionSeen | None, work: Work, now: float) -> Report:
    """The status of a subscription; what could not be looked at stays what it was."""
    saying = _subscribed(resource, seen, work, now)
    told = (saying, _unsynced(saying)) if saying.reason in _STANDOFFS else (saying,)
    return Report(
        facts=_facts(resource, seen),
        sayings=told,
        happenings=(*_found(resource, seen, work), *_adopted(resource, seen, work)),
        again=LOOK_AGAIN if saying.reason is Reason.DASHBOARD_ONLY else None,
    )


_STANDOFFS: Final = frozenset({Reason.CONFLICT, Reason.FOREIGN_CALLBACK})
"""No call failed, and still the spec is not done."""


def _unsynced(saying: Saying) -> Saying:
    return false(ConditionType.SYNCED, saying.reason, saying.message)


def _subscribed(resource: WebhookSubscription, seen: SubscriptionSeen | None, work: Work, now: float) -> Saying:
    spec, trouble = resource.spec, work.trouble
    if seen is not None and seen.holder is not None:
        said = (
            f"{seen.holder} is older and holds the webhooks of object {spec.object} of this app; delete one of the two."
        )
        return false(_SUBSCRIBED, Reason.CONFLICT, said)
    if seen is None or not seen.looked:
        return of_trouble(_SUBSCRIBED, trouble)
    if seen.current is not None and is_foreign(resource, seen.current):
        return false(_SUBSCRIBED, Reason.FOREIGN_CALLBACK, _foreign(resource, seen.current))
    if trouble is not None and trouble.about is _SUBSCRIBED and trouble.proves:
        reason = trouble.reason
        if reason is Reason.CALLBACK_UNVERIFIED and _young(resource, now):
            reason = Reason.WAITING_FOR_GATEWAY
        return false(_SUBSCRIBED, reason, trouble.message)
    return _compared(resource, seen.current, work)


def _compared(resource: WebhookSubscription, current: Current | None, work: Work) -> Saying:
    spec, missing = resource.spec, fields_of(resource, current).missing
    because = f" {work.trouble.message}" if work.trouble else ""
    if current is None or current.callback_url != spec.callback_url or missing:
        what = f"{len(spec.fields) if current is None else len(missing)} fields of object {spec.object}"
        said = f"Meta does not deliver {what} to {spec.callback_url}: {', '.join(sorted(missing)) or 'it delivers elsewhere'}."
        return false(_SUBSCRIBED, Reason.NOT_SUBSCRIBED, said + because)
    if not current.active:
        said = f"Meta has stopped delivering object {spec.object}, as it does after failures; look at the gateway."
        return false(_SUBSCRIBED, Reason.SUBSCRIPTION_DISABLED, said + because)
    return true(_SUBSCRIBED, f"Meta delivers {len(spec.fields)} fields of object {spec.object} to {spec.callback_url}.")


def _foreign(resource: WebhookSubscription, current: Current) -> str:
    return (
        f"Meta delivers object {resource.spec.object} of this app to {current.callback_url}, which this resource did not "
        "set: perhaps another environment uses the same app. Set spec.adoptionPolicy to Adopt to take it over, or use an "
        "app of its own."
    )


def _young(resource: WebhookSubscription, now: float) -> bool:
    created = resource.metadata.creation_timestamp
    return created is not None and now - datetime.fromisoformat(created).timestamp() < PATIENCE


def _facts(resource: WebhookSubscription, seen: SubscriptionSeen | None) -> WebhookSubscriptionStatus:
    old = resource.status or WebhookSubscriptionStatus()
    if seen is None or not seen.looked:
        return old
    current = seen.current
    if current is None:
        return WebhookSubscriptionStatus(active=False, adopted_from=old.adopted_from)
    foreign = is_foreign(resource, current)
    fields = fields_of(resource, current)
    # Fields of ours are named only beside a callback of ours: that is how the next look knows whose it is.
    ours = frozenset() if foreign else fields.present
    return WebhookSubscriptionStatus(
        callback_url=current.callback_url,
        active=current.active,
        fields=sorted(ours)[:MAX_LISTED],
        unmanaged_fields=sorted(current.fields - ours)[:MAX_LISTED],
        payload_version=current.version or None,
        adopted_from=_taken_over(resource, seen) or old.adopted_from,
    )


def _taken_over(resource: WebhookSubscription, seen: SubscriptionSeen) -> str | None:
    before = seen.before
    return before if before and seen.current and seen.current.callback_url == resource.spec.callback_url else None


def _found(resource: WebhookSubscription, seen: SubscriptionSeen | None, work: Work) -> tuple[Happening, ...]:
    """The fields that were delivered as wanted before this resource did anything."""
    if seen is None or seen.current is None or work.done or work.observing or is_foreign(resource, seen.current):
        return ()
    known = set(resource.status.fields if resource.status else ())
    return found_there(f"object {resource.spec.object} of this app", fields_of(resource, seen.current).present - known)


def _adopted(resource: WebhookSubscription, seen: SubscriptionSeen | None, work: Work) -> tuple[Happening, ...]:
    if seen is None or not work.done or not (before := _taken_over(resource, seen)):
        return ()
    said = (
        f"Webhooks of object {resource.spec.object} went to {before} and were taken over, as adoptionPolicy Adopt asks."
    )
    return (Happening(reason=Reason.ADOPTED, message=said, severity=Severity.WARNING),)
