"""An event, seen from where the rules look at it."""

from datetime import datetime, timedelta

from msgspec import Struct

from pagewire.context import ConversationState
from pagewire.events import Comment, Event, FeedChange, Message, Postback, Referral, ReferralSource
from pagewire_auto_reply.shapes import Hours, Kind
from pagewire_auto_reply.words import words_of

Answerable = Message | Postback | Referral | Comment | FeedChange


class Moment(Struct, frozen=True):
    """What the conditions of a rule may know.

    Attributes:
        event: what happened.
        state: what is known of the conversation; ``None`` if no rule asks.
        hours: whether the business is open; ``None`` without business hours.
        words: the words of the message, as `words.words_of` writes them; empty if no rule asks.
        language: what the person writes in, of the languages that rules ask for; ``None`` if nothing tells.
        captured: what the patterns of each rule found, by the rule's place: searched for once.
    """

    event: Answerable
    state: ConversationState | None
    hours: Hours | None
    words: str
    language: str | None
    captured: dict[int, dict[str, str] | None]

    @property
    def kind(self) -> Kind:
        """Which of the four it is."""
        if isinstance(self.event, Message):
            return Kind.MESSAGE
        if isinstance(self.event, Postback):
            return Kind.POSTBACK
        return Kind.REFERRAL if isinstance(self.event, Referral) else Kind.COMMENT

    @property
    def text(self) -> str:
        """The text of the message or comment; empty if there is none."""
        return text_of(self.event)

    @property
    def referral(self) -> ReferralSource | Referral | None:
        """How the person came, whichever event tells it."""
        if isinstance(self.event, Comment | FeedChange):
            return None
        return self.event if isinstance(self.event, Referral) else self.event.referral

    @property
    def story(self) -> bool:
        """Whether the person answers a story of the account."""
        reply = self.event.reply_to if isinstance(self.event, Message) else None
        return reply is not None and reply.story is not None

    @property
    def post(self) -> str | None:
        """Id of what was commented on."""
        if isinstance(self.event, FeedChange):
            return self.event.post_id
        return self.event.media.id if isinstance(self.event, Comment) and self.event.media else None

    @property
    def attachments(self) -> tuple[str, ...]:
        """The types of what a person sees attached."""
        return tuple(a.type for a in self.event.shown_attachments) if isinstance(self.event, Message) else ()

    @property
    def unsupported(self) -> bool:
        """Whether Meta could not hand over what the person sent."""
        if not isinstance(self.event, Message):
            return False
        return self.event.is_unsupported or (not self.event.text and set(self.attachments) == {"unsupported_type"})


def text_of(event: Event) -> str:
    """What was written; empty if nothing was."""
    found = event.message if isinstance(event, FeedChange) else getattr(event, "text", None)
    return found if isinstance(found, str) else ""


def moment_of(
    event: Answerable,
    state: ConversationState | None,
    hours: Hours | None,
    *,
    language: str | None = None,
    asks_for_words: bool = True,
) -> Moment:
    """Look at an event."""
    text = text_of(event) if asks_for_words else ""
    return Moment(event, state, hours, words_of(text) if text else "", language, {})


def is_owned_elsewhere(
    state: ConversationState, app_id: str, now: datetime | None = None, idle: timedelta | None = None
) -> bool:
    """Whether another app, or a person at the inbox, has the conversation after a hand-over.

    The latest sign counts: that a thread is "marked as done" no webhook tells, but then the person's messages come to this app
    again as the one that may answer (Meta, Conversation Routing).

    Args:
        state: what is known of the conversation.
        app_id: this app.
        now: the instant that `idle` is counted to.
        idle: whoever had it lets it go by writing nothing for so long.
    """
    if state.owner in {None, app_id}:
        return False
    since = max((at for at in (state.owner_since, state.last_outbound) if at is not None), default=None)
    if idle is not None and now is not None and since is not None and now - since >= idle:
        return False
    return state.last_direct is None or state.owner_since is None or state.last_direct <= state.owner_since


def silence(event: Event, now: datetime, max_age_seconds: float) -> str | None:
    """Why an event is answered by no rule at all; ``None`` if the rules decide."""
    if not isinstance(event, Answerable):
        return f"events of kind {event.kind} are not answered"
    if event.channel != "messaging":
        return "another app owns the thread (standby)"
    why = _no_comment(event) if isinstance(event, Comment | FeedChange) else _no_message(event)
    if why is not None:
        return why
    age = (now - event.timestamp).total_seconds()
    return f"the event is {age:.0f} seconds old, older than maxAge" if age > max_age_seconds else None


def _no_message(event: Message | Postback | Referral) -> str | None:
    if not event.person:
        return "the event names no person to answer"
    if event.person == event.account or (not isinstance(event, Referral) and event.is_self):
        return "the account wrote to itself"
    return None


def _no_comment(event: Comment | FeedChange) -> str | None:
    if isinstance(event, FeedChange) and (event.item, event.verb) != ("comment", "add"):
        return "of what happens to posts only new comments are answered"
    if not event.comment_id or event.sender is None or not event.sender.id:
        return "the comment names nobody to answer"
    own = event.sender.id == event.account or event.sender.self_ig_scoped_id
    return "the account commented itself" if own else None
