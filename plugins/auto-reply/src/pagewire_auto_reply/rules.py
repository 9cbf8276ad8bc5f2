"""A rule of the manifest, read once and ready to be asked."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from pagewire import surfaces
from pagewire.replies import Media, QuickReply, ReplyError, Text, check
from pagewire_auto_reply.mistakes import Mistake
from pagewire_auto_reply.patterns import Pattern
from pagewire_auto_reply.shapes import ContentType, ReplyPart, Rule, Surface, When, listed
from pagewire_auto_reply.templates import PROFILE, Template, template_of
from pagewire_auto_reply.words import words_of

_NOTHING: Final = When()


class ReadyRule(Struct, frozen=True):
    """A rule whose patterns and templates are known to be good.

    Attributes:
        index: its place in the manifest, from 0.
        rule: as the manifest has it.
        keywords: ``when.text`` as `words.words_of` writes it.
        patterns: ``when.regex``.
        templates: the texts of the reply.
        quick_replies: the buttons under the last text.
        media: the attachment.
        asks: the fields of `shapes.When` that can keep it from firing.
        needs_person: whether a text says something about the person.
    """

    index: int
    rule: Rule
    keywords: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    templates: tuple[Template, ...]
    quick_replies: tuple[QuickReply, ...]
    media: Media | None
    asks: frozenset[str]
    needs_person: bool

    @property
    def when(self) -> When:
        """The conditions."""
        return self.rule.when


def ready(rule: Rule, index: int) -> ReadyRule:
    """Read a rule.

    Raises:
        Mistake: with the first field that cannot be as it is.
    """
    keywords = tuple(_keywords(rule.when))
    patterns = tuple(_patterns(rule.when))
    templates = tuple(_templates(rule.reply, patterns))
    return ReadyRule(
        index,
        rule,
        keywords,
        patterns,
        templates,
        _quick_replies(rule),
        _media(rule.reply),
        _asks(rule.when),
        any(template.variables & set(PROFILE) for template in templates),
    )


def _asks(when: When) -> frozenset[str]:
    """Two conditions ask also where the rule says nothing: some events are answered only by rules that want them."""
    said = (name for name in When.__struct_fields__ if getattr(when, name) != getattr(_NOTHING, name))
    return frozenset({"kind", "unsupported", *said})


def _keywords(when: When) -> Iterator[str]:
    for where, text in _places("text", when.text):
        words = words_of(text)
        if not words:
            raise Mistake(f"when.{where}", f"{text!r} holds neither letter, digit nor symbol, so no message has it")
        yield words


def _patterns(when: When) -> Iterator[Pattern]:
    for where, text in _places("regex", when.regex):
        try:
            pattern = Pattern(text)
        except Mistake as mistake:
            raise Mistake(f"when.{where}", mistake.message) from None
        if taken := sorted(pattern.groups & set(PROFILE)):
            raise Mistake(f"when.{where}", f"the group {taken[0]} has the name of a variable; give it another")
        yield pattern


def _places(name: str, value: str | list[str] | None) -> Iterator[tuple[str, str]]:
    """The texts of a field, each with its place in the manifest."""
    for index, text in enumerate(listed(value)):
        yield (name if isinstance(value, str) else f"{name}[{index}]"), text


def _templates(reply: ReplyPart, patterns: tuple[Pattern, ...]) -> Iterator[Template]:
    if reply.text is not None and reply.texts is not None:
        raise Mistake("reply", "has both text and texts; put all messages into texts")
    if reply == ReplyPart():
        raise Mistake("reply", "says nothing; give it a text, texts, media, typing or markSeen")
    captured = frozenset[str]().union(*(pattern.groups for pattern in patterns))
    for where, text in _places(*(("text", reply.text) if reply.texts is None else ("texts", reply.texts))):
        try:
            yield template_of(text, captured.union(PROFILE))
        except ValueError as error:
            raise Mistake(f"reply.{where}", str(error)) from None


def _quick_replies(rule: Rule) -> tuple[QuickReply, ...]:
    parts = rule.reply.quick_replies
    if parts and not (rule.reply.text or rule.reply.texts):
        raise Mistake("reply.quickReplies", "stand under a text; add reply.text")
    for index, part in enumerate(parts):
        if part.content_type is not ContentType.TEXT and rule.when.object is not Surface.PAGE:
            where = f"reply.quickReplies[{index}].contentType"
            raise Mistake(where, f"{part.content_type} exists on Messenger only; add object: page to when")
    found = tuple(
        QuickReply(
            title=part.title,
            payload=part.payload or part.title,
            image_url=part.image_url,
            content_type=part.content_type.value,
        )
        for part in parts
    )
    _as_meta_takes_it(Text(text="-", quick_replies=found), "reply")
    return found


def _media(reply: ReplyPart) -> Media | None:
    if reply.media is None:
        return None
    media = Media(media=reply.media.type.value, url=reply.media.url)
    _as_meta_takes_it(media, "reply.media")
    return media


def _as_meta_takes_it(reply: Text | Media, where: str) -> None:
    try:
        check(reply, surfaces.Surface.MESSENGER)
    except ReplyError as error:
        field, _, message = str(error).partition(" ")
        raise Mistake(f"{where}.{field.replace('quick_replies', 'quickReplies')}", message) from None
