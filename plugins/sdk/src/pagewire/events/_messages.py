"""Messages and what happens to them. Payload: the object under the kind's key."""

from datetime import datetime
from typing import Any, ClassVar

from pagewire.events._base import Direction, Event
from pagewire.events._parts import (
    AdContext,
    Attachment,
    Command,
    PriorMessage,
    Product,
    QuickReplyTap,
    ReferralSource,
    ReplyTo,
)

INBOX_APP_IDS = frozenset({"263902037430900", "26390203743090", "1217981644879628"})
"""Apps that stand for a human in a Meta inbox: the Page's (Meta's reference prints it in two forms) and Instagram's."""

_TWINS = {"image": "sticker", "share": "ig_post"}
"""Attachment types that Meta sends next to a better one with the same address."""


class _MessageBody(Event, frozen=True, kw_only=True):
    """What inbound and echoed messages share.

    Attributes:
        mid: message id, at most 512 characters; missing on rare Instagram echoes.
        text: what was written; missing for pure media.
        attachments: in the order of the message; see `shown_attachments`.
        quick_reply: the quick reply that was tapped; its title is the text.
        reply_to: the message or story it answers.
        referral: the ad or product it is about.
        is_unsupported: content that Meta cannot show through the API; neither text nor attachments.
        is_self: the Instagram account wrote to itself.
        commands: slash commands in the text, Messenger only.
        sticker_id: old top-level copy of the attachment's sticker id.
    """

    containers: ClassVar = ("messaging", "standby")

    mid: str | None = None
    text: str | None = None
    attachments: tuple[Attachment, ...] = ()
    quick_reply: QuickReplyTap | None = None
    reply_to: ReplyTo | None = None
    referral: ReferralSource | None = None
    is_unsupported: bool = False
    is_self: bool = False
    commands: tuple[Command, ...] = ()
    sticker_id: str | None = None

    @property
    def shown_attachments(self) -> tuple[Attachment, ...]:
        """The attachments a person sees: a sticker that also came as an image, or a post also as a share, counts once."""
        links = {(a.type, a.link) for a in self.attachments if a.link is not None}
        return tuple(a for a in self.attachments if (_TWINS.get(a.type), a.link) not in links)


class Message(_MessageBody, frozen=True, kw_only=True):
    """A person wrote to the business. Text and attachments may come together; either may be missing.

    Attributes:
        nlp: what Meta's built-in language processing found, if the Page has it switched on.
        prior_message: the checkbox opt-in this first message belongs to (legacy).
    """

    finds: ClassVar = ("message",)
    hook: ClassVar = "message_received"
    beside: ClassVar = ("prior_message",)

    nlp: Any = None
    prior_message: PriorMessage | None = None


class MessageEcho(_MessageBody, frozen=True, kw_only=True):
    """The business side wrote: this app, another app, or a human in one of Meta's inboxes.

    Attributes:
        app_id: the app that sent it; missing on Instagram and on some Messenger echoes, which proves nothing.
        metadata: what the sender attached at send time, Messenger only.
    """

    finds: ClassVar = ("message",)
    hook: ClassVar = "echo_received"

    app_id: str | None = None
    metadata: str | None = None

    @property
    def direction(self) -> Direction:
        """Always ``outbound``."""
        return "outbound"

    @property
    def from_inbox(self) -> bool:
        """Whether a human wrote it in one of Meta's inboxes, as far as `app_id` tells."""
        return self.app_id in INBOX_APP_IDS


class MessageDeleted(Event, frozen=True, kw_only=True):
    """A message was unsent. Whoever stored it has to remove it, also when it arrives only later.

    Attributes:
        mid: the message that is gone.
        is_echo: the business unsent its own message.
    """

    finds: ClassVar = ("message",)
    hook: ClassVar = "message_deleted"

    mid: str | None = None
    is_echo: bool = False

    @property
    def direction(self) -> Direction:
        """``outbound`` when the business unsent its own message."""
        return "outbound" if self.is_echo else "inbound"


class MessageEdit(Event, frozen=True, kw_only=True):
    """A person changed a message. Instagram sends it with ``num_edit`` 0 and no text for messages never edited.

    Attributes:
        mid: the message that changed.
        text: the new text; often missing on Instagram, then only the API knows it.
        num_edit: edits so far.
    """

    finds: ClassVar = ("message_edit",)
    hook: ClassVar = "message_edited"

    mid: str | None = None
    text: str | None = None
    num_edit: int | None = None


