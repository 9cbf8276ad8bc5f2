"""A configuration that holds no mistake, with everything compiled."""

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from pagewire_auto_reply.hours import Calendar
from pagewire_auto_reply.rules import ReadyRule
from pagewire_auto_reply.saying import ReadyReply
from pagewire_auto_reply.shapes import Faq, Hours
from pagewire_auto_reply.similarity import Questions

Source = Literal["rule", "faq", "otherwise"]
"""Where an answer comes from."""


class ReadyFaq(Struct, frozen=True):
    """Known questions, ready to be compared.

    Attributes:
        faq: as the manifest has it.
        questions: all of them.
        replies: of each entry.
    """

    faq: Faq
    questions: Questions
    replies: tuple[ReadyReply, ...]

    def name(self, entry: int) -> str:
        """What explanations call an entry."""
        found = self.faq.entries[entry]
        return found.name or found.questions[0]


class Ready(Struct, frozen=True):
    """Everything that answers.

    Attributes:
        rules: in the order in which they are asked.
        faq: asked where no rule fires.
        otherwise: said where nothing else is.
        calendar: business hours, if there are any.
        max_age: an older event is not answered.
        languages: those that rules and translations ask for.
        asks_for_conversation: whether what the gateway knows of the conversation is needed.
        is_guarded: whether anything can keep the rules from being asked.
        asks_for_words: whether a rule looks for keywords.
        asks_for_comments: whether a rule answers comments.
    """

    rules: tuple[ReadyRule, ...]
    faq: ReadyFaq | None
    otherwise: ReadyReply | None
    calendar: Calendar | None
    max_age: timedelta
    languages: frozenset[str]
    asks_for_conversation: bool
    is_guarded: bool
    asks_for_words: bool
    asks_for_comments: bool

    def hours(self, now: datetime) -> Hours | None:
        """Whether the business is open; ``None`` without business hours."""
        if self.calendar is None:
            return None
        return Hours.OPEN if self.calendar.is_open(now) else Hours.CLOSED

    @property
    def goes_further(self) -> bool:
        """Whether anything is asked after the rules."""
        return self.faq is not None or self.otherwise is not None

    def reply(self, source: Source, place: int) -> ReadyReply | None:
        """What is said by whatever fired."""
        if source == "rule":
            return self.rules[place].reply
        return self.otherwise if source == "otherwise" or self.faq is None else self.faq.replies[place]
