"""What people fill in: feedback, structured information, coupons, account links, opt-ins."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import events
from pagewire.simulator.people.base import Impossible
from pagewire.simulator.people.pressing import Pressing
from pagewire.simulator.stored import Conversation, Message, OptIn

_OPTIN_LIFE_MS = 270 * 24 * 3600 * 1000


class Answering(Pressing):
    """What people fill in. Each form is the newest template of its type in the conversation."""

    def feedback(self, account: str, person: str, score: str, comment: str | None = None) -> None:
        """Answer a customer feedback form; within its days, and once.

        Args:
            account: whose form.
            person: who answers.
            score: as a string, or the text of a free-form question.
            comment: for its follow-up.
        """
        conversation, message, payload = self._form(account, person, "customer_feedback")
        question = payload["feedback_screens"][0]["questions"][0]
        answer: dict[str, Any] = {"type": question["type"], "payload": score}
        if comment is not None:
            answer["follow_up"] = {"type": "free_form", "payload": comment}
        screens = [{"screen_id": 0, "questions": {question["id"]: answer}}]
        value = {"feedback_screens": screens}
        self._answered(conversation, message, "feedback", events.feedback(conversation, value))

    def inform(self, account: str, person: str, answers: dict[str, str]) -> None:
        """Fill in a structured information form: name, address and the like, key to value."""
        conversation, message, _ = self._form(account, person, "customer_information")
        responses = [{"key": key, "value": value} for key, value in answers.items()]
        value = {"screens": [{"screen_id": "address", "responses": responses}]}
        item = events.information(conversation, value, conversation.stamp(self._meta.clock.now_ms()))
        self._answered(conversation, message, "information", item)

    def reveal(self, account: str, person: str) -> str | None:
        """Reveal a coupon's code; its ``payload`` comes back as a postback. The mid, if there is one."""
        _, _, payload = self._form(account, person, "coupon")
        if payload.get("payload") is None:
            return None
        return self.postback(account, person, str(payload["title"]), str(payload["payload"]))

    def link(self, account: str, person: str, authorization_code: str | None) -> None:
        """Link the account of a shop to Messenger; None unlinks it."""
        conversation = self._acting(account, person)
        if conversation.account.object != "page":
            raise Impossible("accounts are linked on Messenger only")
        value: dict[str, Any] = {"status": "unlinked"}
        if authorization_code is not None:
            value = {"status": "linked", "authorization_code": authorization_code}
        item = events.linking(conversation, value, conversation.stamp(self._meta.clock.now_ms()))
        self._meta.publisher.publish(conversation, "linking", item)

    def subscribe(self, account: str, person: str) -> str:
        """Agree to legacy marketing messages by the newest opt-in request; the token. Opens no window."""
        conversation, message, payload = self._form(account, person, "notification_messages")
        now = self._meta.clock.now_ms()
        token = self._meta.ids.number("5")
        made = OptIn(
            token=token,
            account_id=account,
            person=conversation.person,
            title=str(payload.get("title") or ""),
            expires_ms=now + _OPTIN_LIFE_MS,
        )
        self._meta.state.optins[token] = made
        value = self._told(made) | {"payload": payload["payload"], "user_token_status": "NOT_REFRESHED"}
        item = events.optin(conversation, value, conversation.stamp(now))
        self._answered(conversation, message, "optin", item)
        return token

    def stop_notifications(self, account: str, person: str, token: str) -> None:
        """Stop the messages of one opt-in; sends with its token are refused from now on."""
        conversation, made = self._acting(account, person), self._meta.state.optins.get(token)
        if made is None or made.person != conversation.person:
            raise Impossible("this person agreed to no such messages")
        made.stopped = True
        value = self._told(made) | {"notification_messages_status": "STOP NOTIFICATIONS"}
        item = events.optin(conversation, value, conversation.stamp(self._meta.clock.now_ms()))
        self._meta.publisher.publish(conversation, "optin", item)

    def tick(self, account: str, person: str, ref: str, *, user_ref: str | None = None) -> None:
        """Start by the Send-to-Messenger plugin, or tick the checkbox plugin's box (``user_ref``); opens the window."""
        conversation = self._acting(account, person)
        if conversation.account.object != "page":
            raise Impossible("the plugins belong to Messenger")
        created = self._touch(conversation)
        if user_ref is None:
            item = events.optin(conversation, {"ref": ref}, created)
        else:
            self._meta.state.user_refs[user_ref] = conversation.person
            item = events.checkbox(conversation, {"ref": ref, "user_ref": user_ref}, created)
        self._meta.publisher.publish(conversation, "optin", item)

    @staticmethod
    def _told(made: OptIn) -> dict[str, Any]:
        return {
            "type": "notification_messages",
            "title": made.title,
            "notification_messages_token": made.token,
            "notification_messages_timezone": "UTC",
            "token_expiry_timestamp": made.expires_ms,
        }

    def _form(self, account: str, person: str, kind: str) -> tuple[Conversation, Message, dict[str, Any]]:
        conversation = self._acting(account, person)
        for message in reversed(conversation.messages):
            for attachment in message.attachments:
                payload = attachment.get("payload") or {}
                if attachment.get("type") == "template" and payload.get("template_type") == kind:
                    self._open(message, payload)
                    return conversation, message, payload
        raise Impossible(f"the account has sent no {kind} template in this conversation")

    def _open(self, message: Message, payload: dict[str, Any]) -> None:
        if message.filled:
            raise Impossible("this form was filled in already")
        days = payload.get("expires_in_days", 1) if "business_privacy" in payload else None
        if days is not None and self._meta.clock.now_ms() - message.created > days * 24 * 3600 * 1000:
            raise Impossible(f"this form expired: it was open for {days} days")

    def _answered(self, conversation: Conversation, message: Message, kind: str, item: dict[str, Any]) -> None:
        message.filled = True
        self._meta.publisher.publish(conversation, kind, item)
        self._show(conversation, message)
