"""Parameters of settings calls, whichever way they were encoded: query, form or JSON (graph.md 1.2). Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator.shape import need

Params = dict[str, Any]

_TRUE = ("true", "1")


def listed(params: Params, name: str) -> list[str] | None:
    """A list of strings: a JSON array, an array as JSON text, or names with commas between; None when absent.

    Raises:
        Refused: 100, it is something else.
    """
    found = parsed(params.get(name))
    if isinstance(found, str):
        found = [part.strip() for part in found.split(",") if part.strip()]
    if found is None:
        return None
    need(isinstance(found, list) and all(isinstance(entry, str) for entry in found), f"param {name} must be an array.")
    return list(found)


def parsed(value: Any) -> Any:
    """An array or object that came as JSON text, decoded; anything else as it came, an empty string as None."""
    if not isinstance(value, str):
        return value
    if value.lstrip()[:1] not in ("[", "{"):
        return value or None
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value


def flag(params: Params, name: str) -> bool:
    """A boolean parameter, false when it is absent."""
    return str(params.get(name, "")).lower() in _TRUE


def required(params: Params, name: str) -> str:
    """A parameter as text.

    Raises:
        Refused: 100, it is missing or empty.
    """
    found = params.get(name)
    need(found not in (None, ""), f"The parameter {name} is required")
    return str(found)
