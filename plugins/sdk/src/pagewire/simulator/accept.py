"""A send that passed the checks takes effect: media, a new message, a thread handed over."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import media, views
from pagewire.simulator.announce import Accepted, EchoPlan
from pagewire.simulator.content import Content
from pagewire.simulator.facts import Facts
from pagewire.simulator.handover import claim, pass_thread, release
from pagewire.simulator.ledger import Send
from pagewire.simulator.meta import Meta
from pagewire.simulator.order import Order
from pagewire.simulator.stored import Attachment, Conversation, Message


def accept(meta: Meta, order: Order, facts: Facts, content: Content, echo: EchoPlan) -> Accepted:
    """Steps 13 and 14: fetch the media, then let the send take effect.

    Raises:
        Refused: a media attachment cannot be had.
    """
    saved = _fetch(meta, facts, content)
    conversation = facts.conversation or _opened_by_comment(meta, facts)
    if facts.comment is not None:
        facts.comment.answered = True
    if facts.optin is not None:
        facts.optin.sent_ms = facts.now_ms
    if not facts.private_reply:
        claim(meta, conversation, facts.app.id)
    message = None if order.sender_action else _message(meta, order, facts, content, conversation)
    if message is None:
        _act(meta, order, conversation)
    elif not echo.surfaces:
        meta.state.append(conversation, message)
    send = _record(meta, order, facts, conversation, message)
    if order.thread_control is not None:
        _control_thread(meta, order.thread_control, facts, conversation)
    return Accepted(
        send=send,
        conversation=conversation,
        message=message,
        attachment_id=saved,
        echo=echo,
        nameless=facts.variant == "user_ref",
    )


def _fetch(meta: Meta, facts: Facts, content: Content) -> str | None:
    """Fetch what must be fetched; the id of a newly saved asset, if one was asked for."""
    saved: str | None = None
    for entry in content.media:
        url = media.fetch(
            entry,
            instagram=facts.instagram,
            account_id=facts.account.page_id or facts.account.id,
            now_ms=facts.now_ms,
            attachments=meta.state.attachments,
            web=meta.web,
        )
        shown = url or meta.kept.keep(entry.upload)
        if not entry.shown and entry.attachment_id is not None:
            content.assets = {**content.assets, entry.attachment_id: shown}
            continue
        attachment: dict[str, Any] = {"type": entry.kind, "payload": {"url": shown}}
        if entry.reusable and entry.attachment_id is None:
            saved = save(meta, facts.account.page_id or facts.account.id, entry.kind, shown, facts.now_ms)
            attachment["payload"]["attachment_id"] = int(saved)
        content.attachments = [*content.attachments, attachment]
    return saved


def save(meta: Meta, account_id: str, kind: str, url: str, now_ms: int) -> str:
    """Save an asset for later sends; its id."""
    made = meta.ids.number("1857")
    meta.state.attachments[made] = Attachment(
        id=made, account_id=account_id, kind=kind, url=url, created=now_ms, reusable=True
    )
    return made


def _opened_by_comment(meta: Meta, facts: Facts) -> Conversation:
    """A private reply opens the conversation; on Instagram among the requests, unless the person follows."""
    person = facts.comment.person if facts.comment is not None else ""
    made = meta.state.open_conversation(facts.account, person)
    known = meta.state.by_scoped.get(person)
    if facts.instagram and known is not None and not known[1].follows:
        made.folder = "other"
    return made


def _message(meta: Meta, order: Order, facts: Facts, content: Content, conversation: Conversation) -> Message:
    return Message(
        mid=meta.ids.mid(facts.account.object),
        sender=facts.account.id,
        recipient=conversation.person,
        created=conversation.stamp(facts.now_ms),
        text=content.text,
        attachments=content.attachments,
        quick_replies=content.quick_replies,
        reply_to=(order.reply_to or {}).get("mid"),
        app_id=facts.app.id,
        metadata=order.metadata,
        persona=order.persona_id,
        notification=order.notification_type,
        assets=content.assets,
        private=facts.comment.id if facts.comment is not None else None,
        echo=True,
    )


def _act(meta: Meta, order: Order, conversation: Conversation) -> None:
    action = order.sender_action
    if action == "mark_seen":
        conversation.unread = 0
        meta.hub.tell("seen", conversation.lane, {})
    elif action in ("typing_on", "typing_off"):
        told = {"on": action == "typing_on", "persona": views.persona(meta.state, order.persona_id)}
        meta.hub.tell("typing", conversation.lane, told)
    else:
        mid = (order.payload or {})["message_id"]
        _, message = meta.state.message(mid)
        emoji = (order.payload or {}).get("reaction") if action == "react" else None
        message.reactions = {k: v for k, v in message.reactions.items() if k != conversation.account.id}
        if emoji is not None:
            message.reactions[conversation.account.id] = "❤️" if emoji == "love" else str(emoji)
        meta.hub.tell("reaction", conversation.lane, {"mid": mid, "reactions": message.reactions})


def _record(meta: Meta, order: Order, facts: Facts, conversation: Conversation, message: Message | None) -> Send:
    reacted = (order.payload or {}).get("message_id") if order.sender_action in ("react", "unreact") else None
    send = Send(
        number=meta.ledger.accepted_total + meta.ledger.actions_total + 1,
        time=facts.now_ms,
        account=facts.account.id,
        object=facts.account.object,
        person=conversation.person,
        recipient=order.recipient or {},
        app_id=facts.app.id,
        mid=message.mid if message is not None else reacted,
        message=order.message,
        sender_action=order.sender_action,
        metadata=order.metadata,
        messaging_type=order.messaging_type,
        tag=order.tag,
    )
    meta.ledger.add_send(send)
    return send


def _control_thread(meta: Meta, control: dict[str, Any], facts: Facts, conversation: Conversation) -> None:
    if control.get("control_type", "release") == "pass":
        target = str(control.get("app_id") or facts.account.default_app or facts.app.id)
        pass_thread(meta, conversation, target, facts.app.id, control.get("metadata"))
    else:
        release(meta, conversation)
