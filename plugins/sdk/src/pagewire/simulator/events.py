"""The messaging items that webhooks carry (webhooks.md 3). Pure: what happened in, JSON objects out."""

from __future__ import annotations

from typing import Any

from pagewire.simulator.stored import Comment, Conversation, Message

FIELDS: dict[str, dict[str, str | None]] = {
    "page": {
        "message": "messages",
        "echo": "message_echoes",
        "edit": "message_edits",
        "reaction": "message_reactions",
        "read": "message_reads",
        "delivery": "message_deliveries",
        "postback": "messaging_postbacks",
        "referral": "messaging_referrals",
        "handover": "messaging_handovers",
        "comment": "feed",
        "feedback": "messaging_feedback",
        "information": "messaging_customer_information",
        "linking": "messaging_account_linking",
        "optin": "messaging_optins",
    },
    "instagram": {
        "message": "messages",
        "echo": "messages",
        "edit": "message_edit",
        "reaction": "message_reactions",
        "read": "messaging_seen",
        "delivery": None,
        "postback": "messaging_postbacks",
        "referral": "messaging_referral",
        "handover": "messaging_handover",
        "comment": "comments",
        "feedback": None,
        "information": None,
        "linking": None,
        "optin": "messaging_optins",
    },
}
"""Object and kind to the subscription field it needs; None never happens there (webhooks.md 3.1, 3.2)."""

_REACTIONS = {"❤": "love", "😢": "sad", "😮": "wow", "👍": "like", "😠": "angry", "😡": "angry"}
_ONLY_ON = {"page": {"😆": "smile", "👎": "dislike"}, "instagram": {"😆": "laugh", "😂": "laugh"}}


def _from_person(conversation: Conversation, ms: int, **kind: Any) -> dict[str, Any]:
    return {
        "sender": {"id": conversation.person},
        "recipient": {"id": conversation.account.id},
        "timestamp": ms,
        **kind,
    }


def message(conversation: Conversation, sent: Message, **extra: Any) -> dict[str, Any]:
    """A person's message; ``extra`` adds ``quick_reply`` or ``referral`` to it."""
    return _from_person(conversation, sent.created, message={**_content(conversation, sent), **extra})


def echo(conversation: Conversation, sent: Message) -> dict[str, Any]:
    """The account's own message, sender and recipient swapped (outbound.md 4.11)."""
    content: dict[str, Any] = {"mid": sent.mid, "is_echo": True}
    if conversation.account.object == "page":
        if sent.app_id is not None:
            content["app_id"] = int(sent.app_id) if sent.app_id.isdigit() else sent.app_id
        if sent.metadata is not None:
            content["metadata"] = sent.metadata
    content.update(_content(conversation, sent))
    return {
        "sender": {"id": conversation.account.id},
        "recipient": {"id": conversation.person},
        "timestamp": sent.created,
        "message": content,
    }


def _content(conversation: Conversation, sent: Message) -> dict[str, Any]:
    content: dict[str, Any] = {"mid": sent.mid}
    if sent.text is not None:
        content["text"] = sent.text
    if sent.attachments:
        content["attachments"] = sent.attachments
    if sent.story is not None:
        content["reply_to"] = {"story": sent.story}
    elif sent.reply_to is not None:
        quoted = next((m for m in conversation.messages if m.mid == sent.reply_to), None)
        own = quoted is not None and quoted.sender == sent.sender
        content["reply_to"] = {"mid": sent.reply_to, "is_self_reply": own}
    return content


def delivery(conversation: Conversation, mids: list[str], watermark: int, ms: int) -> dict[str, Any]:
    """The person's app received these messages; Messenger only."""
    return _from_person(conversation, ms, delivery={"mids": mids, "watermark": watermark})


def read(conversation: Conversation, last: Message, ms: int) -> dict[str, Any]:
    """The person read up to ``last``: a watermark on Messenger, a mid on Instagram (webhooks.md 3.9)."""
    page = conversation.account.object == "page"
    return _from_person(conversation, ms, read={"watermark": last.created} if page else {"mid": last.mid})


