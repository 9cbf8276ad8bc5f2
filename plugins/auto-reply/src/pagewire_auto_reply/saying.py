"""What a rule says, read once: texts, translations, variants, buttons, media, and who has the conversation afterwards."""

from collections.abc import Iterator
from hashlib import blake2b

from msgspec import Struct

from pagewire import surfaces
from pagewire.replies import Media, QuickReply, ReplyError, Text, check
from pagewire_auto_reply.languages import KNOWN
from pagewire_auto_reply.mistakes import Mistake
from pagewire_auto_reply.shapes import ContentType, OneOrMany, ReplyPart, Surface, Texts, listed
from pagewire_auto_reply.templates import PROFILE, Template, template_of

Templates = tuple[Template, ...]


class ReadyVariant(Struct, frozen=True):
    """One way of saying it.

    Attributes:
        name: what explanations call it.
        weight: its share.
        templates: what it says.
    """

    name: str
    weight: int
    templates: Templates


class ReadyReply(Struct, frozen=True):
    """A reply whose templates are known to be good.

    Attributes:
        part: as the manifest has it.
        templates: its texts.
        translations: the same in other languages.
        variants: ways of saying it, of which each person gets one.
        quick_replies: the buttons under the last text.
        media: the attachment.
        needs_person: whether a text says something about the person.
    """

    part: ReplyPart
    templates: Templates
    translations: dict[str, Templates]
    variants: tuple[ReadyVariant, ...]
    quick_replies: tuple[QuickReply, ...]
    media: Media | None
    needs_person: bool

    def variant(self, seed: str) -> ReadyVariant:
        """The variant of a person: the same one always, as the hash of who they are and of the rule decides."""
        place = int.from_bytes(blake2b(seed.encode(), digest_size=8).digest()) % sum(v.weight for v in self.variants)
        for variant in self.variants[:-1]:
            place -= variant.weight
            if place < 0:
                return variant
        return self.variants[-1]


def ready_reply(part: ReplyPart, captured: frozenset[str], surface: Surface | None) -> ReadyReply:
    """Read a reply.

    Args:
        part: as the manifest has it.
        captured: the groups of the rule's patterns.
        surface: where the rule fires only; ``None`` for both.

    Raises:
        Mistake: with the first field that cannot be as it is.
    """
    _check_whole(part)
    known = captured.union(PROFILE)
    templates = tuple(_templates("reply", part, known))
    translations = {code: _translation(code, said, known) for code, said in part.translations.items()}
    variants = tuple(_variants(part, known))
    every = (
        *templates,
        *(t for said in translations.values() for t in said),
        *(t for v in variants for t in v.templates),
    )
    return ReadyReply(
        part,
        templates,
        translations,
        variants,
        _quick_replies(part, surface),
        _media(part),
        any(template.variables & set(PROFILE) for template in every),
    )


def _check_whole(part: ReplyPart) -> None:
    if part == ReplyPart():
        raise Mistake("reply", "says nothing; give it a text, texts, variants, media, handOver, typing or markSeen")
    if part.variants and (part.text is not None or part.texts is not None):
        raise Mistake("reply.variants", "stand in place of text and texts; make what they say one of the variants")
    if part.translations and part.variants:
        raise Mistake("reply.translations", "cannot stand beside variants; use one rule for each language")
    if part.translations and part.text is None and part.texts is None:
        raise Mistake("reply.translations", "need a text for those whose language is another; add reply.text")


def _templates(where: str, said: Texts, known: frozenset[str]) -> Iterator[Template]:
    if said.text is not None and said.texts is not None:
        raise Mistake(where, "has both text and texts; put all messages into texts")
    name, value = ("text", said.text) if said.texts is None else ("texts", said.texts)
    yield from _read(f"{where}.{name}", value, known)


def _read(where: str, value: OneOrMany | None, known: frozenset[str]) -> Iterator[Template]:
    for index, text in enumerate(listed(value)):
        try:
            yield template_of(text, known)
        except ValueError as error:
            raise Mistake(where if isinstance(value, str) else f"{where}[{index}]", str(error)) from None


def _translation(code: str, said: OneOrMany, known: frozenset[str]) -> Templates:
    if code not in KNOWN:
        raise Mistake(
            f"reply.translations.{code}", f"is no language that can be told; known are {', '.join(sorted(KNOWN))}"
        )
    return tuple(_read(f"reply.translations.{code}", said, known))


def _variants(part: ReplyPart, known: frozenset[str]) -> Iterator[ReadyVariant]:
    for index, variant in enumerate(part.variants):
        templates = tuple(_templates(f"reply.variants[{index}]", variant, known))
        if not templates:
            raise Mistake(f"reply.variants[{index}]", "says nothing; give it a text or texts")
        yield ReadyVariant(variant.name, variant.weight, templates)


def _quick_replies(part: ReplyPart, surface: Surface | None) -> tuple[QuickReply, ...]:
    if part.quick_replies and not (part.text or part.texts or part.variants):
        raise Mistake("reply.quickReplies", "stand under a text; add reply.text")
    for index, quick in enumerate(part.quick_replies):
        if quick.content_type is not ContentType.TEXT and surface is not Surface.PAGE:
            where = f"reply.quickReplies[{index}].contentType"
            raise Mistake(where, f"{quick.content_type} exists on Messenger only; add object: page to when")
    found = tuple(
        QuickReply(
            title=quick.title,
            payload=quick.payload or quick.title,
            image_url=quick.image_url,
            content_type=quick.content_type.value,
        )
        for quick in part.quick_replies
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
