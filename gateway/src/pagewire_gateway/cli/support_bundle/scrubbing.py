"""Lines of a log without what could be an id of a person, a token or a text. Pure.

Closed by default: of a JSON line only known fields stay; in any line, long numbers, long words and quoted texts
give way.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

_FIELDS: Final = frozenset(
    {"time", "timestamp", "level", "severity", "logger", "name", "message", "event", "trace_id", "span_id", "exception"}
)
_GIVE_WAY: Final = (
    (re.compile(r"[?][^\s\"']+"), "?…"),
    (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), "[address]"),
    (re.compile(r"\b(?=[\w.|~+/-]*\d)[\w.|~+/-]{24,}"), "[long]"),
    (re.compile(r"\b\d{8,}\b"), "[number]"),
    (re.compile(r"\"[^\"]*\"|'[^']*'|“[^”]*”"), "[quoted]"),
    (re.compile(r"(Refused|TryLater): .*"), r"\1: […]"),
)


def scrubbed(lines: Iterable[str]) -> Iterator[str]:
    """The same lines, safe to hand on."""
    return (_line(line.rstrip("\n")) for line in lines)


def _line(line: str) -> str:
    try:
        fields = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return plain(line)
    if not isinstance(fields, dict):
        return plain(line)
    kept: dict[str, Any] = {name: plain(str(value)) for name, value in fields.items() if name in _FIELDS}
    return msgspec.json.encode(kept).decode()


def plain(text: str) -> str:
    """One text."""
    for pattern, instead in _GIVE_WAY:
        text = pattern.sub(instead, text)
    return text
