"""Small tests of JSON shapes that refuse with Meta's code 100. Pure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pagewire.simulator.errors import Refused, invalid


def need(holds: object, sentence: str) -> None:
    """Refuse with code 100 and this sentence unless it holds."""
    if not holds:
        raise Refused(invalid(sentence))


def length(text: str) -> int:
    """Characters as Messenger counts them: UTF-16 units, the stricter reading (outbound.md 8.6)."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def text(holder: dict[str, Any], key: str, limit: int, path: str) -> str:
    """A required, non-empty string of at most ``limit`` characters."""
    found = holder.get(key)
    need(isinstance(found, str) and found.strip(), f"The parameter {path}[{key}] is required")
    return within(str(found), limit, f"{path}[{key}]")


def optional_text(holder: dict[str, Any], key: str, limit: int, path: str) -> None:
    """A string of at most ``limit`` characters, if it is there."""
    found = holder.get(key)
    if found is not None:
        need(isinstance(found, str), f"param {path}[{key}] must be a string.")
        within(found, limit, f"{path}[{key}]")


def within(value: str, limit: int, path: str) -> str:
    """Refuse a string longer than ``limit`` characters."""
    need(length(value) <= limit, f"Length of param {path} must be less than or equal to {limit}")
    return value


def items(holder: dict[str, Any], key: str, low: int, high: int, path: str) -> list[dict[str, Any]]:
    """A required list of ``low`` to ``high`` objects."""
    found = holder.get(key)
    need(isinstance(found, list), f"The parameter {path}[{key}] is required")
    listed: list[Any] = found if isinstance(found, list) else []
    need(low <= len(listed) <= high, f"param {path}[{key}] must have between {low} and {high} elements.")
    need(all(isinstance(entry, dict) for entry in listed), f"param {path}[{key}] must hold objects.")
    return listed


def one_of(value: object, allowed: frozenset[str], path: str) -> str:
    """Refuse a value outside an enumeration, naming its members as Meta does."""
    names = ", ".join(sorted(allowed))
    need(isinstance(value, str) and value in allowed, f"Param {path} must be one of {{{names}}}")
    return str(value)


def url(holder: dict[str, Any], key: str, path: str) -> str:
    """A required absolute http(s) URL."""
    found = holder.get(key)
    good = isinstance(found, str) and urlsplit(found).scheme in ("http", "https") and urlsplit(found).netloc
    need(good, f"param {path}[{key}] should represent a valid URL")
    return str(found)
