"""docs/reference/chart-values.md: every value of the chart, by section."""

import json
from collections.abc import Iterator
from itertools import groupby

from tests.generated.chart_values import Value, values

_HEAD = """# Values of the chart

Written by `python -m tests.generated` from [values.yaml](../../charts/pagewire/values.yaml). What values may be is in
`values.schema.json`, and Helm refuses others: `helm lint charts/pagewire --values mine.yaml` tells. How to use them:
[install with Helm](../how-to/install-with-helm.md), [upgrade](../how-to/upgrade.md).
"""


def text() -> str:
    """The whole page."""
    return _HEAD + "".join(_sections())


def _sections() -> Iterator[str]:
    everything = values()
    for section, members in groupby(everything, key=lambda value: _section(value, everything)):
        rows = list(members)
        yield f"\n## {section}\n"
        if rows[0].path == section and rows[0].description:
            yield f"\n{rows[0].description}\n"
        shown = [one for one in rows if not _has_members(one, rows)]
        yield "\n| value | default | meaning |\n| --- | --- | --- |\n"
        yield from (f"| `{one.path}` | `{_default(one)}` | {_cell(_meaning(one, rows))} |\n" for one in shown)


def _section(value: Value, everything: list[Value]) -> str:
    root = value.path.partition(".")[0]
    return root if value.path != root or _has_members(value, everything) else "The whole release"


def _has_members(value: Value, rows: list[Value]) -> bool:
    return any(other.path.startswith(f"{value.path}.") for other in rows)


def _meaning(value: Value, rows: list[Value]) -> str:
    """Its own description, and with it that of the group it belongs to, at the group's first member."""
    parent = next((one for one in rows[1:] if one.path == value.path.rpartition(".")[0]), None)
    if parent is None or not parent.description:
        return value.description
    siblings = [one for one in rows if one.path.rpartition(".")[0] == parent.path]
    return f"{parent.description} {value.description}".strip() if siblings[0] is value else value.description


def _default(value: Value) -> str:
    return json.dumps(value.default).replace("|", "\\|")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
