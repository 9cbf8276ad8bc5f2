"""docs/explanation/disturbances.md: what may happen, what is said of it, and what mends it; from the rows of the tests."""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module

from tests.e2e.disturbances import ELSEWHERE, TABLE, THROTTLES, Disturbance, Elsewhere

_HEAD = """\
# What may go wrong, and what happens then

<!-- Written by `python -m tests.generated`; edit the rows in `tests/e2e/disturbances.py` instead. -->

Every row is a test: a real API server, the operator (and where it matters the gateway) as processes with their own
service accounts, and the simulator as Meta. The test does what the row says, waits for these conditions and Events, and
then for the repair. `make e2e` runs them all.

Conditions are those of [Conditions](../reference/conditions.md). Where nothing is said, the disturbance is mended in the
very look that finds it. `Ready` stays as it was while Meta cannot be asked: webhooks go on all the same. "Deleted" is a Page,
with its webhooks, that has `deletionPolicy: Delete` and is deleted in the middle of the disturbance.

## At Meta, and in Secrets

| what happens | what the resources say | Events | mended by itself? | deleted | test |
| --- | --- | --- | --- | --- | --- |
"""
_WHOLE = """\

With `deletionPolicy: Orphan` the Page is gone at once in every row, and Meta stays as it was. No row holds a deletion for
longer than `PAGEWIRE_DELETION_TIMEOUT`; what could not be taken back by then is named by the Event `LeftBehind`. Every row
is tested for both.

## Of the whole

| what happens | what the resources say | Events | mended by itself? | deleted | test |
| --- | --- | --- | --- | --- | --- |
"""
_TAIL = """\

## What is not promised

* An operator that hangs in the middle of a call and wakes when another one is at work may still finish that one call. All
  calls set a state and add nothing, so the other one finds and mends what differs.
* The Event of a change is lost if the operator is killed between Meta and the cluster. The state is not, and the next
  operator tells what it finds: `Found` for what Meta has and nobody wrote down.
* A system user's token is lost if the operator is killed between Meta's answer and the Secret: Meta gives it once and lists it
  nowhere. That it was asked for is written down before, so the next operator makes another one and tells with `LeftBehind`
  which system user's tokens to revoke.
* While Meta's usage figure stands at 100 percent Meta is not asked before enough of its window is over: minutes for an
  app, up to an hour for a Page.
"""


def text() -> str:
    """The whole page."""
    rows = "".join(map(_row, (*TABLE, *THROTTLES)))
    return "".join([_HEAD, rows, _WHOLE, *map(_elsewhere, ELSEWHERE), _TAIL])


def _row(row: Disturbance) -> str:
    says = _grouped((one.kind, _conditions(one.conditions)) for one in row.says) or "nothing"
    tells = _grouped((one.kind, " or ".join(f"`{reason}`" for reason in one.reasons)) for one in row.tells)
    return _cells(row.what, says, tells, row.mended, "; ".join(_left(row)), f"`{row.name}`")


def _grouped(told: Iterable[tuple[str, str]]) -> str:
    """Kinds that say the same, together; and all that a kind says."""
    by_kind: dict[str, list[str]] = {}
    for kind, words in told:
        by_kind.setdefault(kind, []).append(words)
    by_words: dict[str, list[str]] = {}
    for kind, several in by_kind.items():
        by_words.setdefault(", ".join(several), []).append(kind)
    return "; ".join(f"{', '.join(kinds)}: {words}" for words, kinds in by_words.items())


def _conditions(told: Mapping[str, str]) -> str:
    """Conditions that say the same, together."""
    by_words: dict[str, list[str]] = {}
    for about, words in told.items():
        by_words.setdefault(words, []).append(f"`{about}`")
    return ", ".join(f"{', '.join(abouts)} {_words(words)}" for words, abouts in by_words.items())


def _words(words: str) -> str:
    status, _, reason = words.partition(" ")
    return f"{status} `{reason}`" if reason else status


def _left(row: Disturbance) -> Iterator[str]:
    if not row.left:
        yield "takes everything back"
    else:
        parts = {"the profile of Page": "the profile", "subscription of Page": "the app's subscription"}
        yield f"leaves {' and '.join(parts[part] for part in row.left)} behind"
    if row.left_webhooks:
        yield "the app's webhooks stay too"


def _elsewhere(row: Elsewhere) -> str:
    tests = "<br>".join(f"`{_found(name)}`" for name in row.tests)
    return _cells(row.what, row.says, row.tells, row.mended, row.left, tests)


def _found(name: str) -> str:
    """The name of a test, if there is one of that name.

    Raises:
        AttributeError: there is none; the row has to be corrected.
    """
    module, _, function = name.partition(".")
    return str(getattr(import_module(f"tests.e2e.{module}"), function).__name__)


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"
