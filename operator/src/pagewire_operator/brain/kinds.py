"""The five kinds, and what each is to the brain. The one table."""

from collections.abc import Mapping
from typing import Any

from .app import AppKind
from .base import Kind
from .instagram import InstagramKind
from .page import PageKind
from .plugins import NO_PLUGINS, Installed
from .subscription import SubscriptionKind
from .tokens import AccessTokenKind

__all__ = ["make_kinds"]


def make_kinds(plugins: Installed = NO_PLUGINS) -> Mapping[str, Kind[Any, Any]]:
    """New kinds: some of them remember what they saw.

    Args:
        plugins: installed beside the operator.
    """
    return {
        "MessengerApp": AppKind(),
        "AccessToken": AccessTokenKind(),
        "WebhookSubscription": SubscriptionKind(),
        "MessengerPage": PageKind(plugins),
        "InstagramAccount": InstagramKind(plugins),
    }
