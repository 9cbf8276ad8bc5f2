"""A dashboard as Grafana's JSON, by Grafana's own Foundation SDK. The only file that knows it."""

import json
import warnings
from collections.abc import Iterator
from itertools import count
from typing import Any, Final

with warnings.catch_warnings():
    # The SDK would rather have dashboards of the schema v2, which only the newest Grafana reads.
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as shapes
from grafana_foundation_sdk.models import dashboard as parts

from tools.dashboards.model import Board, Look, Panel, Uid, Variable

TAG: Final = "pagewire"
_SOURCE: Final = shapes.DataSourceRef(type_val="prometheus", uid="${datasource}")
_HEIGHTS: Final = {Look.STAT: 4, Look.LINES: 8, Look.TABLE: 8}
_BUILDERS: Final[dict[Look, Any]] = {Look.STAT: stat.Panel, Look.LINES: timeseries.Panel, Look.TABLE: table.Panel}


def text(board: Board) -> str:
    """The JSON of a dashboard, as Grafana 10 and later read it."""
    built = _skeleton(board)
    numbers = count(1)
    for row in board.rows:
        built.with_row(dashboard.Row(row.title).id(next(numbers)))
        for panel in row.panels:
            built.with_panel(_panel(board, panel, next(numbers)))
    return json.dumps(built.build(), cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _skeleton(board: Board) -> Any:
    others = (
        dashboard.DashboardLink("Pagewire")
        .type(parts.DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .as_dropdown(True)
        .include_vars(False)
        .keep_time(True)
    )
    built = dashboard.Dashboard(board.title).uid(board.uid).description(board.says).tags([TAG]).readonly()
    built = built.refresh("30s").time("now-3h", "now").tooltip(parts.DashboardCursorSync.CROSSHAIR).link(others)
    built.with_variable(dashboard.DatasourceVariable("datasource").label("Data source").type("prometheus"))
    for variable in board.variables:
        built.with_variable(_variable(variable))
    return built


def _variable(variable: Variable) -> Any:
    label = variable.label or variable.name
    every = parts.VariableOption(selected=True, text="All", value="$__all")
    return (
        dashboard.QueryVariable(variable.name)
        .label(variable.name.capitalize())
        .datasource(_SOURCE)
        .query(f"label_values({variable.of}, {label})")
        .refresh(parts.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(parts.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(variable.every)
        .current(every)
    )


def _panel(board: Board, panel: Panel, number: int) -> Any:
    built = _BUILDERS[panel.look]().id(number).title(panel.title).description(panel.says).datasource(_SOURCE)
    built = built.unit(panel.unit).height(_HEIGHTS[panel.look]).span(panel.width)
    for ref, (legend, query) in zip("ABCDEFG", panel.queries.items(), strict=False):
        built = built.with_target(_target(ref, legend, board.expand(query), panel.look))
    if panel.bad:
        built = built.thresholds(_thresholds(*panel.bad))
    if panel.words:
        built = built.mappings([_words(panel)])
    if panel.to:
        built = built.links([_link(panel.to, board)])
    return _looks(built, panel)


def _looks(built: Any, panel: Panel) -> Any:
    if panel.look is Look.STAT:
        last = common.ReduceDataOptions().calcs(["lastNotNull"])
        return built.reduce_options(last).color_mode(shapes.BigValueColorMode.BACKGROUND).no_value("no data")
    if panel.look is Look.TABLE:
        hidden = dict.fromkeys(("Time", "job", "instance", "pod", "container", "endpoint", "service", "__name__"), True)
        organize = parts.DataTransformerConfig(id_val="organize", options={"excludeByName": hidden})
        return built.with_transformation(organize)
    legend = common.VizLegendOptions().show_legend(True).display_mode(shapes.LegendDisplayMode.LIST)
    return built.legend(legend.placement(shapes.LegendPlacement.BOTTOM)).fill_opacity(10).min(0)


def _target(ref: str, legend: str, query: str, look: Look) -> Any:
    target = prometheus.Dataquery().ref_id(ref).expr(query).legend_format(legend).datasource(_SOURCE)
    if look is Look.LINES:
        return target.range()
    return target.instant().format("table" if look is Look.TABLE else "time_series")


def _thresholds(orange: float, red: float) -> Any:
    steps = [("green", None), ("orange", orange), ("red", red)]
    if red < orange:
        steps = [("red", None), ("orange", red), ("green", orange)]
    return (
        dashboard.ThresholdsConfig()
        .mode(parts.ThresholdsMode.ABSOLUTE)
        .steps([parts.Threshold(value=value, color=color) for color, value in steps])
    )


def _words(panel: Panel) -> Any:
    results = {
        str(value): parts.ValueMappingResult(text=words, index=i)
        for i, (value, words) in enumerate(panel.words.items())
    }
    return parts.ValueMap(options=results)


def _link(to: Uid, board: Board) -> Any:
    kept = "&".join(["${__url_time_range}", *_kept(board)])
    return dashboard.DashboardLink(f"More on {to.value.removeprefix('pagewire-')}").url(f"/d/{to.value}?{kept}")


def _kept(board: Board) -> Iterator[str]:
    """What is chosen stays chosen, where the other dashboard means the same by it."""
    for name in ("datasource", *(one.name for one in board.variables)):
        if name in {"datasource", "job", "instance"}:
            yield f"${{{name}:queryparam}}"
