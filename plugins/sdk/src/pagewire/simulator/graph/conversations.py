"""The Conversations API: what was said, for reconciliation (outbound.md 4.5)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pagewire.simulator import errors
from pagewire.simulator.allowance import high_volume
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.graph import access
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.fields import Getter, Wanted, project, read_fields
from pagewire.simulator.graph.paging import page
from pagewire.simulator.meta import Meta
from pagewire.simulator.recipients import WINDOW_MS
from pagewire.simulator.stored import Conversation, Message
from pagewire.simulator.world import Account

_PAGE_SCOPES = frozenset({"pages_manage_metadata", "pages_read_engagement"})
_REQUEST_LIFE_MS = 30 * 24 * 3600 * 1000

NEWEST = 20
"""Messages of a conversation whose details can be read; older ones answer 9000001."""


def iso(ms: int) -> str:
    """A time as the Graph API prints it: whole seconds, ``+0000``."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


async def list_conversations(meta: Meta, call: Call) -> Answer:
    """``GET /{account}/conversations``: newest first, ``user_id`` finds one person's."""
    caller = access.account_of(meta, call)
    account = _platform(meta, call, caller)
    permit_reading(caller, account)
    use_rate(meta, account)
    user = call.text("user_id")
    if user is None and high_volume(meta, account):
        raise Refused(errors.IG_RATE if account.object == "instagram" else errors.RATE)
    folder = call.text("folder")
    found = [
        c for (owner, person), c in meta.state.conversations.items()
        if owner == account.id and user in (None, person) and c.messages and _listed(meta, c, folder)
    ]  # fmt: skip
    found.sort(key=lambda conversation: conversation.updated_ms, reverse=True)
    part, paging = page(found, call)
    wanted = read_fields(call.text("fields"))
    data = [_show(meta, call, caller, conversation, wanted) for conversation in part]
    return ok({"data": data, **({"paging": paging} if paging else {})})


def _platform(meta: Meta, call: Call, caller: access.Caller) -> Account:
    account = caller.account
    platform = (call.text("platform") or ("instagram" if call.host == "instagram" else "messenger")).lower()
    if account is None or platform not in ("messenger", "instagram"):
        raise Refused(invalid("Param platform must be one of {instagram, messenger}"))
    if platform == "messenger" or account.object == "instagram":
        return account
    linked = meta.state.instagram_of(account.id)
    if linked is None:
        raise Refused(errors.Refusal(100, 2534013, "(#100) The Page is not linked to an Instagram account"))
    return linked


def permit_reading(caller: access.Caller, account: Account) -> None:
    """Refuse a token without the permissions of the Conversations API (outbound.md 4.5).

    Raises:
        Refused: as ``access.permit``; 200 when a Page's reading permissions are missing.
    """
    access.permit(caller, account)
    missing = sorted(_PAGE_SCOPES - caller.scopes) if account.object == "page" else []
    if missing:
        words = f"(#200) Requires {', '.join(missing)} permission to manage the object"
        raise Refused(errors.Refusal(200, None, words, status=403))


def _listed(meta: Meta, conversation: Conversation, folder: str | None) -> bool:
    """Whether a folder shows a conversation; requests that were silent for 30 days are in none."""
    if conversation.folder == "other" and meta.clock.now_ms() - conversation.updated_ms > _REQUEST_LIFE_MS:
        return False
    return conversation.folder != "spam" if folder is None else conversation.folder == folder


def use_rate(meta: Meta, account: Account) -> None:
    """One call of the two a second (outbound.md 5.1)."""
    if not meta.rates.take(account.id, "conversations_per_second", meta.clock.now()):
        raise Refused(errors.IG_RATE if account.object == "instagram" else errors.RATE)


def own_conversation(meta: Meta, call: Call, conversation: Conversation | None) -> access.Caller:
    """The caller, if the conversation is its account's or its Page's Instagram account's."""
    caller = access.authenticate(meta, call)
    account = conversation.account if conversation is not None else None
    if caller.token is None or account is None or caller.account is None:
        raise Refused(errors.no_object(call.method, call.segments[0]))
    if caller.account.id not in (account.id, account.page_id):
        raise Refused(errors.no_object(call.method, call.segments[0]))
    permit_reading(caller, account)
    use_rate(meta, account)
    return caller


async def read_conversation(meta: Meta, call: Call) -> Answer:
    """``GET /{conversation}``, and ``GET /{conversation}/messages``."""
    conversation = meta.state.by_id.get(call.segments[0])
    caller = own_conversation(meta, call, conversation)
    if conversation is None:
        raise Refused(errors.no_object(call.method, call.segments[0]))
    wanted = read_fields(call.text("fields"))
    if len(call.segments) > 1:
        return ok(_messages(meta, call, conversation, Wanted("messages", wanted)))
    return ok(_show(meta, call, caller, conversation, wanted))


async def read_message(meta: Meta, call: Call) -> Answer:
    """``GET /{mid}``: only the newest 20 of a conversation have details."""
    found = meta.state.by_mid.get(call.segments[0])
    own_conversation(meta, call, found[0] if found else None)
    if found is None:
        raise Refused(errors.no_object(call.method, call.segments[0]))
    conversation, message = found
    if message.unsent or message not in list(conversation.messages)[-NEWEST:]:
        raise Refused(errors.MESSAGE_GONE)
    wanted = read_fields(call.text("fields"))
    return ok(project(wanted, _message_getters(meta, conversation, message), "Message", "id,created_time"))


