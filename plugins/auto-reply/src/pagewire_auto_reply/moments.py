"""An event, seen from where the rules look at it."""

from datetime import datetime, timedelta

from msgspec import Struct

from pagewire.context import ConversationState
from pagewire.events import Event, Message, Postback, Referral, ReferralSource
from pagewire_auto_reply.shapes import Hours, Kind
from pagewire_auto_reply.words import words_of

Answerable = Message | Postback | Referral


class Moment(Struct, frozen=True):
    """What the conditions of a rule may know.

    Attributes:
        event: what happened.
        state: what is known of the conversation; ``None`` if no rule asks.
        hours: whether the business is open; ``None`` without business hours.
        words: the words of the message, as `words.words_of` writes them; empty if no rule asks.
        captured: what the patterns of each rule found, by the rule's place: searched for once.
    """

    event: Answerable
    state: ConversationState | None
    hours: Hours | None
    words: str
    captured: dict[int, dict[str, str] | None]

    @property
    def kind(self) -> Kind:
        """Which of the three it is."""
        if isinstance(self.event, Message):
            return Kind.MESSAGE
        return Kind.POSTBACK if isinstance(self.event, Postback) else Kind.REFERRAL

    @property
    def text(self) -> str:
        """The text of the message; empty if there is none."""
        return (self.event.text or "") if isinstance(self.event, Message) else ""

    @property
    def referral(self) -> ReferralSource | Referral | None:
        """How the person came, whichever event tells it."""
        return self.event if isinstance(self.event, Referral) else self.event.referral

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


def moment_of(
    event: Answerable, state: ConversationState | None, hours: Hours | None, *, asks_for_words: bool = True
) -> Moment:
    """Look at an event."""
    text = event.text if isinstance(event, Message) and asks_for_words else None
    return Moment(event, state, hours, words_of(text) if text else "", {})


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
    if not event.person:
        return "the event names no person to answer"
    if event.person == event.account or (not isinstance(event, Referral) and event.is_self):
        return "the account wrote to itself"
    age = (now - event.timestamp).total_seconds()
    return f"the event is {age:.0f} seconds old, older than maxAge" if age > max_age_seconds else None
