"""docs/reference/policy.md: the policy table, from the cases that the tests run."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from pagewire.surfaces import Surface
from pagewire_gateway.policy import Reason, Send, Wait
from pagewire_gateway.policy.tags import LIVE, RETIRED
from tests.generated.words import marked
from tests.pagewire_gateway.policy.cases import CASES, Case, expected_on

_HEAD = """\
# Policy

<!-- Written by `python -m tests.generated`; edit `pagewire_gateway.policy` and its cases in the tests instead. -->

Who may be written to, when, and how: Meta's rules as Pagewire keeps them. Every row below is a test. The decision is made at the
moment of sending, after every wait in the outbox, so a reply that was allowed when a plugin made it may be refused when its turn
comes. What is refused never reaches Meta, so it never counts against the Page; it is an entry in the conversation's history
(`pagewire conversations OBJECT/ACCOUNT/PERSON`), in the metric `pagewire_reply_refused_total` by reason, and in the log.

*A program's message* is everything a plugin sends with `author="automation"`, which is the default. *A person's message* is one
with `author="human"`: somebody has written it for this very person. Set it for nothing else; Meta rejects apps for less.

"""
_TABLE = """\
## Decisions

`RESPONSE`, `UPDATE`, `MESSAGE_TAG` and `UTILITY` are the `messaging_type` of the request. *As is* means neither type nor tag.
The last column names the section of Meta's rules.

| state of the conversation | what is to be sent | Messenger | Instagram | Instagram Login | rule |
| --- | --- | --- | --- | --- | --- |
"""
_REASONS = """\

## Reasons

| code | meaning |
| --- | --- |
"""
_TAGS = """\

## Message tags

| tag | state | where | for how long |
| --- | --- | --- | --- |
"""


def text() -> str:
    """The whole page."""
    return "".join([_HEAD, _TABLE, *map(_row, CASES), _REASONS, *_reasons(), _TAGS, *_tags()])


def _row(case: Case) -> str:
    shown = [_shown(expected_on(case, surface)) for surface in Surface]
    return f"| {case.state} | {case.wish} | {' | '.join(shown)} | {case.of} |\n"


def _shown(decision: Any) -> str:
    if isinstance(decision, Send):
        return " ".join(f"`{part}`" for part in (decision.messaging_type, decision.tag) if part) or "as is"
    return f"waits: `{decision.reason}`" if isinstance(decision, Wait) else f"✗ `{decision}`"


def _reasons() -> Iterator[str]:
    source = inspect.getsource(Reason)
    for value, said in re.findall(r'    [A-Z_]+ = "(\w+)"\n    """((?:.|\n)*?)"""', source):
        yield f"| `{value}` | {marked(' '.join(said.split()))} |\n"


def _tags() -> Iterator[str]:
    for name, tag in LIVE.items():
        where = "everywhere" if tag.surfaces == frozenset(Surface) else "Messenger"
        yield f"| `{name}` | live, {_NEEDS[tag.needs]} | {where} | {f'{tag.days} days' if tag.days else 'any time'} |\n"
    for name, day in RETIRED.items():
        yield f"| `{name}` | retired on {day} | | |\n"


_NEEDS = {
    "human": "for what a person wrote, in apps with the Human Agent feature",
    "customer_feedback": "with the customer feedback template",
    "news": "for registered news Pages",
}
