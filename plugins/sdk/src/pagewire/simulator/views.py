"""How things look to a person in front of a screen: bubbles and names. Pure."""

from __future__ import annotations

from typing import Any

from pagewire.simulator.state import Conversation, Message


def bubble(conversation: Conversation, message: Message) -> dict[str, Any]:
    """A message as the chat page draws it."""
    return {
        "mid": message.mid,
        "mine": message.sender == conversation.person,
        "created": message.created,
        "text": message.text,
        "attachments": message.attachments,
        "quick_replies": message.quick_replies,
        "reply_to": message.reply_to,
        "reactions": message.reactions,
        "unsent": message.unsent,
    }


def thread(conversation: Conversation) -> dict[str, Any]:
    """A whole conversation as the chat page draws it."""
    return {
        "account": conversation.account.id,
        "person": conversation.person,
        "messages": [bubble(conversation, message) for message in conversation.messages],
        "delivered": conversation.delivered_ms,
        "read": conversation.read_ms,
        "seen": conversation.unread == 0,
        "blocked": conversation.blocked,
    }