def _show(
    meta: Meta, call: Call, caller: access.Caller, conversation: Conversation, wanted: list[Wanted]
) -> dict[str, Any]:
    now_ms = meta.clock.now_ms()
    last = conversation.last_user_ms
    owner = conversation.owner_at(now_ms / 1000)
    newest = conversation.messages[-1].text if conversation.messages else None
    getters: dict[str, Getter] = {
        "id": lambda _: conversation.id,
        "can_reply": lambda _: last is not None and now_ms - last < WINDOW_MS and not conversation.blocked,
        "folder": lambda _: conversation.folder,
        "is_owner": lambda _: owner in (None, caller.app.id),
        "is_subscribed": lambda _: True,
        "link": lambda _: f"/{conversation.account.id}/inbox/{conversation.id[2:]}/",
        "message_count": lambda _: len(conversation.messages),
        "messages": lambda field: _messages(meta, call, conversation, field),
        "name": lambda _: _name(meta, conversation.person),
        "participants": lambda _: {"data": [_who(meta, conversation, i) for i in _both(conversation)]},
        "scoped_thread_key": lambda _: conversation.id,
        "senders": lambda _: {"data": [_who(meta, conversation, i) for i in _both(conversation)]},
        "snippet": lambda _: newest,
        "unread_count": lambda _: conversation.unread,
        "updated_time": lambda _: iso(conversation.updated_ms),
    }
    return project(wanted, getters, "UnifiedThread", "id,link,updated_time")


def _messages(meta: Meta, call: Call, conversation: Conversation, field: Wanted) -> dict[str, Any]:
    newest = [message for message in reversed(conversation.messages) if not message.unsent]
    inner = call if len(call.segments) > 1 else Call(
        method="GET", host=call.host, asked=call.asked, segments=(conversation.id, "messages"),
        params={"limit": str(field.limit or 25)}, token=call.token,
    )  # fmt: skip
    part, paging = page(newest, inner)
    detailed = {message.mid for message in newest[:NEWEST]}
    data = []
    for message in part:
        fields = field.fields if message.mid in detailed else []
        data.append(project(fields, _message_getters(meta, conversation, message), "Message", "id,created_time"))
    return {"data": data, **({"paging": paging} if paging else {})}


def _message_getters(meta: Meta, conversation: Conversation, message: Message) -> dict[str, Getter]:
    def attachments(_: Wanted) -> dict[str, Any] | None:
        return {"data": [_attachment(a) for a in message.attachments]} if message.attachments else None

    def reply_to(_: Wanted) -> dict[str, Any] | None:
        if message.reply_to is None:
            return None
        quoted = meta.state.by_mid.get(message.reply_to)
        return {"mid": message.reply_to, "is_self_reply": bool(quoted and quoted[1].sender == message.sender)}

    def reactions(_: Wanted) -> dict[str, Any] | None:
        given = [
            {"reaction": emoji, "users": [_who(meta, conversation, who)]} for who, emoji in message.reactions.items()
        ]
        return {"data": given} if given else None

    return {
        "id": lambda _: message.mid,
        "created_time": lambda _: iso(message.created),
        "from": lambda _: _who(meta, conversation, message.sender),
        "to": lambda _: {"data": [_who(meta, conversation, message.recipient)]},
        "message": lambda _: message.text or "",
        "attachments": attachments,
        "reply_to": reply_to,
        "reactions": reactions,
        "is_unsupported": lambda _: None,
        "shares": lambda _: None,
        "sticker": lambda _: None,
        "story": lambda _: message.story,
        "tags": lambda _: {"data": [{"name": "inbox"}]},
    }


def _attachment(shown: dict[str, Any]) -> dict[str, Any]:
    payload = shown.get("payload") or {}
    kind, url = shown["type"], payload.get("url")
    if kind == "template":
        return {"generic_template": payload}
    if kind in ("image", "sticker"):
        return {"mime_type": "image/jpeg", "image_data": {"url": url}}
    if kind == "video":
        return {"mime_type": "video/mp4", "video_data": {"url": url}}
    return {"mime_type": "application/octet-stream", "file_url": url}


def _both(conversation: Conversation) -> tuple[str, str]:
    return conversation.person, conversation.account.id


def _name(meta: Meta, scoped: str) -> str:
    known = meta.state.by_scoped.get(scoped)
    return known[1].name if known is not None else ""


def _who(meta: Meta, conversation: Conversation, who: str) -> dict[str, str]:
    account = conversation.account
    if who != account.id:
        known = meta.state.by_scoped.get(who)
        if account.object == "instagram":
            return {"username": known[1].username if known else "", "id": who}
        return {"name": _name(meta, who), "email": f"{who}@facebook.com", "id": who}
    if account.object == "instagram":
        return {"username": account.username, "id": who}
    return {"name": account.name, "email": f"{who}@facebook.com", "id": who}
