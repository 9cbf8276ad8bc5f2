"""References from one operation of a batch to the result of another: ``{result=name:$.data.*.id}``. Pure.

The paths are a small part of JSONPath: keys, indexes, and ``*`` for every member (graph.md 1.5).
"""

from __future__ import annotations

import re
from typing import Any

from pagewire.simulator.errors import Refused, invalid

_REFERENCE = re.compile(r"\{result=([\w-]+):([^}]+)\}")
_STEP = re.compile(r"\.(?P<key>[\w-]+|\*)|\[(?P<index>\d+|\*)\]|\['(?P<quoted>[^']+)'\]")


def referred(*texts: str) -> set[str]:
    """The names of the operations that texts refer to."""
    return {name for text in texts for name, _ in _REFERENCE.findall(text)}


def fill_in(text: str, results: dict[str, Any]) -> str:
    """A text with every reference replaced by what it finds, commas between several.

    Args:
        text: ``relative_url`` or ``body`` of an operation.
        results: name to decoded answer, of operations that succeeded.

    Raises:
        Refused: 100, no earlier operation of this name succeeded, or the path is malformed.
    """

    def found(match: re.Match[str]) -> str:
        name, path = match.groups()
        if name not in results:
            raise Refused(invalid(f"The operation {name} has no result to refer to: it failed, or comes later"))
        return ",".join(str(value) for value in select(results[name], path))

    return _REFERENCE.sub(found, text)


def select(value: Any, path: str) -> list[Any]:
    """Everything a path such as ``$.data.*.id`` finds in a decoded answer.

    Raises:
        Refused: 100, the path is malformed.
    """
    rest, found = path.removeprefix("$"), [value]
    while rest:
        step = _STEP.match(rest)
        if step is None or not path.startswith("$"):
            raise Refused(invalid(f"Malformed JSONPath expression: {path}"))
        wanted = step["key"] or step["index"] or step["quoted"]
        found = [below for each in found for below in _below(each, wanted)]
        rest = rest[step.end() :]
    return found


def _below(value: Any, wanted: str) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values()) if wanted == "*" else [value[wanted]] if wanted in value else []
    if not isinstance(value, list):
        return []
    if wanted == "*":
        return list(value)
    return value[int(wanted) : int(wanted) + 1] if wanted.isdigit() else []
