"""docs/reference/conditions.md: every condition and reason, and what to do next."""

import inspect
import re
from collections.abc import Iterator
from enum import StrEnum

from pagewire.resources import ADVICE, STALLING, ConditionType, Reason
from tests.generated.words import marked

_HEAD = """\
# Conditions

<!-- Written by `python -m tests.generated`; edit `pagewire.resources.conditions` and `.advice` instead. -->

Every resource says how it is doing in `status.conditions`. Each condition has a *status* (`True`, `False`, `Unknown`), a *reason*
from the lists below, a *message* for people, and `observedGeneration`: the generation of the resource it speaks of.

```sh
kubectl wait --for=condition=Ready mpage --all     # waits for the generation you applied
kubectl get pagewire -o wide                       # all kinds, with reason and message
kubectl describe mpage harbour                     # with Events: what was changed at Meta, and when
```

A resource that does not need something has no condition for it: a Page without `profile` has no `ProfileSynced`. New reasons may
be added; those that are here keep their meaning. Messages are for people and change freely. None holds a token.

## Conditions

"""
_REASONS = """\

## Reasons

Conditions and Events share one list. Reasons marked ✋ make `Stalled` true: trying again does not help, somebody has to act. They
are still looked at now and then, so a cure outside the cluster is noticed.
"""


def text() -> str:
    """The whole page."""
    return "".join([_HEAD, *_conditions(), _REASONS, *_reasons()])


def members(enum: type[StrEnum]) -> Iterator[tuple[str, str, str]]:
    """Heading, value and docstring of each member of an enum, as the source tells them."""
    heading = ""
    pattern = r'^    # (?P<heading>.+)\.$|^    [A-Z_]+ = "(?P<value>\w+)".*\n    """(?P<said>(?:.|\n)*?)"""'
    for found in re.finditer(pattern, inspect.getsource(enum), re.MULTILINE):
        heading = found["heading"] or heading
        if found["value"]:
            yield heading, found["value"], marked(" ".join(found["said"].split()))


def _conditions() -> Iterator[str]:
    yield "| type | when it is `True` |\n| --- | --- |\n"
    for _, value, said in members(ConditionType):
        yield f"| `{value}` | {said} |\n"


def _reasons() -> Iterator[str]:
    last = None
    for heading, value, said in members(Reason):
        if heading != last:
            yield f"\n### {heading}\n\n| reason | means | what to do next |\n| --- | --- | --- |\n"
        last = heading
        stalls = " ✋" if Reason(value) in STALLING else ""
        yield f"| `{value}`{stalls} | {said} | {ADVICE[Reason(value)]} |\n"
