"""The replies of the rules that fired."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from pagewire.context import Person
from pagewire.events import Comment, Event, FeedChange
from pagewire.replies import (
    INSTAGRAM_INBOX,
    PAGE_INBOX,
    PassThread,
    QuickReply,
    Reply,
    SenderAction,
    TakeThread,
    Text,
    ToComment,
)
from pagewire_auto_reply.config import Config
from pagewire_auto_reply.ready import Source
from pagewire_auto_reply.saying import ReadyReply, ReadyVariant, Templates
from pagewire_auto_reply.shapes import HandOver
from pagewire_auto_reply.splitting import split
from pagewire_auto_reply.verdicts import Explanation, Verdict


def needs_person(found: Explanation, config: Config) -> bool:
    """Whether the answer says something about the person, so that the profile is worth a look."""
    replies = (config.ready.reply(verdict.source, verdict.rule) for verdict in found.fired)
    return any(reply.needs_person for reply in replies if reply is not None)


def answers(found: Explanation, config: Config, event: Event, person: Person | None) -> tuple[Reply, ...]:
    """What to send, in order: seen, typing, media, texts, rule by rule; a private reply to a comment is one text.

    Args:
        found: what `verdicts.explain` said.
        config: the rules it was asked about.
        event: what is answered; texts are cut to the limit of where it comes from.
        person: the profile, if Meta told it.
    """
    profile = _profile(_commenter(event) or person)
    replies: list[Reply] = []
    for verdict in found.fired:
        reply = config.ready.reply(verdict.source, verdict.rule)
        if reply is not None:
            values = profile | verdict.captured
            texts = [template.fill(values) for template in _said(reply, found.language, event, verdict)]
            replies += _of(reply, texts, event)
    return tuple(_once(replies, SenderAction(action="mark_seen")) if len(found.verdicts) > 1 else replies)


def _said(reply: ReadyReply, language: str | None, event: Event, verdict: Verdict) -> Templates:
    """The texts for a person, in their language or their variant."""
    if language is not None and language in reply.translations:
        return reply.translations[language]
    variant = variant_of(reply, event, verdict)
    return reply.templates if variant is None else variant.templates


def variant_of(reply: ReadyReply, event: Event, verdict: Verdict) -> ReadyVariant | None:
    """The variant that the person of an event gets."""
    if not reply.variants:
        return None
    return reply.variant(seed_of(event, verdict.source, verdict.name or str(verdict.rule)))


def seed_of(event: Event, source: Source, name: str) -> str:
    """What decides on a variant: who the person is, and what answers."""
    sender = event.sender.id if isinstance(event, Comment | FeedChange) and event.sender else event.person
    return "/".join((event.object, event.account, sender or "", source, name))


def _commenter(event: Event) -> Person | None:
    if not isinstance(event, Comment | FeedChange) or event.sender is None or event.sender.id is None:
        return None
    return Person(id=event.sender.id, name=event.sender.name, username=event.sender.username)


def _once(replies: list[Reply], action: SenderAction) -> Iterator[Reply]:
    """The replies, with an action only where it comes first."""
    done = False
    for reply in replies:
        if reply != action or not done:
            yield reply
        done = done or reply == action


def _of(reply: ReadyReply, texts: Sequence[str], event: Event) -> Iterator[Reply]:
    parts = [part for text in texts for part in split(text, event.object)]
    quick = _shown(reply.quick_replies, event.object)
    if isinstance(event, Comment | FeedChange):
        yield Text(text=parts[0], quick_replies=quick, to=ToComment(comment_id=event.comment_id or ""))
        return
    yield from _before(reply)
    for text in parts[:-1]:
        yield Text(text=text)
    if parts:
        yield Text(text=parts[-1], quick_replies=quick)
    if reply.part.hand_over is not None:
        yield _passing(reply.part.hand_over, event.object)


def _before(reply: ReadyReply) -> Iterator[Reply]:
    if reply.part.take:
        yield TakeThread()
    if reply.part.mark_seen:
        yield SenderAction(action="mark_seen")
    if reply.part.typing:
        yield SenderAction(action="typing_on")
    if reply.media is not None:
        yield reply.media


def _passing(to: HandOver, object_: str) -> PassThread:
    inbox = INSTAGRAM_INBOX if object_ == "instagram" else PAGE_INBOX
    target = {"inbox": inbox, "default": None}.get(to.to, to.to)
    return PassThread(target_app_id=target, metadata=to.note)


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
