"""How things look to a person in front of a screen: bubbles and names. Pure."""

from __future__ import annotations

from typing import Any

from pagewire.simulator.state import Conversation, Message, State


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


def thread(state: State, conversation: Conversation) -> dict[str, Any]:
    """A whole conversation as the chat page draws it."""
    return {
        "account": conversation.account.id,
        "person": conversation.person,
        "messages": [bubble(state, conversation, message) for message in conversation.messages],
        "delivered": conversation.delivered_ms,
        "read": conversation.read_ms,
        "seen": conversation.unread == 0,
        "blocked": conversation.blocked,
    }


def _comment(state: State, comment_id: str | None) -> str | None:
    """The words of the comment that a private reply refers to."""
    found = state.comments.get(comment_id or "")
    return found.text if found is not None else None
