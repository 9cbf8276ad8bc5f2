"""What people do: write, tap, press, react, read, comment, block. Each act stores and announces itself."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import events, views
from pagewire.simulator.allowance import high_volume
from pagewire.simulator.announce import read_up_to
from pagewire.simulator.handover import take_thread
from pagewire.simulator.meta import Meta
from pagewire.simulator.state import INBOX_APPS, Comment, Conversation, Message


class Impossible(ValueError):
    """A person cannot do that now; the text says why and what would be possible."""


class People:
    """The acts of the people of a world.

    In every method ``account`` is a Page or Instagram account id, ``person`` a key or a scoped id. People are
    made up on first use. The methods return the mid of what they made, where there is one.

    Raises:
        Unknown: no such account or message.
        Impossible: the person cannot do that now.
    """

    def __init__(self, meta: Meta) -> None:
        self._meta = meta

    def conversation(self, account: str, person: str) -> Conversation:
        """The conversation of an account with a person, opened if need be."""
        known = self._meta.state.account(account)
        scoped, _ = self._meta.state.person(known, person)
        return self._meta.state.open_conversation(known, scoped)

    def say(
        self,
        account: str,
        person: str,
        text: str | None = None,
        *,
        attachments: list[dict[str, Any]] | None = None,
        reply_to: str | None = None,
        story: dict[str, Any] | None = None,
        referral: dict[str, Any] | None = None,
        quick_reply: str | None = None,
    ) -> str:
        """Write a message: text, attachments (as webhooks.md 3.4 shapes them), a reply to a message or story.

        Args:
            account: to whom.
            person: who writes.
            text: what they write.
            attachments: such as ``[{"type": "image", "payload": {"url": "https://..."}}]``.
            reply_to: mid of the quoted message.
            story: ``{"id", "url"}`` of the account's story being replied to; Instagram only.
            referral: ad or shop context that comes inside the message.
            quick_reply: payload of the tapped button; ``tap`` finds it by its title.
        """
        if text is None and not attachments:
            raise Impossible("a message needs text or an attachment")
        conversation = self._acting(account, person)
        if reply_to is not None:
            self._meta.state.message(reply_to)
        message = Message(
            mid=self._meta.ids.mid(conversation.account.object),
            sender=conversation.person,
            recipient=conversation.account.id,
            created=self._touch(conversation),
            text=text,
            attachments=attachments or [],
            reply_to=reply_to,
            story=story,
        )
        self._meta.state.append(conversation, message)
        conversation.unread += 1
        extra: dict[str, Any] = {"quick_reply": {"payload": quick_reply}} if quick_reply is not None else {}
        if referral is not None:
            extra["referral"] = referral
        self._meta.publisher.publish(conversation, "message", events.message(conversation, message, **extra))
        self._show(conversation, message)
        return message.mid

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

    def react(self, account: str, person: str, emoji: str | None = "❤️", *, mid: str | None = None) -> None:
        """React to a message (the account's newest unless ``mid`` names one); ``emoji`` None takes it back."""
        conversation = self._acting(account, person)
        message = self._theirs(conversation) if mid is None else self._meta.state.message(mid)[1]
        message.reactions = {k: v for k, v in message.reactions.items() if k != conversation.person}
        if emoji is not None:
            message.reactions[conversation.person] = emoji
        item = events.reaction(conversation, message.mid, emoji, self._touch(conversation))
        self._meta.publisher.publish(conversation, "reaction", item)
        shown = {"mid": message.mid, "reactions": message.reactions}
        self._meta.hub.tell("reaction", conversation.lane, shown)

    def read(self, account: str, person: str, *, mid: str | None = None) -> None:
        """Read the account's messages up to ``mid``, or all of them."""
        conversation = self.conversation(account, person)
        message = self._theirs(conversation) if mid is None else self._meta.state.message(mid)[1]
        read_up_to(self._meta, conversation, message)

    def unsend(self, account: str, person: str, mid: str) -> None:
        """Take one's own message back."""
        conversation, message = self._own_message(account, person, mid)
        message.unsent, message.text, message.attachments = True, None, []
        item = events.unsent(conversation, mid, conversation.stamp(self._meta.clock.now_ms()))
        self._meta.publisher.publish(conversation, "message", item)
        self._show(conversation, message)

    def edit(self, account: str, person: str, mid: str, text: str, *, times: int = 1) -> None:
        """Edit one's own message; ``times`` is the count of edits so far."""
        conversation, message = self._own_message(account, person, mid)
        message.text = text
        stamp = conversation.stamp(self._meta.clock.now_ms())
        self._meta.publisher.publish(conversation, "edit", events.edit(conversation, message, times, stamp))
        self._show(conversation, message)

    def comment(self, account: str, person: str, text: str) -> str:
        """Comment on a post; returns the comment's id, good for one private reply."""
        known = self._meta.state.account(account)
        scoped, human = self._meta.state.person(known, person)
        post = self._meta.ids.number("9")
        number = post if known.object == "instagram" else f"{post}_{self._meta.ids.number('8')}"
        made = Comment(id=number, account_id=account, person=scoped, text=text, created=self._meta.clock.now_ms())
        self._meta.state.comments[number] = made
        name = human.username if known.object == "instagram" else human.name
        change = events.comment(known.object, made, name)
        self._meta.publisher.publish_change(known, f"{account}:{scoped}", change)
        return number

    def block(self, account: str, person: str) -> None:
        """Block the account: sends fail with 551/1545041 until ``unblock``."""
        self.conversation(account, person).blocked = True

    def unblock(self, account: str, person: str) -> None:
        """Let the account write again."""
        self.conversation(account, person).blocked = False

    def inbox(self, account: str, person: str, text: str) -> str:
        """Somebody of the business answers from Meta's own inbox: an echo with the inbox's app id.

        Under conversation routing (``default_app``) the inbox takes the thread first (outbound.md 4.3).
        """
        meta, conversation = self._meta, self.conversation(account, person)
        if high_volume(meta, conversation.account):
            raise Impossible("the account sends so much that Meta's inbox stands still: let the volume drop first")
        app = INBOX_APPS[conversation.account.object]
        message = Message(
            mid=meta.ids.mid(conversation.account.object),
            sender=conversation.account.id,
            recipient=conversation.person,
            created=conversation.stamp(meta.clock.now_ms()),
            text=text,
            app_id=app,
            echo=True,
        )
        if conversation.account.default_app is not None:
            take_thread(meta, conversation)
        meta.state.append(conversation, message)
        meta.publisher.publish(conversation, "echo", events.echo(conversation, message))
        self._show(conversation, message)
        return message.mid

    def _acting(self, account: str, person: str) -> Conversation:
        conversation = self.conversation(account, person)
        if conversation.blocked:
            raise Impossible("this person blocked the account: unblock first")
        return conversation

    def _touch(self, conversation: Conversation) -> int:
        """The person did something that opens the window (outbound.md 2.2)."""
        created = conversation.stamp(self._meta.clock.now_ms())
        conversation.last_user_ms = created
        conversation.consented = True
        if conversation.owner is not None and created / 1000 < conversation.owner_until:
            conversation.owner_until = created / 1000 + 24 * 3600
        return created

    def _theirs(self, conversation: Conversation) -> Message:
        for message in reversed(conversation.messages):
            if message.sender == conversation.account.id:
                return message
        raise Impossible("the account has not written anything yet")

    def _own_message(self, account: str, person: str, mid: str) -> tuple[Conversation, Message]:
        conversation = self._acting(account, person)
        _, message = self._meta.state.message(mid)
        if message.sender != conversation.person:
            raise Impossible("people change only what they wrote themselves")
        return conversation, message

    def _show(self, conversation: Conversation, message: Message) -> None:
        if self._meta.hub.watched:
            self._meta.hub.tell("message", conversation.lane, views.bubble(conversation, message))


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
    return found
