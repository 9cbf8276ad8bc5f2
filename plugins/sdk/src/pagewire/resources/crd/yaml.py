"""Plain data as YAML that people can read: short texts plain, others in quotes, long ones folded. Nothing more."""

import json
import re
import textwrap
from collections.abc import Iterator
from typing import Any, Final

_WIDTH: Final = 120
_PLAIN: Final = re.compile(r"[A-Za-z./][A-Za-z0-9./_ -]*[A-Za-z0-9./_-]|[A-Za-z]")
_NOT_TEXT: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "none"})
_FOLDABLE: Final = re.compile(r"[^\s](?:[^\s]| (?=[^\s]))*")
"""Single spaces only: what a folded block gives back as it was."""


def emit(value: dict[str, Any]) -> str:
    """A YAML document of mappings with plain keys, lists, texts, numbers and booleans."""
    return "".join(f"{line}\n" for line in _mapping(value, 0))


def _mapping(value: dict[str, Any], depth: int) -> Iterator[str]:
    for key, inner in value.items():
        yield from _entry(f"{'  ' * depth}{key}:", inner, depth)


def _entry(head: str, value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield head
        yield from _mapping(value, depth + 1)
    elif isinstance(value, list) and value:
        yield head
        for item in value:
            yield from _item(item, depth + 1)
    elif isinstance(value, str) and _is_long(head, value):
        yield f"{head} >-"
        pad = "  " * (depth + 1)
        yield from textwrap.wrap(
            value, _WIDTH, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False
        )
    else:
        yield f"{head} {_scalar(value)}"


def _item(value: Any, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(value, dict) and value:
        first, *rest = _mapping(value, depth + 1)
        yield f"{pad}- {first.strip()}"
        yield from rest
    else:
        yield f"{pad}- {_scalar(value)}"


def _is_long(head: str, text: str) -> bool:
    return len(head) + len(text) > _WIDTH and _FOLDABLE.fullmatch(text) is not None


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    return "".join(map(_shown, json.dumps(value, ensure_ascii=False)))


def _shown(character: str) -> str:
    """YAML is pickier than JSON about characters that cannot be seen."""
    return character if character.isprintable() else f"\\U{ord(character):08x}"
