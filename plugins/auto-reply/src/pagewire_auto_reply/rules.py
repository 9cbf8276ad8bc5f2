"""A rule of the manifest, read once and ready to be asked."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from pagewire_auto_reply.mistakes import Mistake
from pagewire_auto_reply.patterns import Pattern
from pagewire_auto_reply.saying import ReadyReply, ready_reply
from pagewire_auto_reply.shapes import Rule, When, listed
from pagewire_auto_reply.templates import PROFILE
from pagewire_auto_reply.words import words_of

_NOTHING: Final = When()


class ReadyRule(Struct, frozen=True):
    """A rule whose patterns and templates are known to be good.

    Attributes:
        index: its place in the manifest, from 0.
        rule: as the manifest has it.
        keywords: ``when.text`` as `words.words_of` writes it.
        patterns: ``when.regex``.
        reply: what it says.
        asks: the fields of `shapes.When` that can keep it from firing.
    """

    index: int
    rule: Rule
    keywords: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    reply: ReadyReply
    asks: frozenset[str]

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
    captured = frozenset[str]().union(*(pattern.groups for pattern in patterns))
    reply = ready_reply(rule.reply, captured, rule.when.object)
    return ReadyRule(index, rule, keywords, patterns, reply, _asks(rule.when))


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
