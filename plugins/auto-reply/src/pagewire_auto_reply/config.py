"""The plugin's part of a resource."""

from collections.abc import Iterator
from functools import cached_property, partial
from typing import Annotated

from msgspec import Meta, Struct

from pagewire.resources.common import Duration
from pagewire.resources.durations import parse_duration
from pagewire_auto_reply.checks import check_comment, check_when, shadowed
from pagewire_auto_reply.conditions import asks_for_comments
from pagewire_auto_reply.hours import calendar_of
from pagewire_auto_reply.mistakes import Mistake, attempt
from pagewire_auto_reply.ready import Ready, ReadyFaq
from pagewire_auto_reply.rules import ReadyRule, ready
from pagewire_auto_reply.saying import ReadyReply, ready_reply
from pagewire_auto_reply.shapes import (
    BusinessHours,
    Disclosure,
    Faq,
    Kind,
    Limit,
    Llm,
    Pace,
    Quiet,
    ReplyPart,
    Rule,
    When,
    listed,
)
from pagewire_auto_reply.similarity import MOST_QUESTIONS, Questions

_LONGEST_BUDGET = 20
_COMMENTS = frozenset({"comment_received", "live_comment_received", "feed_changed"})


class Config(Struct, rename="camel", forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True):
    """How to answer.

    Attributes:
        rules: asked in order; the first that fires answers, and ends it unless it says ``continue: true``.
        faq: answers to questions that are alike, asked where no rule fires.
        llm: a language model, asked where the FAQ knows nothing either.
        otherwise: said to messages and postbacks for which there is no answer.
        business_hours: needed by rules with ``hours``.
        max_age: an event that was older when it arrived is not answered; 24 hours if left out.
        quiet: when rules are not asked, because people talk.
        disclosure: tells people that a program writes, whichever plugin asked for the message.
        limit: keeps programs from talking to each other, whichever plugin asked for the message.
        pace: lets answers take the time of writing.

    Raises:
        ValueError: naming every field that cannot be as it is.
    """

    rules: Annotated[list[Rule], Meta(max_length=200)] = []
    faq: Faq | None = None
    llm: Llm | None = None
    otherwise: ReplyPart | None = None
    business_hours: BusinessHours | None = None
    max_age: Duration = "24h"
    quiet: Quiet = Quiet()
    disclosure: Disclosure | None = None
    limit: Limit | None = None
    pace: Pace | None = None

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
        mistakes += self._beside()
        if mistakes:
            raise ValueError("; ".join(map(str, mistakes)))

    def needs(self, hook: str) -> bool:
        """Whether a hook has anything to do; see `pagewire.hooks`."""
        counts = self.limit is not None and self.limit.messages is not None
        if hook == "before_send":
            return counts or self.disclosure is not None or self.pace is not None
        if hook in {"echo_received", "standby_received"}:
            return self.quiet.after_human is not None or self.quiet.after_other_app is not None
        if hook in _COMMENTS:
            return self.ready.asks_for_comments
        return counts or hook not in {"on_delivered", "messages_read"}

    @cached_property
    def ready(self) -> Ready:
        """The configuration, compiled; made once."""
        rules = tuple(ready(rule, index) for index, rule in enumerate(self.rules))
        faq, otherwise = self._faq(), self._otherwise()
        replies = [*(rule.reply for rule in rules), *(faq.replies if faq else ()), *([otherwise] if otherwise else ())]
        languages = {code for reply in replies for code in reply.translations}
        return Ready(
            rules,
            faq,
            otherwise,
            calendar_of(self.business_hours) if self.business_hours else None,
            parse_duration(self.max_age),
            frozenset(languages.union(*(listed(rule.when.language) for rule in rules))),
            self.quiet.when_owned or any(rule.when.first_message is not None for rule in rules),
            self.quiet != Quiet() or self.limit is not None,
            any(rule.keywords for rule in rules),
            any(asks_for_comments(rule.when) for rule in rules),
        )

    def _rule(self, index: int, mistakes: list[Mistake]) -> ReadyRule | None:
        rule = self.rules[index]

        def work() -> ReadyRule:
            check_when(rule.when, self.business_hours is not None)
            check_comment(rule)
            return ready(rule, index)

        return attempt(f"rules[{index}]", mistakes, work)

    def _faq(self) -> ReadyFaq | None:
        if self.faq is None:
            return None
        replies = tuple(ready_reply(entry.reply, frozenset(), None) for entry in self.faq.entries)
        return ReadyFaq(self.faq, Questions([entry.questions for entry in self.faq.entries]), replies)

    def _otherwise(self) -> ReadyReply | None:
        return None if self.otherwise is None else ready_reply(self.otherwise, frozenset(), None)

    def _beside(self) -> Iterator[Mistake]:
        """What is wrong beside the rules, or between them and what is asked after them."""
        mistakes: list[Mistake] = []
        for index, entry in enumerate(self.faq.entries if self.faq else ()):
            attempt(f"faq.entries[{index}]", mistakes, partial(ready_reply, entry.reply, frozenset(), None))
        questions = sum(len(entry.questions) for entry in self.faq.entries) if self.faq else 0
        if questions > MOST_QUESTIONS:
            yield Mistake(
                "faq.entries",
                f"ask {questions} questions; every message is compared with all, so at most {MOST_QUESTIONS}",
            )
        if self.otherwise is not None:
            attempt("otherwise", mistakes, self._otherwise)
        yield from mistakes
        if self.llm is not None and not 0 < parse_duration(self.llm.budget).total_seconds() <= _LONGEST_BUDGET:
            yield Mistake("llm.budget", "is 1s to 20s, as people wait and a hook has 30 seconds")
        if not self.rules and self.faq is None and self.llm is None and self.otherwise is None:
            yield Mistake("rules", "is empty; say what is answered, with rules, faq, llm or otherwise")
        if self.faq is not None or self.llm is not None or self.otherwise is not None:
            yield from (self._unreachable(index) for index, rule in enumerate(self.rules) if _takes_all(rule))

    def _unreachable(self, index: int) -> Mistake:
        what = "the faq" if self.faq is not None else "llm" if self.llm is not None else "otherwise"
        return Mistake(
            f"rules[{index}]", f"takes every message, so {what} is never asked; make its reply the top-level otherwise"
        )


def _takes_all(rule: Rule) -> bool:
    return (
        rule.when in (When(any=True), When(any=True, kind=Kind.MESSAGE), When(kind=Kind.MESSAGE)) and not rule.goes_on
    )
