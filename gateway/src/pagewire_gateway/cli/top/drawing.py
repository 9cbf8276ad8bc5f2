"""What is seen on the screen, made of figures. Pure."""

from collections.abc import Sequence
from typing import Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pagewire.terminal.output import shown
from pagewire_gateway.cli.top.figures import Figures, LaneRow

_STATES: Final = {"working": "green", "resting": "bold red", "quarantined": "bold red", "paused": "yellow"}
_BARS: Final = " ▁▂▃▄▅▆▇█"
_LATE: Final = 60.0
_COLUMNS: Final = {
    "PLUGIN": 0, "STATE": 0, "EVENTS/S": 64, "WAITING": 0, "RETRY": 72, "PARKED": 0, "AT WORK": 80, "LAG": 50,
}  # fmt: skip
"""Columns, and from which width of the screen on they are shown."""
KEYS: Final = "q quit   space hold   + slower   - faster"


def screen(found: Figures, rates: Sequence[float], where: str, every: float, *, held: bool, width: int = 80) -> Group:
    """The whole screen.

    Args:
        found: the figures.
        rates: events received a second, the latest last.
        where: address of the admin port.
        every: seconds between two looks.
        held: it stands still.
        width: characters of a line; on a narrow screen, columns that tell least are left out.
    """
    hint = f"{KEYS}   {'held' if held else f'every {every:g} s'}"
    return Group(
        _head(found, rates, where), _lanes(found.lanes, width), _outbox(found), *_troubles(found), Text(hint, "dim")
    )


def _head(found: Figures, rates: Sequence[float], where: str) -> Text:
    rate = "…" if found.rate is None else f"{found.rate:,.1f}"
    return Text.assemble(
        ("Pagewire ", "bold"), (where, "dim"), "\n",
        (f"{rate} events/s  ", "bold"), (spark(rates), "cyan"),
        f"   {found.events:,} kept, {found.size_bytes / 2**20:,.0f} MiB, {found.free_bytes / 2**20:,.0f} MiB free\n",
    )  # fmt: skip


def spark(values: Sequence[float]) -> str:
    """Values as a line of small bars."""
    top = max(values, default=0) or 1
    return "".join(_BARS[round((len(_BARS) - 1) * value / top)] for value in values)


def _lanes(lanes: Sequence[LaneRow], width: int) -> Table:
    names = [name for name, least in _COLUMNS.items() if width >= least]
    table = Table(box=None, pad_edge=False, header_style="dim", expand=False)
    for name in names:
        table.add_column(name, justify="left" if name in {"PLUGIN", "STATE"} else "right", no_wrap=name != "PLUGIN")
    for lane in lanes:
        cells = _cells(lane)
        table.add_row(*(cells[name] for name in names))
    return table


def _cells(lane: LaneRow) -> dict[str, Text | str]:
    return {
        "PLUGIN": shown(lane.plugin),
        "STATE": Text(lane.state, _STATES.get(lane.state, "dim")),
        "EVENTS/S": "…" if lane.rate is None else f"{lane.rate:,.1f}",
        "WAITING": f"{lane.pending:,}",
        "RETRY": f"{lane.retry:,}",
        "PARKED": Text(f"{lane.parked:,}", "red" if lane.parked else ""),
        "AT WORK": f"{lane.in_flight:,}",
        "LAG": Text(_lag(lane.lag), "yellow" if lane.lag > _LATE else ""),
    }


def _lag(seconds: float) -> str:
    if seconds < 1:
        return "none"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _outbox(found: Figures) -> Text:
    states = "  ".join(f"{name} {count:,}" for name, count in sorted(found.outbox.items()))
    return Text.assemble("\n", ("To Meta  ", "bold"), states or "nothing yet")


def _troubles(found: Figures) -> list[Text]:
    return [
        Text.assemble((f"{one.account} ", "bold red"), f"{one.trouble}, {one.waiting:,} waiting: {shown(one.reason)}")
        for one in found.troubles
    ]
