"""Which rule answers an event, and why those above it do not. Pure: no I/O and no clock."""

from datetime import datetime

from msgspec import Struct

from pagewire.context import ConversationState
from pagewire.events import Event, Message, Postback, Referral
from pagewire_auto_reply.conditions import captures, why_not
from pagewire_auto_reply.config import Config
from pagewire_auto_reply.moments import moment_of, silence


class Verdict(Struct, frozen=True, kw_only=True):
    """What became of one rule.

    Attributes:
        rule: its place in the manifest, from 0.
        name: its name there.
        why_not: the condition that did not hold; ``None`` if the rule fired. Never holds message text.
        captured: what the groups of its pattern captured. This is message text.
    """

    rule: int
    name: str | None
    why_not: str | None
    captured: dict[str, str] = {}


class Explanation(Struct, frozen=True, kw_only=True):
    """What became of an event.

    Attributes:
        verdicts: one for each rule that was asked, in order.
        silence: why no rule was asked at all, or ``None``.
    """

    verdicts: tuple[Verdict, ...] = ()
    silence: str | None = None

    @property
    def fired(self) -> tuple[Verdict, ...]:
        """The rules that answer, in order."""
        return tuple(verdict for verdict in self.verdicts if verdict.why_not is None)


def explain(event: Event, state: ConversationState | None, config: Config, now: datetime) -> Explanation:
    """Ask the rules about an event.

    Args:
        event: what happened.
        state: what is known of the conversation; ``None`` counts as "not the first message".
        config: the rules.
        now: the instant that business hours and ages are counted from; the plugin takes the event's ``received``.
    """
    reason = silence(event, now, config.ready.max_age.total_seconds())
    if reason is not None or not isinstance(event, Message | Postback | Referral):
        return Explanation(silence=reason)
    moment = moment_of(event, state, config.ready.hours(now), asks_for_words=config.ready.asks_for_words)
    verdicts: list[Verdict] = []
    for rule in config.ready.rules:
        why = why_not(rule, moment)
        captured = captures(rule, moment) or {} if why is None else {}
        verdicts.append(Verdict(rule=rule.index, name=rule.rule.name, why_not=why, captured=captured))
        if why is None and not rule.rule.goes_on:
            break
    return Explanation(verdicts=tuple(verdicts))
