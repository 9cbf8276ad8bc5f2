"""Rules that could never fire: their conditions exclude each other, or a rule above takes all that would reach them."""

from collections.abc import Iterable
from typing import Final

from pagewire_auto_reply.conditions import asks_for_comments, asks_for_referrals, asks_for_unsupported, fits
from pagewire_auto_reply.languages import KNOWN
from pagewire_auto_reply.mistakes import Mistake
from pagewire_auto_reply.rules import ReadyRule
from pagewire_auto_reply.shapes import CommentWhen, Kind, OneOrMany, ReferralWhen, ReplyPart, Rule, Texts, When, listed

_NEEDS: Final = {
    "text": Kind.MESSAGE,
    "regex": Kind.MESSAGE,
    "quick_reply": Kind.MESSAGE,
    "attachment": Kind.MESSAGE,
    "unsupported": Kind.MESSAGE,
    "story_reply": Kind.MESSAGE,
    "postback": Kind.POSTBACK,
    "comment": Kind.COMMENT,
}
"""Conditions that only one kind of event can meet."""

_WIRE: Final = {"quick_reply": "quickReply", "story_reply": "storyReply"}
_WRITTEN: Final = frozenset({"text", "regex"})
"""What can be asked of comments as well."""


def check_when(when: When, has_hours: bool) -> None:
    """Refuse conditions that no event can meet.

    Raises:
        Mistake: naming the field.
    """
    if when == When():
        raise Mistake("when", "is empty; say when the rule fires, or any: true for always")
    if when.any and when != When(any=True, kind=when.kind, object=when.object, hours=when.hours):
        raise Mistake("when.any", "means no condition; leave it out beside others than kind, object and hours")
    if when.hours is not None and not has_hours:
        raise Mistake("when.hours", "needs businessHours beside rules")
    _check_kinds(when)
    _check_stars(when)


def _asked(when: When) -> list[str]:
    """The conditions of a rule that only one kind of event can meet."""
    given = [name for name in _NEEDS if getattr(when, name) not in (None, False)]
    return [name for name in given if name not in _WRITTEN] if asks_for_comments(when) else given


def _check_kinds(when: When) -> None:
    given = _asked(when)
    if len(_kinds(when)) > 1:
        names = [_WIRE.get(name, name) for name in given] + (["kind"] if when.kind else [])
        raise Mistake("when", f"can never hold: {', '.join(names)} ask for events of different kinds")
    for language in listed(when.language):
        if language not in KNOWN:
            raise Mistake("when.language", f"{language!r} cannot be told; known are {', '.join(sorted(KNOWN))}")


def check_comment(rule: Rule) -> None:
    """Refuse what a private reply cannot be: Meta takes one message for each comment.

    Raises:
        Mistake: naming what has to go.
    """
    reply = rule.reply
    if not asks_for_comments(rule.when):
        return
    if rule.goes_on:
        raise Mistake("continue", "a comment gets one private reply, so no other rule can add to it; leave it out")
    if reply.media or reply.typing or reply.mark_seen or reply.take or reply.hand_over or not _one_text(reply):
        raise Mistake("reply", "answers a comment, so it is one text: a private reply is one message and nothing else")


def _one_text(reply: ReplyPart) -> bool:
    said = [reply, *reply.variants] if not reply.variants else reply.variants
    translated = all(isinstance(one, str) or len(one) == 1 for one in reply.translations.values())
    return translated and all(_texts(one) == 1 for one in said)


def _texts(said: Texts) -> int:
    return len(said.texts) if said.texts is not None else int(said.text is not None)


def _check_stars(when: When) -> None:
    referral = when.referral or ReferralWhen()
    fields = {
        "postback": when.postback,
        "quickReply": when.quick_reply,
        "attachment": when.attachment,
        "referral.ref": referral.ref,
        "referral.source": referral.source,
        "referral.adId": referral.ad_id,
        "comment.post": (when.comment or CommentWhen()).post,
    }
    for name, value in fields.items():
        for pattern in listed(value):
            if "*" in pattern[:-1]:
                raise Mistake(f"when.{name}", "a * stands for any ending, so it can only be the last character")


def shadowed(rules: Iterable[ReadyRule]) -> Iterable[Mistake]:
    """The rules that can never be reached, each with the rule that takes their events."""
    ends: list[ReadyRule] = []
    for rule in rules:
        taker = next((above for above in ends if _covers(above, rule)), None)
        if taker is not None:
            said = f"can never fire: rules[{taker.index}] takes all its events; move it up, or let that one continue"
            yield Mistake(f"rules[{rule.index}]", said)
        if not rule.rule.goes_on:
            ends.append(rule)


def _covers(above: ReadyRule, below: ReadyRule) -> bool:
    """Whether every event that makes `below` fire makes `above` fire."""
    a, b = above.when, below.when
    if asks_for_unsupported(b) > asks_for_unsupported(a) or asks_for_referrals(b) > asks_for_referrals(a):
        return False
    if asks_for_comments(b) is not asks_for_comments(a):
        return False
    return (
        _words_cover(above.keywords, below.keywords)
        and _same_or_open(a.regex, b.regex)
        and all(
            _same_or_open(getattr(a, name), getattr(b, name))
            for name in ("first_message", "hours", "object", "story_reply", "comment")
        )
        and all(
            _payloads_cover(getattr(a, name), getattr(b, name))
            for name in ("postback", "quick_reply", "attachment", "language")
        )
        and _referral_covers(a.referral, b.referral)
        and (not a.unsupported or b.unsupported)
        and (a.kind is None or a.kind in _kinds(b))
    )


def _kinds(when: When) -> set[Kind]:
    """The one kind of event a rule can see, if there is only one."""
    return {_NEEDS[name] for name in _asked(when)} | ({when.kind} if when.kind else set())


def _words_cover(above: tuple[str, ...], below: tuple[str, ...]) -> bool:
    if not above or not below:
        return not above
    return all(any(short in long for short in above) for long in below)


def _same_or_open(above: object, below: object) -> bool:
    return above is None or above == below


def _payloads_cover(above: OneOrMany | None, below: OneOrMany | None) -> bool:
    if above is None or below is None:
        return above is None
    return all(any(_pattern_covers(wide, narrow) for wide in listed(above)) for narrow in listed(below))


def _pattern_covers(wide: str, narrow: str) -> bool:
    return wide == narrow or (wide.endswith("*") and fits(wide, narrow.removesuffix("*")))


def _referral_covers(above: ReferralWhen | None, below: ReferralWhen | None) -> bool:
    if above is None or below is None:
        return above is None
    return all(_payloads_cover(getattr(above, name), getattr(below, name)) for name in ("ref", "source", "ad_id"))
