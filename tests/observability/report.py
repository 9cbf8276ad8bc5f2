"""The result of the proof: as a table, and as the file from which the documentation is made."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from tests.observability.faults import FAULTS, Fault
from tests.observability.proof import Told
from tools.dashboards.boards import BOARDS

KEPT: Final = Path(__file__).parent / "results.json"


class Result(msgspec.Struct):
    """All that the proof found out.

    Attributes:
        when: the day.
        versions: of the programs beside ours.
        linter: the linter's last line.
        panels, queries: how many were asked.
        empty: queries without data.
        silent: metrics of our programs without a series, that no reason excuses.
        excused: those that a reason excuses.
        broken: rules that Prometheus could not compute.
        faults: what became of each.
        spans: names of the spans of one trace in the store.
        pushed: metrics that came through the Collector.
        note: what has to be known about how it came about.
    """

    when: str
    versions: dict[str, str]
    linter: str
    panels: int
    queries: int
    empty: list[str]
    silent: list[str]
    excused: dict[str, str]
    broken: list[str]
    faults: list[Told]
    spans: list[str]
    pushed: list[str] = []
    note: str = ""

    @property
    def good(self) -> bool:
        """Whether everything held."""
        told = bool(self.spans) and bool(self.pushed) and all(one.good for one in self.faults)
        return told and not (self.empty or self.silent or self.broken)


def table(result: Result) -> str:
    """Everything for a terminal, as Markdown."""
    return "\n".join([*rows(result), "", *facts(result)])


def rows(result: Result) -> Iterator[str]:
    """The table of faults, line by line, as Markdown."""
    yield "| fault | first panel | clicks to the cause | alert, after seconds | over, after seconds | raised besides | held |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    known = {fault.name: fault for fault in FAULTS}
    for told in result.faults:
        yield _row(known[told.fault], told)


def _row(fault: Fault, told: Told) -> str:
    titles = {board.uid: board.title.removeprefix("Pagewire / ") for board in BOARDS}
    first, *rest = (f"*{look.panel}* ({titles[look.board]})" for look in fault.looks)
    way = f"{len(rest)}: {' → '.join(rest)} → {fault.cause}" if rest else f"0: {fault.cause}"
    besides = ", ".join(f"`{name}`" for name in told.besides) or "–"
    held = "yes" if told.good else "NO"
    cells = (fault.happens, first, way, f"`{fault.alert}` {told.seconds}", told.over, besides, held)
    return f"| {' | '.join(map(str, cells))} |"


def facts(result: Result) -> Iterator[str]:
    """What was found besides, a sentence each."""
    if result.note:
        yield result.note
    yield f"Grafana's schema and linter: {result.linter}."
    yield f"{result.queries} queries of {result.panels} panels were asked; without data: {_names(result.empty)}."
    yield f"Metrics without a series that no reason excuses: {_names(result.silent)}."
    yield f"Rules that Prometheus could not compute: {_names(result.broken)}."
    yield f"Metrics that came through the Collector as OTLP: {len(result.pushed)}."
    yield f"Spans of one trace, through the Collector, as Jaeger's API tells them: {_names(result.spans)}."


def _names(found: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in found) or "none"


def keep(result: Result, path: Path = KEPT) -> None:
    """Write the result file; of a run with some faults only, these take the place of the same ones of the last whole run."""
    if len(result.faults) < len(FAULTS) and path.exists():
        played = {told.fault: told for told in result.faults}
        result = kept(path)
        result.faults = [played.get(told.fault, told) for told in result.faults]
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")


def kept(path: Path = KEPT) -> Result:
    """The result file."""
    return msgspec.json.decode(path.read_bytes(), type=Result)
