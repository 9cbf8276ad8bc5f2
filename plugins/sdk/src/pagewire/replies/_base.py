"""What all replies share. Sources: Meta, Send API, request fields and recipients."""

from typing import Literal

from msgspec import Struct

Author = Literal["automation", "human"]
NotificationType = Literal["REGULAR", "SILENT_PUSH", "NO_PUSH"]
ControlType = Literal["pass", "release"]


class BaseReply(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Anything a plugin may ask for."""


class ToComment(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="comment", tag_field="to"):
    """To whoever wrote a comment: a private reply, one a comment, within 7 days.

    Attributes:
        comment_id: id of the comment on one of the account's own posts, ads, reels or live videos.
    """

    comment_id: str


class ToPost(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="post", tag_field="to"):
    """To whoever published a visitor post on the Page: a private reply, one a post, within 7 days; Messenger only.

    Attributes:
        post_id: id of the visitor post.
    """

    post_id: str


class ToToken(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="token", tag_field="to"):
    """To whoever opted in, by a legacy token; refused since Meta ended each kind.

    Attributes:
        kind: ``notification_messages_token`` (marketing messages) or ``one_time_notif_token``.
        token: from the opt-in event.
    """

    kind: Literal["notification_messages_token", "one_time_notif_token"]
    token: str


Recipient = ToComment | ToPost | ToToken
"""To whom a message goes when not to the person of the event."""


class ThreadControl(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What becomes of the conversation once a message is sent (Conversation Routing).

    Attributes:
        control_type: ``pass`` hands it to another app, ``release`` gives it up.
        app_id: for ``pass``; without it the default app gets the conversation.
    """

    control_type: ControlType
    app_id: str | None = None


class Sending(BaseReply, frozen=True, kw_only=True, omit_defaults=True):
    """What every message to a person may say besides its content.

    Attributes:
        author: ``human`` when a person wrote this very message. Only such a message may go out as a human agent's
            between 24 hours and 7 days after the person last wrote; automation never may (Meta, message tags).
        to: the comment or post to answer in private; ``None`` for the person of the event.
        reply_to: id of the message that this one quotes.
        notification_type: ``REGULAR`` with sound, ``SILENT_PUSH`` on the screen only, ``NO_PUSH`` not at all; Messenger only.
        persona_id: in whose name, Messenger only.
        thread_control: what becomes of the conversation afterwards.
    """

    author: Author = "automation"
    to: Recipient | None = None
    reply_to: str | None = None
    notification_type: NotificationType | None = None
    persona_id: str | None = None
    thread_control: ThreadControl | None = None


class QuickReply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A button under a message that is gone once it is tapped.

    Attributes:
        title: what the person reads and, by tapping, says.
        payload: what comes back in `events.Message.quick_reply`.
        image_url: a small picture in the button, Messenger only.
        content_type: ``text``, or on Messenger ``user_phone_number`` or ``user_email``, which take neither title nor payload.
    """

    title: str = ""
    payload: str = ""
    image_url: str | None = None
    content_type: Literal["text", "user_phone_number", "user_email"] = "text"


class Answerable(Sending, frozen=True, kw_only=True, omit_defaults=True):
    """A message that may carry quick replies.

    Attributes:
        quick_replies: at most 13; gone after a tap or the next message.
    """

    quick_replies: tuple[QuickReply, ...] = ()