def reaction(conversation: Conversation, mid: str, emoji: str | None, ms: int) -> dict[str, Any]:
    """The person reacted to a message, or took the reaction back (``emoji`` None)."""
    value: dict[str, Any] = {"mid": mid, "action": "unreact" if emoji is None else "react"}
    if emoji is not None:
        bare = emoji.rstrip("\ufe0f")
        names = _REACTIONS | _ONLY_ON[conversation.account.object]
        value |= {"reaction": names.get(bare, "other"), "emoji": emoji}
    return _from_person(conversation, ms, reaction=value)


def postback(conversation: Conversation, value: dict[str, Any], ms: int) -> dict[str, Any]:
    """The person pressed a button, Get Started, an ice breaker or a menu entry."""
    return _from_person(conversation, ms, postback=value)


def referral(conversation: Conversation, value: dict[str, Any], ms: int) -> dict[str, Any]:
    """The person came back to the thread by a link or an ad."""
    return _from_person(conversation, ms, referral=value)


def unsent(conversation: Conversation, mid: str, ms: int) -> dict[str, Any]:
    """The person unsent a message."""
    return _from_person(conversation, ms, message={"mid": mid, "is_deleted": True})


def edit(conversation: Conversation, changed: Message, times: int, ms: int) -> dict[str, Any]:
    """The person edited a message."""
    value = {"mid": changed.mid, "text": changed.text, "num_edit": times}
    return _from_person(conversation, ms, message_edit=value)


def feedback(conversation: Conversation, value: dict[str, Any]) -> dict[str, Any]:
    """The person answered a customer feedback form; without a time, as documented (webhooks.md 3.17)."""
    item = _from_person(conversation, 0, messaging_feedback=value)
    del item["timestamp"]
    return item


def information(conversation: Conversation, value: dict[str, Any], ms: int) -> dict[str, Any]:
    """The person filled in a structured information form (webhooks.md 3.19)."""
    return _from_person(conversation, ms, messaging_customer_information=value)


def linking(conversation: Conversation, value: dict[str, Any], ms: int) -> dict[str, Any]:
    """The person linked the account of a shop, or unlinked it (webhooks.md 3.13)."""
    return _from_person(conversation, ms, account_linking=value)


def optin(conversation: Conversation, value: dict[str, Any], ms: int) -> dict[str, Any]:
    """The person opted in, by a plugin or to marketing messages (webhooks.md 3.12)."""
    return _from_person(conversation, ms, optin=value)


def checkbox(conversation: Conversation, value: dict[str, Any], ms: int) -> dict[str, Any]:
    """The person ticked the checkbox plugin's box: known by ``user_ref`` only."""
    return {"recipient": {"id": conversation.account.id}, "timestamp": ms, "optin": value}


def handover(conversation: Conversation, kind: str, value: dict[str, Any], ms: int) -> dict[str, Any]:
    """Thread control changed hands; ``kind`` is ``pass``, ``take`` or ``request`` (webhooks.md 3.14)."""
    return _from_person(conversation, ms, **{f"{kind}_thread_control": value})


def comment(object_name: str, made: Comment, name: str) -> dict[str, Any]:
    """A person commented on a post: a change, not a messaging item (webhooks.md 3.22)."""
    if object_name == "instagram":
        value: dict[str, Any] = {
            "id": made.id,
            "from": {"id": made.person, "username": name},
            "text": made.text,
            "media": {"id": f"179{made.id[-13:]}", "media_product_type": "FEED"},
        }
        if made.live:
            value["media"]["media_product_type"] = "LIVE"
            return {"field": "live_comments", "value": value}
        return {"field": "comments", "value": value}
    if made.visitor:
        posted = {
            "item": "status",
            "verb": "add",
            "post_id": made.id,
            "from": {"id": made.person, "name": name},
            "message": made.text,
            "created_time": made.created // 1000,
        }
        return {"field": "feed", "value": posted}
    post = made.id.partition("_")[0]
    value = {
        "item": "comment",
        "verb": "add",
        "post_id": f"{made.account_id}_{post}",
        "comment_id": made.id,
        "parent_id": f"{made.account_id}_{post}",
        "from": {"id": made.person, "name": name},
        "message": made.text,
        "created_time": made.created // 1000,
    }
    return {"field": "feed", "value": value}