class Reaction(Event, frozen=True, kw_only=True):
    """A person reacted to a message, or took the reaction back; the last one by timestamp counts.

    Attributes:
        mid: the message.
        action: ``react`` or ``unreact``.
        reaction: Meta's name for it, such as ``love`` or ``other``; missing on ``unreact``.
        emoji: the emoji itself, to be preferred; missing on ``unreact``.
    """

    finds: ClassVar = ("reaction",)
    hook: ClassVar = "reaction_received"

    mid: str | None = None
    action: str | None = None
    reaction: str | None = None
    emoji: str | None = None


class Read(Event, frozen=True, kw_only=True):
    """A person has read: everything up to `watermark` on Messenger, the message `mid` on Instagram.

    Attributes:
        watermark: everything sent until then is read, Messenger only.
        mid: the message that is read, Instagram only.
    """

    finds: ClassVar = ("read",)
    hook: ClassVar = "messages_read"
    containers: ClassVar = ("messaging", "standby")
    times: ClassVar = ("watermark",)

    watermark: datetime | None = None
    mid: str | None = None


class Delivery(Event, frozen=True, kw_only=True):
    """What the business sent reached the person's device (Messenger only).

    Attributes:
        watermark: everything sent before has arrived.
        mids: the messages it names; may be empty.
    """

    finds: ClassVar = ("delivery",)
    hook: ClassVar = "messages_delivered"
    containers: ClassVar = ("messaging", "standby")
    times: ClassVar = ("watermark",)

    watermark: datetime | None = None
    mids: tuple[str, ...] = ()


class Postback(Event, frozen=True, kw_only=True):
    """A person tapped a button, a menu entry, Get Started or an ice breaker.

    Attributes:
        mid: message id, missing before Graph API v11.0.
        title: what stands on the button.
        payload: what the business put behind it; missing on ``standby``.
        referral: the link or ad that opened the conversation.
        is_self: the Instagram account wrote to itself.
    """

    finds: ClassVar = ("postback",)
    containers: ClassVar = ("messaging", "standby")
    hook: ClassVar = "postback_received"
    beside: ClassVar = ("is_self",)

    mid: str | None = None
    title: str | None = None
    payload: str | None = None
    referral: ReferralSource | None = None
    is_self: bool = False


class Referral(Event, frozen=True, kw_only=True):
    """A person came back to an existing conversation through a link or an ad.

    Attributes:
        source: ``SHORTLINK``, ``ADS`` and others.
        type: ``OPEN_THREAD``.
        ref: the value given in the link or ad.
        ad_id: the ad.
        referer_uri: the page where the chat was opened.
        is_guest_user: the person used the old chat plugin without an account.
        ads_context_data: what the ad showed.
        product: the shop product it was about.
    """

    finds: ClassVar = ("referral",)
    hook: ClassVar = "referral_received"

    source: str | None = None
    type: str | None = None
    ref: str | None = None
    ad_id: str | None = None
    referer_uri: str | None = None
    is_guest_user: bool | None = None
    ads_context_data: AdContext | None = None
    product: Product | None = None


class Optin(Event, frozen=True, kw_only=True):
    """A person opted in to, stopped, or resumed messages; which of them, `type` and the status field tell.

    Attributes:
        type: ``notification_messages``, ``one_time_notif_req``; missing for the plugins on websites.
        ref: what the website's plugin passed on.
        user_ref: the person as the checkbox plugin knows them, before there is a scoped id.
        payload: what the business put behind the request.
        title: what stood on the request.
        notification_messages_token: the right to send; bound to this account.
        notification_messages_frequency: ``DAILY``, ``WEEKLY``, ``MONTHLY``; removed in Graph API v16.0.
        notification_messages_timezone: the person's time zone, IANA name.
        notification_messages_status: ``STOP NOTIFICATIONS`` or ``RESUME NOTIFICATIONS``, only when the person does so.
        user_token_status: ``REFRESHED`` or ``NOT_REFRESHED``.
        token_expiry_timestamp: when the right to send ends.
        one_time_notif_token: the right to send once (legacy).
    """

    finds: ClassVar = ("optin",)
    hook: ClassVar = "optin_received"
    times: ClassVar = ("token_expiry_timestamp",)

    type: str | None = None
    ref: str | None = None
    user_ref: str | None = None
    payload: str | None = None
    title: str | None = None
    notification_messages_token: str | None = None
    notification_messages_frequency: str | None = None
    notification_messages_timezone: str | None = None
    notification_messages_status: str | None = None
    user_token_status: str | None = None
    token_expiry_timestamp: datetime | None = None
    one_time_notif_token: str | None = None
