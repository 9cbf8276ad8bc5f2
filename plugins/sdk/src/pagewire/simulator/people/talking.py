"""What people say, and do to what was said: write, react, read, edit, unsend."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import events
from pagewire.simulator.announce import read_up_to
from pagewire.simulator.people.base import Acts, Impossible
from pagewire.simulator.stored import Message

_MOST_EDITS = 5


class Talking(Acts):
    """What people say."""

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

    def edit(self, account: str, person: str, mid: str, text: str, *, times: int | None = None) -> None:
        """Edit one's own message, up to five times; ``times`` claims another count of edits so far."""
        conversation, message = self._own_message(account, person, mid)
        if message.edits >= _MOST_EDITS:
            raise Impossible(f"a message can be edited {_MOST_EDITS} times")
        message.edits += 1
        times = message.edits if times is None else times
        message.text = text
        stamp = conversation.stamp(self._meta.clock.now_ms())
        self._meta.publisher.publish(conversation, "edit", events.edit(conversation, message, times, stamp))
        self._show(conversation, message)
