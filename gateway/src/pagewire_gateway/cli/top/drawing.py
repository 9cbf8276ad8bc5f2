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
KEYS: Final = "q quit   space hold   + slower   - faster"


def screen(found: Figures, rates: Sequence[float], where: str, every: float, *, held: bool) -> Group:
    """The whole screen.

    Args:
        found: the figures.
        rates: events received a second, the latest last.
        where: address of the admin port.
        every: seconds between two looks.
        held: it stands still.
    """
    hint = f"{KEYS}   {'held' if held else f'every {every:g} s'}"
    return Group(_head(found, rates, where), _lanes(found.lanes), _outbox(found), *_troubles(found), Text(hint, "dim"))


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


def _lanes(lanes: Sequence[LaneRow]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", expand=False)
    for name in ("PLUGIN", "STATE"):
        table.add_column(name)
    for name in ("EVENTS/S", "WAITING", "RETRY", "PARKED", "AT WORK", "LAG"):
        table.add_column(name, justify="right")
    for lane in lanes:
        rate = "…" if lane.rate is None else f"{lane.rate:,.1f}"
        table.add_row(
            shown(lane.plugin),
            Text(lane.state, _STATES.get(lane.state, "dim")),
            rate,
            f"{lane.pending:,}",
            f"{lane.retry:,}",
            Text(f"{lane.parked:,}", "red" if lane.parked else ""),
            f"{lane.in_flight:,}",
            Text(_lag(lane.lag), "yellow" if lane.lag > _LATE else ""),
        )
    return table


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
