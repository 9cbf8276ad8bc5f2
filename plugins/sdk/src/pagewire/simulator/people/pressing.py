"""What people press: quick replies, buttons, the menu, links and ads."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import events
from pagewire.simulator.people.base import Impossible
from pagewire.simulator.people.talking import Talking
from pagewire.simulator.stored import Message


class Pressing(Talking):
    """What people press."""

    def tap(self, account: str, person: str, title: str) -> str:
        """Tap a quick reply by its title (or payload). They vanish with the next message, as in the app."""
        conversation = self._acting(account, person)
        last = conversation.messages[-1] if conversation.messages else None
        offered = last.quick_replies if last is not None and last.sender == conversation.account.id else []
        for reply in offered:
            if title in (reply.get("title"), reply.get("payload"), reply["content_type"]):
                payload = reply.get("payload") or _own(reply["content_type"])
                return self.say(account, person, reply.get("title") or payload, quick_reply=payload)
        names = ", ".join(repr(r.get("title") or r["content_type"]) for r in offered) or "none"
        raise Impossible(f"no quick reply {title!r} on the last message; offered: {names}")

    def press(self, account: str, person: str, title: str) -> str:
        """Press a postback button of a template by its title; the newest message that has it counts."""
        conversation = self._acting(account, person)
        for message in reversed(conversation.messages):
            for button in _buttons(message):
                if button.get("type") == "postback" and title in (button.get("title"), button.get("payload")):
                    return self.postback(account, person, button["title"], button["payload"])
        raise Impossible(f"no postback button {title!r} in this conversation")

    def postback(
        self,
        account: str,
        person: str,
        title: str,
        payload: str,
        *,
        referral: dict[str, Any] | None = None,
    ) -> str:
        """Press Get Started, an ice breaker, a menu entry or a button."""
        conversation = self._acting(account, person)
        created = self._touch(conversation)
        mid = self._meta.ids.mid(conversation.account.object)
        value: dict[str, Any] = {"mid": mid, "title": title, "payload": payload}
        if referral is not None:
            value["referral"] = referral
        pressed = Message(
            mid=mid,
            sender=conversation.person,
            recipient=conversation.account.id,
            created=created,
            text=title,
        )
        self._meta.state.append(conversation, pressed)
        conversation.unread += 1
        self._meta.publisher.publish(conversation, "postback", events.postback(conversation, value, created))
        self._show(conversation, pressed)
        return mid

    def referral(
        self, account: str, person: str, ref: str, *, source: str | None = None, ad_id: str | None = None
    ) -> None:
        """Come back to an existing thread by an m.me or ig.me link, or by an ad (``ad_id``)."""
        conversation = self._acting(account, person)
        if not conversation.consented:
            raise Impossible("a referral is its own event only in an existing thread: say something first")
        link = "SHORTLINK" if conversation.account.object == "page" else "IGME-SOURCE-LINK"
        value: dict[str, Any] = {"ref": ref, "source": source or ("ADS" if ad_id else link), "type": "OPEN_THREAD"}
        if ad_id is not None:
            value["ad_id"] = ad_id
            created = conversation.stamp(self._meta.clock.now_ms())  # an ad click alone opens no window
        else:
            created = self._touch(conversation)
        self._meta.publisher.publish(conversation, "referral", events.referral(conversation, value, created))


def _own(content_type: str) -> str:
    return "+15550100" if content_type == "user_phone_number" else "person@example.com"


def _buttons(message: Message) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for attachment in message.attachments:
        payload = attachment.get("payload") or {}
        if attachment.get("type") == "template":
            found += payload.get("buttons") or []
            for element in payload.get("elements") or []:
                found += element.get("buttons") or []
                found += [
                    {"title": image["action"].get("payload"), **image["action"]}
                    for image in element.get("images") or []
                    if image.get("action")
                ]
    return found
