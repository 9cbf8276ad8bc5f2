"""The conditions of a rule, one function each: why it does not hold, or nothing.

The reasons are read by people who look for the rule that should have fired. They hold no message text.
"""

from collections.abc import Callable
from typing import Final

from pagewire_auto_reply.moments import Moment
from pagewire_auto_reply.rules import ReadyRule
from pagewire_auto_reply.shapes import Kind, OneOrMany, When, listed

Condition = Callable[[ReadyRule, Moment], str | None]

UNSUPPORTED_TYPE: Final = "unsupported_type"
"""Instagram's attachment type for what it cannot hand over."""


def asks_for_unsupported(when: When) -> bool:
    """Whether a rule wants messages that Meta could not hand over."""
    return when.unsupported or UNSUPPORTED_TYPE in listed(when.attachment)


def asks_for_referrals(when: When) -> bool:
    """Whether a rule wants referrals that come on their own: the person opened the chat and said nothing yet."""
    return when.referral is not None or when.first_message is True or when.kind is Kind.REFERRAL


def asks_for_comments(when: When) -> bool:
    """Whether a rule wants comments, which it answers in private."""
    return when.comment is not None or when.kind is Kind.COMMENT


def fits(pattern: str, value: str | None) -> bool:
    """Whether a payload is the one meant, or begins as a pattern with a trailing ``*`` says."""
    if pattern.endswith("*"):
        return (value or "").startswith(pattern[:-1])
    return value == pattern


def _any_fits(patterns: OneOrMany | None, value: str | None) -> bool:
    return any(fits(pattern, value) for pattern in listed(patterns))


def _kind(rule: ReadyRule, moment: Moment) -> str | None:
    if rule.when.kind is not None and rule.when.kind is not moment.kind:
        return f"kind: this is a {moment.kind}"
    if moment.kind is Kind.REFERRAL and not asks_for_referrals(rule.when):
        return "a referral on its own is answered only by rules with referral, firstMessage or kind: referral"
    if moment.kind is Kind.COMMENT and not asks_for_comments(rule.when):
        return "a comment is answered only by rules with comment or kind: comment"
    return None


def _unsupported(rule: ReadyRule, moment: Moment) -> str | None:
    if moment.unsupported and not asks_for_unsupported(rule.when):
        return "an unsupported message is answered only by rules with unsupported: true"
    return "unsupported: the message is supported" if rule.when.unsupported and not moment.unsupported else None


def _object(rule: ReadyRule, moment: Moment) -> str | None:
    wanted = rule.when.object
    return f"object: this is {moment.event.object}" if wanted is not None and wanted != moment.event.object else None


def _text(rule: ReadyRule, moment: Moment) -> str | None:
    if not rule.keywords or any(words in moment.words for words in rule.keywords):
        return None
    if moment.words:
        return "text: the message holds none of these words"
    return "text: the message holds no words" if moment.text else "text: there is no text"


def _regex(rule: ReadyRule, moment: Moment) -> str | None:
    if not rule.patterns or captures(rule, moment) is not None:
        return None
    return "regex: no pattern matches" if moment.text else "regex: there is no text"


def captures(rule: ReadyRule, moment: Moment) -> dict[str, str] | None:
    """What the first matching pattern of a rule captured; ``None`` if none matches."""
    if rule.index not in moment.captured:
        found = (pattern.search(moment.text) for pattern in rule.patterns if moment.text)
        moment.captured[rule.index] = next((groups for groups in found if groups is not None), None)
    return moment.captured[rule.index]


def _postback(rule: ReadyRule, moment: Moment) -> str | None:
    if rule.when.postback is None:
        return None
    if moment.kind is not Kind.POSTBACK:
        return "postback: no button was tapped"
    payload = getattr(moment.event, "payload", None)
    return None if _any_fits(rule.when.postback, payload) else "postback: the payload is another"


def _quick_reply(rule: ReadyRule, moment: Moment) -> str | None:
    if rule.when.quick_reply is None:
        return None
    tap = getattr(moment.event, "quick_reply", None)
    if tap is None:
        return "quickReply: none was tapped"
    return None if _any_fits(rule.when.quick_reply, tap.payload) else "quickReply: the payload is another"


def _referral(rule: ReadyRule, moment: Moment) -> str | None:
    wanted, came = rule.when.referral, moment.referral
    if wanted is None:
        return None
    if came is None:
        return "referral: the event has none"
    for name, patterns, value in (
        ("ref", wanted.ref, came.ref),
        ("source", wanted.source, came.source),
        ("adId", wanted.ad_id, came.ad_id),
    ):
        if patterns is not None and not _any_fits(patterns, value):
            return f"referral.{name}: it is another, or missing"
    return None


def _attachment(rule: ReadyRule, moment: Moment) -> str | None:
    if rule.when.attachment is None:
        return None
    if not moment.attachments:
        return "attachment: there is none"
    if any(_any_fits(rule.when.attachment, type_) for type_ in moment.attachments):
        return None
    return f"attachment: the type is {', '.join(moment.attachments)}"


def _hours(rule: ReadyRule, moment: Moment) -> str | None:
    wanted = rule.when.hours
    return f"hours: the business is {moment.hours}" if wanted is not None and wanted is not moment.hours else None


def _first_message(rule: ReadyRule, moment: Moment) -> str | None:
    wanted = rule.when.first_message
    if wanted is None:
        return None
    first = moment.state is not None and moment.state.first_event == moment.event.id
    if first is wanted:
        return None
    return "firstMessage: the person has reached out before" if wanted else "firstMessage: it is the first"


def _story_reply(rule: ReadyRule, moment: Moment) -> str | None:
    wanted = rule.when.story_reply
    if wanted is None or wanted is moment.story:
        return None
    return "storyReply: it answers no story" if wanted else "storyReply: it answers a story"


def _comment(rule: ReadyRule, moment: Moment) -> str | None:
    wanted = rule.when.comment
    if wanted is None:
        return None
    if moment.kind is not Kind.COMMENT:
        return "comment: this is none"
    return None if wanted.post is None or _any_fits(wanted.post, moment.post) else "comment.post: it is another"


def _language(rule: ReadyRule, moment: Moment) -> str | None:
    wanted = listed(rule.when.language)
    if not wanted or moment.language in wanted:
        return None
    return f"language: it is {moment.language}" if moment.language else "language: nothing tells which it is"


CONDITIONS: Final[dict[str, Condition]] = {
    "kind": _kind,
    "unsupported": _unsupported,
    "object": _object,
    "text": _text,
    "regex": _regex,
    "postback": _postback,
    "quick_reply": _quick_reply,
    "referral": _referral,
    "attachment": _attachment,
    "hours": _hours,
    "first_message": _first_message,
    "story_reply": _story_reply,
    "comment": _comment,
    "language": _language,
}
"""By the field of `shapes.When` that asks, in the order in which they are asked."""


def why_not(rule: ReadyRule, moment: Moment) -> str | None:
    """The first condition of a rule that does not hold; ``None`` if the rule fires."""
    # On the way of every event, so most are passed over without a call.
    asks = rule.asks
    for name, condition in CONDITIONS.items():
        if name in asks and (why := condition(rule, moment)) is not None:
            return why
    return None
