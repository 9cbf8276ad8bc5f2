"""The replies of the rules that fired."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from pagewire.context import Person
from pagewire.replies import QuickReply, Reply, SenderAction, Text
from pagewire_auto_reply.config import Config
from pagewire_auto_reply.rules import ReadyRule
from pagewire_auto_reply.splitting import split
from pagewire_auto_reply.verdicts import Explanation


def needs_person(found: Explanation, config: Config) -> bool:
    """Whether the answer says something about the person, so that the profile is worth a look."""
    return any(config.ready.rules[verdict.rule].needs_person for verdict in found.fired)


def answers(found: Explanation, config: Config, object_: str, person: Person | None) -> tuple[Reply, ...]:
    """What to send, in order: seen, typing, media, texts, rule by rule.

    Args:
        found: what `verdicts.explain` said.
        config: the rules it was asked about.
        object_: ``page`` or ``instagram``; texts are cut to its limit.
        person: the profile, if Meta told it.
    """
    profile = _profile(person)
    replies: list[Reply] = []
    for verdict in found.fired:
        replies += _of_rule(config.ready.rules[verdict.rule], profile | verdict.captured, object_)
    return tuple(_once(replies, SenderAction(action="mark_seen")))


def _once(replies: list[Reply], action: SenderAction) -> Iterator[Reply]:
    """The replies, with an action only where it comes first."""
    done = False
    for reply in replies:
        if reply != action or not done:
            yield reply
        done = done or reply == action


def _of_rule(rule: ReadyRule, values: Mapping[str, str], object_: str) -> Iterator[Reply]:
    if rule.rule.reply.mark_seen:
        yield SenderAction(action="mark_seen")
    if rule.rule.reply.typing:
        yield SenderAction(action="typing_on")
    if rule.media is not None:
        yield rule.media
    texts = [part for template in rule.templates for part in split(template.fill(values), object_)]
    for text in texts[:-1]:
        yield Text(text=text)
    if texts:
        yield Text(text=texts[-1], quick_replies=_shown(rule.quick_replies, object_))


def _shown(quick_replies: tuple[QuickReply, ...], object_: str) -> tuple[QuickReply, ...]:
    """Instagram shows no pictures in buttons."""
    if object_ != "instagram":
        return quick_replies
    return tuple(replace(quick, image_url=None) for quick in quick_replies)


def _profile(person: Person | None) -> dict[str, str]:
    if person is None:
        return {}
    parts = (person.first_name, person.last_name)
    known = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "name": person.name or " ".join(part for part in parts if part),
        "username": person.username,
    }
    return {name: value for name, value in known.items() if value}
