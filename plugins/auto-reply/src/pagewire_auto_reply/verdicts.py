"""Which rule answers an event, and why those above it do not. Pure: no I/O and no clock."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from pagewire.context import ConversationState
from pagewire.events import Event, Message, Postback
from pagewire_auto_reply.conditions import captures, why_not
from pagewire_auto_reply.config import Config
from pagewire_auto_reply.languages import detect
from pagewire_auto_reply.moments import Answerable, Moment, moment_of, silence, text_of
from pagewire_auto_reply.ready import ReadyFaq, Source


class Verdict(Struct, frozen=True, kw_only=True):
    """What became of one rule, or of what is asked after the rules.

    Attributes:
        rule: its place in the manifest, from 0: of the rule, or of the entry of the FAQ.
        name: its name there.
        why_not: the condition that did not hold; ``None`` if the rule fired. Never holds message text.
        captured: what the groups of its pattern captured. This is message text.
        source: ``rule``, ``faq`` or ``otherwise``.
        score: how alike the question is, for the FAQ.
    """

    rule: int
    name: str | None
    why_not: str | None
    captured: dict[str, str] = {}
    source: Source = "rule"
    score: float | None = None


class Explanation(Struct, frozen=True, kw_only=True):
    """What became of an event.

    Attributes:
        verdicts: one for each rule that was asked, in order.
        silence: why no rule was asked at all, or ``None``.
        language: what the person writes in, of the languages the configuration asks for.
        told: whether this very event tells the language.
    """

    verdicts: tuple[Verdict, ...] = ()
    silence: str | None = None
    language: str | None = None
    told: bool = False

    @property
    def fired(self) -> tuple[Verdict, ...]:
        """What answers, in order."""
        return tuple(verdict for verdict in self.verdicts if verdict.why_not is None)


def explain(
    event: Event, state: ConversationState | None, config: Config, now: datetime, language: str | None = None
) -> Explanation:
    """Ask the rules about an event.

    Args:
        event: what happened.
        state: what is known of the conversation; ``None`` counts as "not the first message".
        config: the rules.
        now: the instant that business hours and ages are counted from; the plugin takes the event's ``received``.
        language: what the person wrote in before, where the event does not tell.
    """
    ready = config.ready
    reason = silence(event, now, ready.max_age.total_seconds())
    if reason is not None or not isinstance(event, Answerable):
        return Explanation(silence=reason)
    told = _language(event, ready.languages) if ready.languages else None
    moment = moment_of(event, state, ready.hours(now), language=told or language, asks_for_words=ready.asks_for_words)
    verdicts: list[Verdict] = []
    fired = False
    for rule in ready.rules:
        why = why_not(rule, moment)
        captured = captures(rule, moment) or {} if why is None else {}
        verdicts.append(Verdict(rule=rule.index, name=rule.rule.name, why_not=why, captured=captured))
        fired = fired or why is None
        if why is None and not rule.rule.goes_on:
            break
    if not fired and ready.goes_further:
        verdicts += _afterwards(config, moment)
    return Explanation(verdicts=tuple(verdicts), language=moment.language, told=told is not None)


def unasked(
    found: Explanation, event: Answerable, state: ConversationState | None, config: Config, now: datetime
) -> Iterator[Verdict]:
    """What the rules below the one that answers would have come to, had they been asked.

    Args:
        found: what `explain` said of the same event.
        event: what happened.
        state: as `explain` got it.
        config: the rules.
        now: as `explain` got it.
    """
    ready = config.ready
    moment = moment_of(event, state, ready.hours(now), language=found.language, asks_for_words=ready.asks_for_words)
    asked = sum(verdict.source == "rule" for verdict in found.verdicts)
    for rule in ready.rules[asked:]:
        yield Verdict(rule=rule.index, name=rule.rule.name, why_not=why_not(rule, moment))


def _language(event: Event, among: frozenset[str]) -> str | None:
    return detect(text_of(event), event.nlp if isinstance(event, Message) else None, among)


def _afterwards(config: Config, moment: Moment) -> Iterator[Verdict]:
    """The FAQ, and what is said if it knows nothing either: to people who said something that Meta could hand over."""
    if not isinstance(moment.event, Message | Postback) or moment.unsupported:
        return
    if config.ready.faq is not None and moment.text:
        verdict = _of_faq(config.ready.faq, moment.text)
        yield verdict
        if verdict.why_not is None:
            return
    if config.ready.otherwise is not None:
        yield Verdict(rule=0, name="otherwise", why_not=None, source="otherwise")


def _of_faq(faq: ReadyFaq, text: str) -> Verdict:
    nearest = faq.questions.nearest(text)
    if nearest is None:
        return Verdict(rule=0, name=None, why_not="faq: nothing is alike", source="faq", score=0.0)
    score, least = round(nearest.score, 2), faq.faq.least
    why = None if nearest.score >= least else f"faq: the nearest question is {score:g} alike, less than {least:g}"
    return Verdict(rule=nearest.entry, name=faq.name(nearest.entry), why_not=why, source="faq", score=score)
