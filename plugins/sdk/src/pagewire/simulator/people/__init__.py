"""What people do: write, tap, press, react, read, comment, fill in, block. Each act stores and announces itself."""

from __future__ import annotations

from pagewire.simulator import events
from pagewire.simulator.allowance import high_volume
from pagewire.simulator.handover import release, take_thread
from pagewire.simulator.people.answering import Answering
from pagewire.simulator.people.base import Impossible
from pagewire.simulator.people.commenting import Commenting
from pagewire.simulator.stored import INBOX_APPS, Message

__all__ = ["Impossible", "People"]


class People(Answering, Commenting):
    """All that the people of a world do, and those of the business in Meta's own inbox."""

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

    def answer_comment(self, comment: str, text: str) -> str:
        """Somebody of the business answers a comment privately from Meta's inbox: it is used up (10900)."""
        made = self._comment(comment)
        made.answered = True
        return self.inbox(made.account_id, made.person, text)

    def take_over(self, account: str, person: str) -> None:
        """Somebody of the business takes the thread into Meta's inbox, without writing."""
        take_thread(self._meta, self.conversation(account, person))

    def hand_back(self, account: str, person: str) -> None:
        """The inbox is done with the thread ("mark as done"): it is idle again, which no webhook tells."""
        conversation = self.conversation(account, person)
        if conversation.owner != INBOX_APPS[conversation.account.object]:
            raise Impossible("the inbox does not have this thread: let it take over or answer first")
        release(self._meta, conversation)
