"""How things look to a person in front of a screen: bubbles and names. Pure."""

from __future__ import annotations

from typing import Any

from pagewire.simulator.state import State
from pagewire.simulator.stored import FLOW_APP, INBOX_APPS, Comment, Conversation, Message


def bubble(state: State, conversation: Conversation, message: Message) -> dict[str, Any]:
    """A message as the chat page draws it."""
    return {
        "mid": message.mid,
        "mine": message.sender == conversation.person,
        "created": message.created,
        "text": message.text,
        "attachments": message.attachments,
        "quick_replies": message.quick_replies,
        "reply_to": message.reply_to,
        "story": message.story,
        "reactions": message.reactions,
        "unsent": message.unsent,
        "edits": message.edits,
        "filled": message.filled,
        "persona": persona(state, message.persona),
        "private": _comment(state, message.private),
        "assets": message.assets,
        "silent": message.notification,
    }


def persona(state: State, persona_id: str | None) -> dict[str, str] | None:
    """A persona as the chat page shows it; None when the account speaks for itself."""
    found = state.personas.get(persona_id or "")
    return {"name": found.name, "picture": found.picture} if found is not None else None


def thread(state: State, conversation: Conversation, now: float) -> dict[str, Any]:
    """A whole conversation as the chat page draws it; ``now`` is in seconds since the epoch."""
    account, owner = conversation.account, conversation.owner_at(now)
    said = [c for c in state.comments.values() if (c.account_id, c.person) == (account.id, conversation.person)]
    return {
        "account": account.id,
        "person": conversation.person,
        "messages": [bubble(state, conversation, message) for message in conversation.messages],
        "comments": [comment(made) for made in said if not made.deleted],
        "delivered": conversation.delivered_ms,
        "read": conversation.read_ms,
        "seen": conversation.unread == 0,
        "blocked": conversation.blocked,
        "owner": {"owner": owner, "name": owner_name(state, owner)},
        "menu": _entries(state.menus.get((account.id, conversation.person), account.profile.get("persistent_menu"))),
        "ice_breakers": _entries(account.profile.get("ice_breakers")),
        "get_started": (account.profile.get("get_started") or {}).get("payload"),
    }


def comment(made: Comment) -> dict[str, Any]:
    """A comment or post as the chat page draws it."""
    return {"id": made.id, "text": made.text, "created": made.created, "visitor": made.visitor, "live": made.live}


def owner_name(state: State, owner: str | None) -> str | None:
    """What people call the owner of a thread; None when nobody owns it."""
    if owner in INBOX_APPS.values():
        return "Meta's inbox"
    if owner == FLOW_APP:
        return "Meta's automated flow"
    app = state.apps.get(owner or "")
    return app.name if app is not None else owner


def _entries(localized: Any) -> list[dict[str, Any]]:
    """The entries of a menu or of ice breakers for everybody: flat ones, or those of the default locale."""
    found = [entry for entry in localized or [] if isinstance(entry, dict)]
    chosen = next((entry for entry in found if entry.get("locale") == "default"), None)
    if chosen is None:
        return [entry for entry in found if "call_to_actions" not in entry]
    entries: list[dict[str, Any]] = chosen.get("call_to_actions") or []
    return entries


def _comment(state: State, comment_id: str | None) -> str | None:
    """The words of the comment that a private reply refers to."""
    found = state.comments.get(comment_id or "")
    return found.text if found is not None else None
