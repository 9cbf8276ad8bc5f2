"""What is done in a conversation without saying anything.

Sources: Meta, sender actions; Conversation Routing; moderate conversations.
"""

from typing import Literal

from pagewire.replies._base import BaseReply

SenderActionName = Literal["typing_on", "typing_off", "mark_seen"]
ModerationAction = Literal["block_user", "unblock_user", "move_to_spam", "ban_user", "unban_user"]

PAGE_INBOX = "263902037430900"
"""App id of the Page's inbox: pass a conversation there for people to answer."""
INSTAGRAM_INBOX = "1217981644879628"
"""App id of Instagram's inbox."""


class SenderAction(BaseReply, frozen=True, kw_only=True, omit_defaults=True, tag="action"):
    """Show typing, stop showing it, or mark the conversation as seen. Best effort: never retried, never parked.

    Attributes:
        action: ``typing_on``, ``typing_off`` or ``mark_seen``.
        persona_id: who types, Messenger only.
    """

    action: SenderActionName
    persona_id: str | None = None


class React(BaseReply, frozen=True, kw_only=True, omit_defaults=True, tag="react"):
    """React to a message; replaces an earlier reaction. Best effort.

    Attributes:
        message_id: the message.
        reaction: any emoji.
    """

    message_id: str
    reaction: str = "❤"


class Unreact(BaseReply, frozen=True, kw_only=True, omit_defaults=True, tag="unreact"):
    """Take back the reaction to a message. Best effort.

    Attributes:
        message_id: the message.
    """

    message_id: str


class PassThread(BaseReply, frozen=True, kw_only=True, omit_defaults=True, tag="pass_thread"):
    """Hand the conversation to another app.

    Attributes:
        target_app_id: `PAGE_INBOX`, `INSTAGRAM_INBOX` or any app of the business; without it the default app.
        metadata: for that app, at most 1000 characters.
    """

    target_app_id: str | None = None
    metadata: str = ""


class TakeThread(BaseReply, frozen=True, kw_only=True, omit_defaults=True, tag="take_thread"):
    """Take the conversation from the app that has it.

    Attributes:
        metadata: for that app, at most 1000 characters.
    """

    metadata: str = ""


class RequestThread(BaseReply, frozen=True, kw_only=True, omit_defaults=True, tag="request_thread"):
    """Ask the app that has the conversation to pass it on.

    Attributes:
        metadata: for that app, at most 1000 characters.
    """

    metadata: str = ""


class ReleaseThread(BaseReply, frozen=True, kw_only=True, omit_defaults=True, tag="release_thread"):
    """Give the conversation up; the default app may answer then."""


class ExtendThread(BaseReply, frozen=True, kw_only=True, omit_defaults=True, tag="extend_thread"):
    """Keep the conversation for longer.

    Attributes:
        duration: seconds, up to 7 days.
    """

    duration: int


class Moderate(BaseReply, frozen=True, kw_only=True, omit_defaults=True, tag="moderate"):
    """Block the person, or move the conversation to spam.

    Attributes:
        actions: one or two of ``block_user``, ``unblock_user``, ``move_to_spam``, and on Messenger ``ban_user``, ``unban_user``.
    """

    actions: tuple[ModerationAction, ...]
