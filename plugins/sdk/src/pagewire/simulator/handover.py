"""A thread changes hands, and everybody is told (webhooks.md 3.14)."""

from __future__ import annotations

from pagewire.simulator import events, views
from pagewire.simulator.meta import Meta
from pagewire.simulator.stored import INBOX_APPS, THREAD_LEASE, Conversation


def pass_thread(
    meta: Meta,
    conversation: Conversation,
    target: str,
    previous: str | None,
    metadata: object = None,
    kind: str = "pass",
) -> None:
    """Give a thread to an app and announce it (webhooks.md 3.14)."""
    now_ms = meta.clock.now_ms()
    conversation.owner, conversation.owner_until = target, now_ms / 1000 + THREAD_LEASE
    value = {"previous_owner_app_id": previous, "new_owner_app_id": target, "metadata": metadata or ""}
    item = events.handover(conversation, kind, value, conversation.stamp(now_ms))
    meta.publisher.publish(conversation, "handover", item)
    tell_owner(meta, conversation)


def take_thread(meta: Meta, conversation: Conversation) -> None:
    """Meta's inbox takes the thread, as it does when a person answers there (outbound.md 4.3)."""
    app = INBOX_APPS[conversation.account.object]
    previous = conversation.owner_at(meta.clock.now())
    if previous != app:
        pass_thread(meta, conversation, app, previous, kind="take")


def claim(meta: Meta, conversation: Conversation, app: str) -> None:
    """An app that was allowed to answer in a thread of another one takes it (outbound.md 4.3)."""
    owner = conversation.owner_at(meta.clock.now())
    if owner not in (None, app):
        pass_thread(meta, conversation, app, owner, kind="take")


def release(meta: Meta, conversation: Conversation) -> None:
    """Let a thread go idle. No webhook tells of it (outbound.md 4.3)."""
    conversation.owner, conversation.owner_until = None, 0.0
    tell_owner(meta, conversation)


def tell_owner(meta: Meta, conversation: Conversation) -> None:
    """Show whoever looks on who owns the thread."""
    owner = conversation.owner_at(meta.clock.now())
    meta.hub.tell("owner", conversation.lane, {"owner": owner, "name": views.owner_name(meta.state, owner)})
