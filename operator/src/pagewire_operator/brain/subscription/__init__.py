"""`WebhookSubscription`: where Meta delivers the webhooks of an app, and which."""

from .kind import SubscriptionKind

__all__ = ["SubscriptionKind"]
