"""JSON as it comes: the strict reader first, a forgiving one for what it refuses.

Forgiven are broken UTF-8, lone surrogates and numbers too large for a machine; the text around them is kept. Whatever leaves
this module can be encoded again.
"""

import json
import math
import re
from typing import Any

import msgspec

Json = dict[str, Any]

DEPTH = 100
"""Deepest nesting of an item that is read. Meta's own stay below 15; what every later step does may recurse."""

_FORGIVEN = 350
"""Deepest nesting that the forgiving reader, which recurses in Python, goes into: the same on every Python, and well within what
each of them bears. A body nested deeper is read only if the strict reader takes it."""

_REFUSED = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError)
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_elements = msgspec.json.Decoder(list[msgspec.Raw])
_anything = msgspec.json.Decoder()


class Unreadable(ValueError):
    """The bytes are no JSON, or nested too deep."""


def fields(raw: bytes | msgspec.Raw) -> dict[str, msgspec.Raw] | None:
    """The members of a JSON object, unread; ``None`` when it is no object or no JSON."""
    try:
        return _fields.decode(raw)
    except _REFUSED:
        found = _repaired(raw)
    return {name: _raw(member) for name, member in found.items()} if isinstance(found, dict) else None


def elements(raw: bytes | msgspec.Raw) -> list[msgspec.Raw] | None:
    """The elements of a JSON array, unread; ``None`` when it is no array or no JSON."""
    try:
        return _elements.decode(raw)
    except _REFUSED:
        found = _repaired(raw)
    return [_raw(element) for element in found] if isinstance(found, list) else None


def value(raw: bytes | msgspec.Raw) -> Any:
    """Any JSON value.

    Raises:
        Unreadable: it is no JSON, or nested deeper than `DEPTH`.
    """
    if too_deep(bytes(raw)):
        raise Unreadable(f"nested deeper than {DEPTH} levels")
    try:
        return _anything.decode(raw)
    except _REFUSED:
        return _forgiving(bytes(raw))


def value_or_none(raw: bytes | msgspec.Raw | None) -> Any:
    """Any JSON value; ``None`` when there is none or it cannot be read."""
    try:
        return None if raw is None else value(raw)
    except Unreadable:
        return None


def too_deep(raw: bytes) -> bool:
    """Whether JSON is nested deeper than `DEPTH`."""
    # Counting is cheap and settles nearly every item.
    return raw.count(b"{") + raw.count(b"[") > DEPTH and _exceeds(raw)


def _exceeds(raw: bytes, most: int = DEPTH) -> bool:
    level = 0
    for token in _TOKEN.finditer(raw):
        byte = raw[token.start()]
        if byte in b"[{":
            level += 1
            if level > most:
                return True
        elif byte in b"]}":
            level -= 1
    return False


def _raw(found: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(found))


def _repaired(raw: bytes | msgspec.Raw) -> Any:
    """What a broken container holds; its members' bytes are made anew, so that one broken string spoils no neighbour."""
    try:
        return _forgiving(bytes(raw))
    except Unreadable:
        return None


def _forgiving(raw: bytes) -> Any:
    if raw.count(b"{") + raw.count(b"[") > _FORGIVEN and _exceeds(raw, _FORGIVEN):
        raise Unreadable(f"nested deeper than {DEPTH} levels")
    try:
        found = json.loads(
            raw.decode("utf-8", "replace"),
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_float,
            object_pairs_hook=_whole_pairs,
        )
    except json.JSONDecodeError as error:
        raise Unreadable(f"no JSON at character {error.pos}") from error
    except RecursionError as error:
        raise Unreadable("nested too deep") from error
    return _whole(found)


def _no_constant(name: str) -> Any:
    raise json.JSONDecodeError(f"{name} is no JSON", "", 0)


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= 4000 else digits


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _whole_pairs(pairs: list[tuple[str, Any]]) -> Json:
    return {_whole(key): _whole(member) for key, member in pairs}


def _whole(member: Any) -> Any:
    """Text and lists without lone surrogates; objects were made whole when they were read."""
    if isinstance(member, str):
        return member.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(member, list):
        return [_whole(element) for element in member]
    return member
