"""What one look at an app's webhooks showed, and what follows from it. Pure."""

from msgspec import Struct

from pagewire.resources import AdoptionPolicy, WebhookSubscription, WebhookSubscriptionStatus
from pagewire_operator.brain.ownership import Names, sort_names
from pagewire_operator.brain.report import Seen
from pagewire_operator.model import Key

__all__ = ["Current", "SubscriptionSeen", "fields_of", "is_foreign", "ours_of", "was_ours"]


class Current(Struct, frozen=True, kw_only=True):
    """The subscription Meta has.

    Attributes:
        callback_url: where it delivers.
        active: whether it delivers at all.
        fields: what it delivers.
        version: the Graph version of the webhooks' format; empty if Meta does not say.
    """

    callback_url: str
    active: bool
    fields: frozenset[str]
    version: str = ""


class SubscriptionSeen(Seen, frozen=True, kw_only=True):
    """A look at one object of one app.

    Attributes:
        holder: the older resource that claims the same, if there is one; then nothing else was looked at.
        looked: Meta was asked, and answered.
        current: what Meta has; ``None`` if nothing.
        before: somebody else's callback that a step of this reconciliation replaced.
    """

    holder: Key | None = None
    looked: bool = False
    current: Current | None = None
    before: str | None = None


def was_ours(status: WebhookSubscriptionStatus | None, current: Current) -> bool:
    """Whether the callback at Meta is one this resource put there or agreed with before.

    A status names fields of ours only beside a callback of ours.
    """
    return status is not None and bool(status.fields) and status.callback_url == current.callback_url


def is_foreign(resource: WebhookSubscription, current: Current) -> bool:
    """Whether Meta delivers somewhere that nobody told this resource to take over."""
    other = current.callback_url not in {"", resource.spec.callback_url}
    adopts = resource.spec.adoption_policy is AdoptionPolicy.ADOPT
    return other and not adopts and not was_ours(resource.status, current)


def fields_of(resource: WebhookSubscription, current: Current | None) -> Names:
    """Sort the fields by whose they are."""
    ours = resource.status.fields if resource.status else ()
    return sort_names(resource.spec.fields, ours, current.fields if current else ())


def ours_of(resource: WebhookSubscription, current: Current | None) -> frozenset[str]:
    """What may be taken back: our fields, and only while they go where this resource sends them.

    Those of the spec count even if nothing was written down of them: the operator may have been killed in between.
    """
    if current is None:
        return frozenset()
    if current.callback_url != resource.spec.callback_url and not was_ours(resource.status, current):
        return frozenset()
    recorded = resource.status.fields if resource.status else ()
    return current.fields & {*recorded, *resource.spec.fields}
