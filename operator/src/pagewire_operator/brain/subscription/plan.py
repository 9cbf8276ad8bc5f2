"""What would make Meta deliver an app's webhooks as the resource says. Pure."""

from collections.abc import Iterable

from msgspec import Struct

from pagewire.resources import ManagementPolicy, WebhookSubscription
from pagewire_operator.brain.ownership import Names, listed
from pagewire_operator.model import Step

from .seen import Current, SubscriptionSeen, fields_of, is_foreign, was_ours

__all__ = ["Remove", "Subscribe", "plan"]


class Subscribe(Struct, frozen=True, kw_only=True):
    """Have Meta deliver `fields` to the callback; Meta verifies the URL before it answers."""

    fields: tuple[str, ...]


class Remove(Struct, frozen=True, kw_only=True):
    """Have Meta deliver `fields` no more."""

    fields: tuple[str, ...]


def plan(resource: WebhookSubscription, seen: SubscriptionSeen) -> tuple[Step, ...]:
    """The steps; none where somebody else holds the subscription, or Meta could not be asked."""
    if seen.holder is not None or not seen.looked:
        return ()
    current = seen.current
    if current is not None and is_foreign(resource, current):
        return ()
    fields = fields_of(resource, current)
    steps: list[Step] = []
    if why := _why(resource, current, fields):
        steps.append(_subscribe(resource, current, fields, why))
    if fields.stale:
        detail = f"stop {listed(fields.stale)}"
        steps.append(
            Step(
                action="Unsubscribe",
                target=_target(resource),
                detail=detail,
                arguments=Remove(fields=_sorted(fields.stale)),
            )
        )
    return tuple(steps)


def _why(resource: WebhookSubscription, current: Current | None, fields: Names) -> str:
    if current is None:
        return f"deliver {listed(fields.missing)} to {resource.spec.callback_url}"
    told: list[str] = []
    if current.callback_url != resource.spec.callback_url:
        told.append(f"deliver to {resource.spec.callback_url} instead of {current.callback_url}")
    if not current.active:
        told.append("deliver again: Meta has stopped")
    if fields.missing:
        told.append(f"add {listed(fields.missing)}")
    if not told and _edited(resource):
        told.append("tell Meta again what it does not show")
    return ", ".join(told)


def _edited(resource: WebhookSubscription) -> bool:
    """Whether the spec changed: Meta never shows ``include_values``, so it is told anew."""
    status, generation = resource.status, resource.metadata.generation
    managed = resource.spec.management_policy is ManagementPolicy.MANAGE
    return managed and status is not None and bool(status.fields) and 0 < status.observed_generation < generation


def _subscribe(resource: WebhookSubscription, current: Current | None, fields: Names, why: str) -> Step:
    # Meta's reference says that a POST adds fields; should it replace them, what others set must not be lost.
    wanted = frozenset(resource.spec.fields) | fields.unmanaged
    return Step(
        action="Subscribe",
        target=_target(resource),
        detail=why,
        arguments=Subscribe(fields=_sorted(wanted)),
        drift=_drifted(resource, current, fields),
    )


def _drifted(resource: WebhookSubscription, current: Current | None, fields: Names) -> bool:
    """Whether Meta has less, or something else, than it had when we last agreed with it."""
    status = resource.status
    if status is None or not status.fields:
        return False
    if current is None or not current.active:
        return True
    return not was_ours(status, current) or bool(fields.missing & frozenset(status.fields))


def _target(resource: WebhookSubscription) -> str:
    return f"Webhooks of object {resource.spec.object}"


def _sorted(fields: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(fields))
