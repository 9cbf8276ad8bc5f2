"""The plugin's part of a resource."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated

from msgspec import Meta, Struct

from pagewire.resources.common import Duration
from pagewire.resources.durations import parse_duration
from pagewire_auto_reply.checks import check_when, shadowed
from pagewire_auto_reply.hours import Calendar, calendar_of
from pagewire_auto_reply.mistakes import Mistake, attempt
from pagewire_auto_reply.rules import ReadyRule, ready
from pagewire_auto_reply.shapes import BusinessHours, Disclosure, Hours, Limit, Quiet, Rule


class Ready(Struct, frozen=True):
    """A configuration that holds no mistake, with everything compiled.

    Attributes:
        rules: in the order in which they are asked.
        calendar: business hours, if there are any.
        max_age: an older event is not answered.
        asks_for_first_message: whether a rule needs to know the conversation.
        asks_for_words: whether a rule looks for keywords.
    """

    rules: tuple[ReadyRule, ...]
    calendar: Calendar | None
    max_age: timedelta
    asks_for_first_message: bool
    asks_for_words: bool

    def hours(self, now: datetime) -> Hours | None:
        """Whether the business is open; ``None`` without business hours."""
        if self.calendar is None:
            return None
        return Hours.OPEN if self.calendar.is_open(now) else Hours.CLOSED


class Config(Struct, rename="camel", forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True):
    """How to answer.

    Attributes:
        rules: asked in order; the first that fires answers, and ends it unless it says ``continue: true``.
        business_hours: needed by rules with ``hours``.
        max_age: an event that was older when it arrived is not answered; 24 hours if left out.
        quiet: when rules are not asked, because people talk.
        disclosure: tells people that a program writes, whichever plugin asked for the message.
        limit: keeps programs from talking to each other, whichever plugin asked for the message.

    Raises:
        ValueError: naming every field that cannot be as it is.
    """

    rules: Annotated[list[Rule], Meta(min_length=1, max_length=200)]
    business_hours: BusinessHours | None = None
    max_age: Duration = "24h"
    quiet: Quiet = Quiet()
    disclosure: Disclosure | None = None
    limit: Limit | None = None

    def __post_init__(self) -> None:
        """Refuse what could only fail, or be silent, later."""
        mistakes: list[Mistake] = []
        if not parse_duration(self.max_age):
            mistakes.append(Mistake("maxAge", "is 0, so nothing would be answered; write for example 24h"))
        if self.limit is not None and not parse_duration(self.limit.within):
            mistakes.append(Mistake("limit.within", "is 0, so nothing would ever be held back; write for example 10m"))
        if self.limit is not None and self.limit == Limit(within=self.limit.within):
            mistakes.append(Mistake("limit", "limits nothing; give it messages, sameText or perDay"))
        if self.quiet.idle is not None and not self.quiet.when_owned:
            mistakes.append(Mistake("quiet.idle", "ends whenOwned, so it needs whenOwned: true"))
        if (hours := self.business_hours) is not None:
            attempt("businessHours", mistakes, lambda: calendar_of(hours))
        rules = [self._rule(index, mistakes) for index in range(len(self.rules))]
        mistakes += shadowed(rule for rule in rules if rule is not None)
        if mistakes:
            raise ValueError("; ".join(map(str, mistakes)))

    def needs(self, hook: str) -> bool:
        """Whether a hook has anything to do; see `pagewire.hooks`."""
        counts = self.limit is not None and self.limit.messages is not None
        if hook == "before_send":
            return counts or self.disclosure is not None
        if hook in {"echo_received", "standby_received"}:
            return self.quiet.after_human is not None or self.quiet.after_other_app is not None
        return counts or hook not in {"on_delivered", "messages_read"}

    @cached_property
    def ready(self) -> Ready:
        """The configuration, compiled; made once."""
        calendar = calendar_of(self.business_hours) if self.business_hours else None
        rules = tuple(ready(rule, index) for index, rule in enumerate(self.rules))
        first = any(rule.when.first_message is not None for rule in rules)
        return Ready(rules, calendar, parse_duration(self.max_age), first, any(rule.keywords for rule in rules))

    def _rule(self, index: int, mistakes: list[Mistake]) -> ReadyRule | None:
        rule = self.rules[index]

        def work() -> ReadyRule:
            check_when(rule.when, self.business_hours is not None)
            return ready(rule, index)

        return attempt(f"rules[{index}]", mistakes, work)
