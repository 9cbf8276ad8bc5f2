"""What was seen of accounts lately, so that Meta is not asked again for what hardly changes, or must not be asked often.

Kept in memory only: after a start everything is looked at once. Meta allows ten profile calls in ten minutes for each
Page, looks included.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from pagewire.graph.admin import AppSubscription, Identity, PageFacts
from pagewire.resources import Resource
from pagewire.sealed import Sealed
from pagewire_operator import model
from pagewire_operator.brain.indices import key_of
from pagewire_operator.model import Key

__all__ = ["HOUR", "Memory", "Remembered", "asked_for", "fresh", "known_lately"]

HOUR: Final = 3600.0
"""Seconds that a name and the like are taken for unchanged."""
_MOST: Final = 50_000


class Remembered(Struct, kw_only=True):
    """What is remembered of one account; times are seconds since 1970.

    Attributes:
        uid: of the resource it belongs to.
        profile: the properties that are set.
        profile_at: when they were looked at.
        generation: of the resource at that time.
        facts: its name and so on.
        facts_at: when they were looked at.
        facts_by: the token they were looked at with; another one may belong to another account.
        webhooks: the app's webhooks of object instagram, where no resource tells of them.
        webhooks_at: when they were looked at.
        last_good: when the subscribed fields were last as wanted.
    """

    uid: str
    profile: Mapping[str, Any] | None = None
    profile_at: float = 0.0
    generation: int = 0
    facts: PageFacts | Identity | None = None
    facts_at: float = 0.0
    facts_by: Sealed[str] | None = None
    webhooks: AppSubscription | None = None
    webhooks_at: float = 0.0
    last_good: float | None = None


class Memory:
    """What is remembered, of the accounts looked at last."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, Remembered] = OrderedDict()

    def of(self, resource: Resource) -> Remembered:
        """What is remembered of a resource; nothing of an earlier one with its name."""
        key, uid = key_of(resource), resource.metadata.uid
        known = self._known.get(key)
        if known is None or known.uid != uid:
            known = self._known[key] = Remembered(uid=uid)
        self._known.move_to_end(key)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return known

    def forget(self, resource: Resource) -> None:
        """Drop what is remembered of a resource."""
        self._known.pop(key_of(resource), None)


def fresh(resource: Resource, known: Remembered, now: float, pause: float) -> bool:
    """Whether the profile as remembered still serves: looked at lately, for this very spec, and nobody asks for more."""
    lately = known.profile is not None and now - known.profile_at < pause
    return lately and known.generation == resource.metadata.generation and not asked_for(resource)


def known_lately(resource: Resource, known: Remembered, token: Sealed[str], now: float) -> bool:
    """Whether the facts as remembered still serve: looked at within the hour, with this token, and nobody asks for more."""
    return known.facts_by == token and now - known.facts_at < HOUR and not asked_for(resource)


def asked_for(resource: Resource) -> bool:
    """Whether somebody set the annotation that asks for a look."""
    asked = model.asked_for(resource.metadata)
    handled = resource.status.last_handled_reconcile_at if resource.status else None
    return asked is not None and asked != handled
