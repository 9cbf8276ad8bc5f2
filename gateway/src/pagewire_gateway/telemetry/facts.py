"""What spans say of events and accounts. Pure."""

from typing import Final

from pagewire.wire import Item
from pagewire_gateway.registry.port import Account
from pagewire_gateway.telemetry.kinds import bounded

DESTINATION: Final = "events"
FRESH_MS: Final = 300_000
"""Milliseconds for which work belongs to the trace of what caused it; older work begins its own, and says what it comes from."""

HOSTS: Final = {"facebook": "graph.facebook.com", "instagram": "graph.instagram.com"}
"""By `Account.host`, who answers for it."""

_PLATFORMS: Final = {"page": "messenger", "instagram": "instagram"}

Facts = dict[str, str | bool | int | float]


def of_event(item: Item) -> Facts:
    """What an event is."""
    return {
        "messaging.message.id": item.id,
        "pagewire.event.type": bounded(item.kind),
        "pagewire.platform": _PLATFORMS.get(item.object, "other"),
    }


def of_account(account: Account) -> Facts:
    """Which resource names the account."""
    return {
        "k8s.namespace.name": account.namespace,
        "pagewire.resource.kind": account.kind,
        "pagewire.resource.name": account.name,
    }


def of_operation(name: str, kind: str) -> Facts:
    """What is done with events, in the words of OpenTelemetry's conventions for messaging."""
    return {
        "messaging.destination.name": DESTINATION,
        "messaging.operation.name": name,
        "messaging.operation.type": kind,
    }


def parent_of(cause: str, attempt: int, age_ms: int) -> str:
    """The traceparent that work is part of: what caused it, for the first attempt while that is fresh; else none."""
    return cause if attempt <= 1 and age_ms < FRESH_MS else ""
