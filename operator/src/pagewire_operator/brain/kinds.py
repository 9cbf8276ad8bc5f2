"""The five kinds, and what each is to the brain. The one table."""

from collections.abc import Mapping
from typing import Any

from .app import AppKind
from .base import Kind
from .instagram import InstagramKind
from .page import PageKind
from .subscription import SubscriptionKind
from .tokens import AccessTokenKind

__all__ = ["make_kinds"]


def make_kinds() -> Mapping[str, Kind[Any, Any]]:
    """New kinds: some of them remember what they saw."""
    return {
        "MessengerApp": AppKind(),
        "AccessToken": AccessTokenKind(),
        "WebhookSubscription": SubscriptionKind(),
        "MessengerPage": PageKind(),
        "InstagramAccount": InstagramKind(),
    }
