"""What a manifest says to this plugin, field by field. Spelled in camel case there, as in Kubernetes."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, field

from pagewire.replies import QUICK_REPLY_PAYLOAD
from pagewire.resources.common import Duration, Part

Words = Annotated[str, Meta(min_length=1, max_length=QUICK_REPLY_PAYLOAD)]
OneOrMany = Words | Annotated[list[Words], Meta(min_length=1, max_length=100)]
"""One text, or a list of which any may hold."""


def listed(value: OneOrMany | None) -> tuple[str, ...]:
    """A field that takes one text or many, as many."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


class Kind(StrEnum):
    """What can be answered."""

    MESSAGE = "message"
    POSTBACK = "postback"
    REFERRAL = "referral"
    COMMENT = "comment"


class Hours(StrEnum):
    """Whether the business is open."""

    OPEN = "open"
    CLOSED = "closed"


class Surface(StrEnum):
    """Where the person writes, in the webhook's words: ``page`` is Messenger."""

    PAGE = "page"
    INSTAGRAM = "instagram"


class MediaKind(StrEnum):
    """What Meta fetches from an address."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"


class ContentType(StrEnum):
    """What a quick reply sends back."""

    TEXT = "text"
    PHONE = "user_phone_number"
    EMAIL = "user_email"


class ReferralWhen(Part, frozen=True, kw_only=True):
    """How the person came. All that is given must hold; nothing given means any referral.

    Attributes:
        ref: the value of the m.me or ig.me link or of the ad; a trailing ``*`` stands for any ending.
        source: Meta's name of the source, such as ``SHORTLINK`` or ``ADS``.
        ad_id: id of the ad.
    """

    ref: OneOrMany | None = None
    source: OneOrMany | None = None
    ad_id: OneOrMany | None = None


class CommentWhen(Part, frozen=True, kw_only=True):
    """A comment under something of the account's. Nothing given means any comment.

    Attributes:
        post: id of the post, or of the Instagram media.
    """

    post: OneOrMany | None = None


class When(Part, frozen=True, kw_only=True):
    """When a rule fires: every field that is given must hold, and of a list any one.

    Attributes:
        text: words or phrases the message holds, whatever their case and the punctuation around them.
        regex: RE2 patterns searched in the message; their groups can be used in the reply.
        postback: payload of the button, menu entry or ice breaker; a trailing ``*`` stands for any ending.
        quick_reply: payload of the tapped quick reply; a trailing ``*`` stands for any ending.
        referral: the link or ad the person came by, on its own or inside a message or postback.
        first_message: whether this is the first time the person reached out.
        attachment: types of an attachment, as Meta names them; ``*`` for any.
        unsupported: the message holds what Meta cannot hand over. Only rules that ask for such messages see them.
        hours: whether the business is open.
        story_reply: whether the message answers a story; Instagram only.
        comment: somebody commented; the answer is a private reply. Only rules that ask for comments see them.
        language: languages the person writes in, such as ``pt``.
        object: ``page`` or ``instagram``.
        kind: ``message``, ``postback``, ``referral`` or ``comment``.
        any: no condition at all.
    """

    text: OneOrMany | None = None
    regex: OneOrMany | None = None
    postback: OneOrMany | None = None
    quick_reply: OneOrMany | None = None
    referral: ReferralWhen | None = None
    first_message: bool | None = None
    attachment: OneOrMany | None = None
    unsupported: bool = False
    hours: Hours | None = None
    story_reply: bool | None = None
    comment: CommentWhen | None = None
    language: OneOrMany | None = None
    object: Surface | None = None
    kind: Kind | None = None
    any: bool = False


class QuickReplyPart(Part, frozen=True, kw_only=True):
    """A button under the last text.

    Attributes:
        title: what the person reads and says by tapping; at most 20 characters.
        payload: what comes back; the title if left out.
        image_url: a small picture in the button, shown on Messenger only.
        content_type: ``text``, or on Messenger ``user_phone_number`` or ``user_email``.
    """

    title: str = ""
    payload: str = ""
    image_url: str | None = None
    content_type: ContentType = ContentType.TEXT


class MediaPart(Part, frozen=True, kw_only=True):
    """An attachment that Meta fetches.

    Attributes:
        type: ``image``, ``audio``, ``video`` or ``file``.
        url: public https address of the bytes.
    """

    type: MediaKind
    url: str


TemplateText = Annotated[str, Meta(min_length=1, max_length=10_000)]


class HandOver(Part, frozen=True, kw_only=True):
    """Who has the conversation after the reply.

    Attributes:
        to: ``inbox`` for people at Meta's inbox, ``default`` for the default app, or the id of an app.
        note: for whoever takes it; people never see it.
    """

    to: Annotated[str, Meta(pattern=r"^(inbox|default|[0-9]{1,32})\Z")] = "inbox"
    note: Annotated[str, Meta(max_length=1000)] = ""


class Texts(Part, frozen=True, kw_only=True):
    """What is said in words.

    Attributes:
        text: one message.
        texts: several messages, in place of `text`.
    """

    text: TemplateText | None = None
    texts: Annotated[list[TemplateText], Meta(min_length=1, max_length=10)] | None = None


class Variant(Texts, frozen=True, kw_only=True):
    """One way of saying it; each person always gets the same one.

    Attributes:
        name: what explanations call it.
        weight: its share of all people, beside the weights of the others.
    """

    name: Annotated[str, Meta(min_length=1, max_length=63)]
    weight: Annotated[int, Meta(ge=1, le=1000)] = 1


class ReplyPart(Texts, frozen=True, kw_only=True):
    """What a rule says. Sent in this order: taking the conversation, seen, typing, media, texts, handing over.

    Attributes:
        translations: the same texts in other languages, by their ISO 639-1 code.
        variants: ways of saying it, in place of `text`.
        quick_replies: buttons under the last text.
        media: an attachment before the texts.
        typing: show that an answer is being written.
        mark_seen: mark the conversation as read.
        take: take the conversation from the app that has it.
        hand_over: give it to people or to another app afterwards.
    """

    translations: dict[str, TemplateText | Annotated[list[TemplateText], Meta(min_length=1, max_length=10)]] = {}
    variants: Annotated[list[Variant], Meta(max_length=10)] = []
    quick_replies: list[QuickReplyPart] = []
    media: MediaPart | None = None
    typing: bool = False
    mark_seen: bool = False
    take: bool = False
    hand_over: HandOver | None = None


class Rule(Part, frozen=True, kw_only=True):
    """One rule.

    Attributes:
        when: when it fires.
        reply: what it says.
        name: what explanations call it.
        goes_on: spelled ``continue``: the rules below are asked as well.
    """

    when: When
    reply: ReplyPart
    name: Annotated[str, Meta(max_length=63)] | None = None
    goes_on: bool = field(default=False, name="continue")


class FaqEntry(Part, frozen=True, kw_only=True):
    """Questions with one answer.

    Attributes:
        questions: ways of asking it.
        reply: the answer.
        name: what explanations call it; the first question if left out.
    """

    questions: Annotated[list[Words], Meta(min_length=1, max_length=50)]
    reply: ReplyPart
    name: Annotated[str, Meta(max_length=63)] | None = None


class Faq(Part, frozen=True, kw_only=True):
    """Answers to questions that are alike, for messages that no rule takes.

    Attributes:
        entries: what is known.
        least: how alike a message has to be, from 0 to 1, for an answer.
    """

    entries: Annotated[list[FaqEntry], Meta(min_length=1, max_length=200)]
    least: Annotated[float, Meta(gt=0, le=1)] = 0.55


class Llm(Part, frozen=True, kw_only=True):
    """A language model, for messages that neither a rule nor the FAQ answers. Nothing is asked unless this is there.

    Attributes:
        model: its name at the endpoint.
        facts: all it may answer from.
        instructions: who it speaks for, and how.
        budget: how long it may take, at most 20 seconds.
        max_tokens: how much it may write.
    """

    model: Annotated[str, Meta(min_length=1, max_length=200)]
    facts: Annotated[list[Annotated[str, Meta(min_length=1, max_length=2000)]], Meta(min_length=1, max_length=100)]
    instructions: Annotated[str, Meta(max_length=4000)] = ""
    budget: Duration = "8s"
    max_tokens: Annotated[int, Meta(ge=1, le=2000)] = 200


class Pace(Part, frozen=True, kw_only=True):
    """Lets answers take the time of writing, at most a second and a half each.

    Attributes:
        characters_per_second: how fast it writes.
    """

    characters_per_second: Annotated[int, Meta(ge=1, le=10_000)] = 200


class Holiday(Part, frozen=True, kw_only=True):
    """A day with hours of its own.

    Attributes:
        date: ``2026-12-25``, or ``--12-25`` for every year.
        name: for the reader of the manifest.
        open: ranges of time as in `BusinessHours`; none means closed.
    """

    date: str
    name: str = ""
    open: list[str] = []


class BusinessHours(Part, frozen=True, kw_only=True):
    """When the business is open, by the clock on its wall.

    Attributes:
        time_zone: name of the IANA time zone, such as ``Europe/Lisbon``.
        open: days (``mon``, ``mon-fri``, ``sat,sun``) to ranges of time (``09:00-12:30``). A range that ends at or
            before its start reaches into the next day.
        holidays: days that differ: a date, which means closed, or a `Holiday`.
    """

    time_zone: str
    open: dict[str, list[str]]
    holidays: Annotated[list[str | Holiday], Meta(max_length=1000)] = []


class Disclosure(Part, frozen=True, kw_only=True):
    """What tells people that a program writes to them.

    Attributes:
        text: put before the first automated text of a conversation, on lines of its own.
        every: and once more after so long.
    """

    text: Annotated[str, Meta(min_length=1, max_length=300)]
    every: Duration = "24h"


class Limit(Part, frozen=True, kw_only=True):
    """Keeps two programs from talking to each other for ever, and one person from being answered all day.

    Attributes:
        messages: most automated messages to one person, unless they read one of them.
        same_text: how often the same text of one person is answered, if they say nothing else in between.
        within: both in so long.
        per_day: most events of one person that rules are asked about in 24 hours, read or not.
    """

    messages: Annotated[int, Meta(ge=1, le=1000)] | None = None
    same_text: Annotated[int, Meta(ge=1, le=100)] | None = None
    within: Duration = "10m"
    per_day: Annotated[int, Meta(ge=1, le=1000)] | None = None


class Quiet(Part, frozen=True, kw_only=True):
    """When rules are not asked although a message came.

    Attributes:
        after_human: so long after a person at Meta's inbox wrote into the conversation; Messenger only, as Meta tells.
        after_other_app: so long after another app than this one and the inbox wrote; Messenger only, as Meta tells.
        when_owned: while another app, or a person at the inbox, has the conversation after a hand-over, until Meta delivers the
            person's messages to this app again.
        idle: `when_owned` ends once nobody on the business's side wrote for so long.
    """

    after_human: Duration | None = None
    after_other_app: Duration | None = None
    when_owned: bool = False
    idle: Duration | None = None
