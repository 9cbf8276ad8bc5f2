"""Meta enforces its policies on an account: a warning, a block, the end of it (outbound.md 2.8, webhooks.md 3.16)."""

from __future__ import annotations

from typing import Any, Literal

from pagewire.simulator.meta import Meta

Action = Literal["warning", "block", "unblock"]


def enforce(meta: Meta, account_id: str, action: Action, reason: str = "") -> None:
    """Warn, block or unblock an account; a blocked one can send nothing, and its apps are told.

    Raises:
        Unknown: no such account.
    """
    account = meta.state.account(account_id)
    if action != "warning":
        account.restricted = action == "block"
    value: dict[str, Any] = {"action": action}
    if action != "unblock":
        value["reason"] = reason or "The account does not answer in time"
    item = {"recipient": {"id": account.id}, "timestamp": meta.clock.now_ms(), "policy_enforcement": value}
    if not account.instagram_login:  # not listed for Instagram Login (webhooks.md 2.3)
        meta.publisher.publish_account(account, "messaging_policy_enforcement", item)
