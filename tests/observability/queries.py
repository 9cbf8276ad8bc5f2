"""What the committed dashboards and rules ask, read from the files that people install."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import promql_parser
import yaml

ROOT: Final = Path(__file__).parents[2]
DASHBOARDS: Final = sorted(ROOT.glob("deploy/dashboards/*.json"))
RULES: Final = sorted(ROOT.glob("deploy/alerts/*.yaml"))


class Query(NamedTuple):
    """One query: where it stands, and what it asks."""

    where: str
    board: str
    panel: str
    expr: str


def boards() -> dict[str, dict[str, Any]]:
    """Each dashboard by its uid."""
    found = [json.loads(path.read_text()) for path in DASHBOARDS]
    return {board["uid"]: board for board in found}


def panels(board: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Its panels by title, without rows."""
    return {panel["title"]: panel for panel in board["panels"] if panel["type"] != "row"}


def asked() -> Iterator[Query]:
    """Every query of every panel."""
    for uid, board in boards().items():
        for title, panel in panels(board).items():
            for target in panel["targets"]:
                yield Query(f"{uid} / {title} / {target['refId']}", uid, title, target["expr"])


def groups() -> list[dict[str, Any]]:
    """Every group of rules."""
    return [group for path in RULES for group in yaml.safe_load(path.read_text())["groups"]]


def rules() -> list[dict[str, Any]]:
    """Every rule that raises an alert."""
    return [rule for group in groups() for rule in group["rules"] if "alert" in rule]


def filled(expr: str, window: str = "1m") -> str:
    """A query as Grafana sends it with nothing chosen: everything."""
    for name, every in {"$__rate_interval": window, "$__range": window, "$__interval": "15s"}.items():
        expr = expr.replace(name, every)
    expr = re.sub(r'(job|instance)=~"\$\w+"', r'\1=~".+"', expr)
    return re.sub(r'=~"\$\w+"', '=~".*"', expr)


def selected(expr: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The series a query selects: name, and the labels its matchers speak of."""
    yield from _selectors(promql_parser.parse(filled(expr)))


def _selectors(node: Any) -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(node, promql_parser.VectorSelector):
        yield str(node.name), frozenset(matcher.name for matcher in node.matchers.matchers)
        return
    if isinstance(node, promql_parser.Call):
        for argument in node.args:
            yield from _selectors(argument)
    for name in ("vector_selector", "expr", "lhs", "rhs", "vs"):
        if (inner := getattr(node, name, None)) is not None:
            yield from _selectors(inner)
