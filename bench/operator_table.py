"""The table that `bench.operator` prints. Pure."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec import Struct

from bench.operator_changes import Changes
from bench.operator_start import Start, Warm
from bench.operator_steady import Steady
from bench.operator_town import REFUSED

BUDGET: Final = (200.0, 400.0)
"""Calls a second for one app, and how many at once: what `pagewire.graph.admin.Limits` allows by default."""

Row = tuple[str, Callable[["Found"], str], Callable[["Found"], str]]


class Found(Struct, kw_only=True):
    """What was measured with so many Pages."""

    pages: int
    start: Start
    changes: Changes
    steady: Steady
    warm: Warm
    bare_start: Start
    bare_again: Start
    bare_warm: Warm


def table(found: list[Found]) -> str:
    """As Markdown: for every number of Pages ours, the bare one, and the ratio where there is one."""
    titles = [title for one in found for title in (f"{one.pages:,} Pages", "bare kopf", "ratio")]
    rows = [_line(["what", *titles]), _line(["---"] * (1 + len(titles)))]
    return "\n".join([*rows, *(_line(row) for row in _rows(found))])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _rows(found: list[Found]) -> Iterator[list[str]]:
    for title, ours, bare in (*_starts(), *_edges(found), *_later(), *_hours(found)):
        cells = [title]
        for one in found:
            mine, least = ours(one), bare(one)
            cells += [mine, least, _ratio(mine, least)]
        yield cells


def _starts() -> Iterator[Row]:
    yield "clean start: all Ready after, s", lambda f: _1(f.start.seconds), lambda f: _1(f.bare_start.seconds)
    yield "… of it, least by our own Graph budget, s", lambda f: _1(_budget(f)), _none
    yield "… CPU of the operator, s", lambda f: _1(f.start.cpu), lambda f: _1(f.bare_start.cpu)
    yield "… seconds it waited for a core", lambda f: _1(f.start.queued), lambda f: _1(f.bare_start.queued)
    yield "… memory at its peak, MB", lambda f: _0(f.start.memory), lambda f: _0(f.bare_start.memory)
    yield "… API server: PATCH", lambda f: _verb(f.start, "patch"), lambda f: _verb(f.bare_start, "patch")
    yield "… API server: POST (Events)", lambda f: _verb(f.start, "post"), lambda f: _verb(f.bare_start, "post")
    yield "… API server: GET (Secrets)", lambda f: _verb(f.start, "get"), lambda f: _verb(f.bare_start, "get")
    yield "… API server: LIST", lambda f: _verb(f.start, "list"), lambda f: _verb(f.bare_start, "list")
    yield "… API server: refused with 429", lambda f: _verb(f.start, REFUSED), lambda f: _verb(f.bare_start, REFUSED)
    yield "… Graph calls", lambda f: f"{f.start.graph.total():,}", _none


def _edges(found: list[Found]) -> Iterator[Row]:
    for what in sorted({what for one in found for what in one.start.graph}):
        yield f"… Graph: {' '.join(what)}", lambda f, what=what: f"{f.start.graph[what]:,}", _none  # type: ignore[misc]


def _later() -> Iterator[Row]:
    yield (
        "applied while it runs: last object created after, s",
        lambda f: _1(f.warm.created),
        lambda f: _1(f.bare_warm.created),
    )
    yield "… all Ready after, s", lambda f: _1(f.warm.seconds), lambda f: _1(f.bare_warm.seconds)
    yield "… CPU of the operator, s", lambda f: _1(f.warm.cpu), lambda f: _1(f.bare_warm.cpu)
    yield "… seconds it waited for a core", lambda f: _1(f.warm.queued), lambda f: _1(f.bare_warm.queued)
    yield "… API server: PATCH", lambda f: _verb(f.warm, "patch"), lambda f: _verb(f.bare_warm, "patch")
    yield "… API server: POST (Events)", lambda f: f"{f.warm.api['post', 'events']:,}", _none
    yield "… Graph calls", lambda f: f"{f.warm.graph.total():,}", _none
    yield "Secret broken to Ready=False, ms: p50, p99", lambda f: _spread(f.changes.broken), _none
    yield "Secret mended to Ready=True, ms: p50, p99", lambda f: _spread(f.changes.mended), _none
    yield "start with nothing changed: ready after, s", lambda f: _1(f.steady.seconds), _none
    yield "… writes", lambda f: str(f.steady.writes.total()), lambda f: _verb(f.bare_again, "patch")
    yield "… CPU, s", lambda f: _1(f.steady.cpu), lambda f: _1(f.bare_again.cpu)
    yield "… memory at its peak, MB", lambda f: _0(f.steady.memory), lambda f: _0(f.bare_again.memory)


def _hours(found: list[Found]) -> Iterator[Row]:
    yield "steady hour: Graph calls for a Page and its token", lambda f: _1(f.steady.graph.total()), _none
    for what in sorted({what for one in found for what in one.steady.graph}):
        yield f"… {what}", lambda f, what=what: _1(f.steady.graph[what]), _none  # type: ignore[misc]
    yield "steady hour: API server, all resources together", lambda f: _0(f.steady.api.total()), _none
    for what in sorted({what for one in found for what in one.steady.api}):
        yield f"… {what}", lambda f, what=what: _0(f.steady.api[what]), _none  # type: ignore[misc]
    yield "steady: CPU a look, ms", lambda f: f"{f.steady.look:.2f}", _none


def _budget(found: Found) -> float:
    rate, burst = BUDGET
    return max(0.0, (found.start.graph.total() - burst) / rate)


def _verb(start: Start | Warm, verb: str) -> str:
    return f"{sum(number for (one, _), number in start.api.items() if one == verb):,}"


def _spread(sorted_seconds: list[float]) -> str:
    last = len(sorted_seconds) - 1
    return ", ".join(f"{sorted_seconds[round(last * share)] * 1000:.0f}" for share in (0.5, 0.99))


def _ratio(ours: str, bare: str) -> str:
    try:
        return f"{float(ours.replace(',', '')) / float(bare.replace(',', '')):.1f}"
    except (ValueError, ZeroDivisionError):
        return ""


def _none(_: Found) -> str:
    return ""


def _1(number: float) -> str:
    return f"{number:,.1f}"


def _0(number: float) -> str:
    return f"{number:,.0f}"
