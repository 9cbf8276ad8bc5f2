"""Says, line by line, how the plugin comes to its answer: for ``pagewire plugins run auto-reply --say TEXT``."""

from collections.abc import Iterator
from typing import Final

from pagewire.context import Context
from pagewire.events import Event
from pagewire_auto_reply import memory
from pagewire_auto_reply.answers import variant_of
from pagewire_auto_reply.config import Config
from pagewire_auto_reply.hearing import why_resting
from pagewire_auto_reply.moments import Answerable
from pagewire_auto_reply.thinking import is_for_model
from pagewire_auto_reply.verdicts import Explanation, Verdict, explain, unasked

_ASKS: Final = "ask  llm: the model is asked, and what is below it only if it has no answer"


async def explain_event(event: Event, context: Context[Config]) -> tuple[str, ...]:
    """Which rule answers an event and why the others do not. Changes nothing, and holds no message text.

    Args:
        event: what happened.
        context: as a hook gets it; of it are read the configuration, the conversation, and what is kept of quiet times and of
            the language.
    """
    config = context.config
    state = await context.conversation()
    if (why := await why_resting(event, state, context)) is not None:
        return (f"no rule was asked: {why}",)
    kept = config.ready.languages and event.conversation is not None
    language = await context.store.get(memory.LANGUAGE) if kept else None
    found = explain(event, state, config, event.received, language)
    below = (
        unasked(found, event, state, config, event.received) if found.fired and isinstance(event, Answerable) else ()
    )
    return tuple(lines(found, tuple(below), config, event))


def lines(found: Explanation, below: tuple[Verdict, ...], config: Config, event: Event) -> Iterator[str]:
    """An explanation as text.

    Args:
        found: which rules were asked, and what they came to.
        below: what the rules under the one that answers would have come to.
        config: the rules.
        event: what they were asked about.
    """
    if found.silence is not None:
        yield f"no rule was asked: {found.silence}"
        return
    if config.ready.languages:
        yield f"language: {found.language or 'unknown'}"
    asks = config.llm is not None and is_for_model(event, found)
    for verdict in found.verdicts:
        if asks and verdict.source == "otherwise":
            yield _ASKS
        yield _line(verdict, config, event)
    for verdict in below:
        yield _line_below(verdict, found.fired[-1], config, event)
    if asks and not found.fired:
        yield _ASKS
    elif not found.fired:
        yield "nothing answers"


def _line(verdict: Verdict, config: Config, event: Event) -> str:
    label = _label(verdict)
    if verdict.why_not is not None:
        return f"no   {label}: {verdict.why_not}"
    reply = config.ready.reply(verdict.source, verdict.rule)
    variant = variant_of(reply, event, verdict) if reply else None
    score = f" ({verdict.score:g} alike)" if verdict.score is not None else ""
    return f"FIRE {label}{score}{f', variant {variant.name}' if variant else ''}"


def _line_below(verdict: Verdict, answers: Verdict, config: Config, event: Event) -> str:
    if verdict.why_not is not None:
        return _line(verdict, config, event)
    return f"late {_label(verdict)}: its conditions hold, but {_label(answers)} answers first"


def _label(verdict: Verdict) -> str:
    if verdict.source == "otherwise":
        return "otherwise"
    place = f"rules[{verdict.rule}]" if verdict.source == "rule" else f"faq.entries[{verdict.rule}]"
    return f"{place} {verdict.name}" if verdict.name else place
