"""A summary of the simulator, without secrets. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator.control import shapes
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import App


def summary(meta: Meta) -> shapes.Seen:
    """What ``GET /_control/state`` shows."""
    state, ledger = meta.state, meta.ledger
    return shapes.Seen(
        now=meta.clock.now_ms(),
        speed=meta.clock.speed,
        apps=[_app(app) for app in state.apps.values()],
        accounts=[_without(account) for account in state.accounts.values()],
        people=[_without(person) for person in state.people.values()],
        tokens=[_without(token, "value", "parent") for token in state.tokens.values()],
        conversations=len(state.conversations),
        tally=ledger.tally(),
        delivered=ledger.delivered_total,
        outstanding=meta.publisher.outstanding,
        postponed=meta.publisher.postponed,
    )


def _app(app: App) -> dict[str, Any]:
    shown = _without(app, "secret", "instagram_secret", "previous_secrets", "client_token", "verify_token")
    shown["subscriptions"] = {topic: _without(found, "verify_token") for topic, found in app.subscriptions.items()}
    return shown


def _without(value: msgspec.Struct, *secret: str) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(value)
    return {key: found for key, found in shown.items() if key not in secret}
