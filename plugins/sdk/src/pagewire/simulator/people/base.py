"""What the acts of people have in common: whose conversation it is, and what makes it count."""

from __future__ import annotations

from pagewire.simulator import views
from pagewire.simulator.meta import Meta
from pagewire.simulator.stored import Conversation, Message


class Impossible(ValueError):
    """A person cannot do that now; the text says why and what would be possible."""


class Acts:
    """Base of the acts.

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

    def _acting(self, account: str, person: str) -> Conversation:
        conversation = self.conversation(account, person)
        if conversation.blocked:
            raise Impossible("this person blocked the account: unblock first")
        if conversation.banned:
            raise Impossible("the account blocked this person: unblock them by moderate_conversations first")
        return conversation

    def _touch(self, conversation: Conversation) -> int:
        """The person did something that opens the window (outbound.md 2.2)."""
        created = conversation.stamp(self._meta.clock.now_ms())
        conversation.last_user_ms = created
        conversation.consented = True
        if conversation.folder == "other":
            conversation.folder = "inbox"
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
            self._meta.hub.tell("message", conversation.lane, views.bubble(self._meta.state, conversation, message))
