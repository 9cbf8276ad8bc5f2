"""What the Conversations API tells of a message, as the webhook would have told it. Pure.

The item goes through the same reader as a delivery body, so that kind, person and natural key are the webhook's own.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from pagewire import wire
from pagewire.events import Channel
from pagewire.graph.results import Conversation, Message
from pagewire.graph.wire import Attachment
from pagewire.wire import Item

HEALED = "healed"
"""`Item.via` of what was read here."""


def person_of(conversation: Conversation, business: frozenset[str]) -> str | None:
    """Scoped id of whom a conversation is with; ``None`` if Meta does not say.

    Args:
        conversation: as `GraphClient.conversations` lists it.
        business: ids of the account's own side.
    """
    return next((str(one.id) for one in conversation.participants if one.id not in business), None)


def is_ours(message: Message, business: frozenset[str]) -> bool:
    """Whether the business wrote it."""
    return message.sender is not None and message.sender.id in business


def created_ms(message: Message) -> int | None:
    """When it was written, milliseconds since 1970; Meta tells whole seconds."""
    return None if message.created_time is None else int(message.created_time.timestamp() * 1000)


def item_of(
    message: Message, account: tuple[str, str], person: str, *, ours: bool, channel: Channel = "messaging"
) -> Item | None:
    """A message as an item; ``None`` if Meta does not tell enough of it.

    Args:
        message: with sender and time.
        account: object and id.
        person: scoped id of the person.
        ours: the business wrote it.
        channel: ``standby`` if another app has the conversation.
    """
    at = created_ms(message)
    if at is None or message.sender is None:
        return None
    ends = (account[1], person) if ours else (person, account[1])
    item = {
        "sender": {"id": ends[0]},
        "recipient": {"id": ends[1]},
        "timestamp": at,
        "message": _content(message, ours),
    }
    entry = {"id": account[1], "time": at, "messaging": [item]}
    body = msgspec.json.encode({"object": account[0], "entry": [entry]})
    (read,) = wire.read(body, at).items
    return msgspec.structs.replace(read, via=HEALED, channel=channel)


def _content(message: Message, ours: bool) -> dict[str, Any]:
    content: dict[str, Any] = {"mid": str(message.id)}
    if ours:
        content["is_echo"] = True
    if message.text:
        content["text"] = message.text
    if message.reply_to is not None:
        content["reply_to"] = {"mid": str(message.reply_to)}
    if message.attachments:
        content["attachments"] = [_attachment(one) for one in message.attachments]
    return content


def _attachment(one: Attachment) -> dict[str, Any]:
    if one.kind == "template":
        return {"type": "template", "payload": {"template_type": "generic"}}
    shown = one.image_data or one.video_data or {}
    url = shown.get("url") or one.file_url
    return {"type": one.kind, "payload": {"url": url} if isinstance(url, str) else {}}


def oldest_first(messages: Sequence[Message]) -> list[Message]:
    """The order in which they were said; Meta lists the newest first."""
    return list(reversed(messages))
