"""What a decision is made of: conversation, account, wish; and what it can be."""

from typing import Literal

from msgspec import Struct

from pagewire.surfaces import Surface
from pagewire_gateway.policy.reasons import Reason

Body = Literal[
    "message", "customer_feedback", "utility", "marketing", "one_time_notification", "sender_action", "thread_control"
]
"""Class of a body, as far as the rules tell bodies apart. ``message``: text, attachments and all other templates.
``sender_action``: typing, seen and reactions, which are best effort. ``thread_control``: pass, take, request, release and
extend, which say nothing to the person."""
Author = Literal["automation", "human"]
Target = Literal["person", "comment", "post", "token"]
Tag = str


class Talk(Struct, frozen=True, kw_only=True):
    """What is known of a conversation. Times are milliseconds since 1970, by Meta's clock; 0 means never.

    Attributes:
        last_inbound: when the person last did something that opens the messaging window.
        direct: of those, the last one that was delivered to this app as the one that may answer.
        standby: when something of this conversation was last delivered as standby: another app has the thread.
        owner: the app that had the thread after the last hand-over; empty when it was released or never handed over.
        owner_at: when that hand-over was; 0 if none is known.
        unreachable: Meta said that the person cannot be written to, and they have done nothing since.
        tagless_until: until when no message tag is used with this person, as Meta warned of misuse.
        answered: the comment or post of this wish has had its private reply.
    """

    last_inbound: int = 0
    direct: int = 0
    standby: int = 0
    owner: str = ""
    owner_at: int = 0
    unreachable: bool = False
    tagless_until: int = 0
    answered: bool = False


class Standing(Struct, frozen=True, kw_only=True):
    """What is known of an account.

    Attributes:
        surface: how it is written for.
        app_id: the app that would send; it owns a thread that was handed to it.
        human_agent: the app has Meta's Human Agent feature: its resource says so, and Meta has not said otherwise.
        news: the Page is registered with Meta as a news Page.
        restricted_until: until when everything waits; 0 if it does not.
        restriction: why, for people.
    """

    surface: Surface
    app_id: str = ""
    human_agent: bool = False
    news: bool = False
    restricted_until: int = 0
    restriction: str = ""


class Wish(Struct, frozen=True, kw_only=True):
    """What somebody wants to send.

    Attributes:
        body: see `Body`.
        author: who composed it. A human has written it for this very person; everything else is automation.
        target: what the recipient is named by.
        created: when the comment or post was made; 0 if that is not known.
        tag: a message tag the author asks for by name; empty for what the rules give.
        proactive: it answers nothing: ``UPDATE`` instead of ``RESPONSE``.
        untagged: only without a tag: Meta has just refused the tag.
        quotes: it quotes another message.
    """

    body: Body = "message"
    author: Author = "automation"
    target: Target = "person"
    created: int = 0
    tag: Tag = ""
    proactive: bool = False
    untagged: bool = False
    quotes: bool = False


class Send(Struct, frozen=True):
    """Send it, with these two fields; ``None`` leaves a field out."""

    messaging_type: str | None = None
    tag: str | None = None


class Wait(Struct, frozen=True):
    """Decide again at this time (milliseconds since 1970), or when something changes."""

    until: int
    reason: Reason
    why: str


class Refuse(Struct, frozen=True):
    """Do not send it; `why` is a sentence for people."""

    reason: Reason
    why: str


Decision = Send | Wait | Refuse
