"""The ``fields`` parameter: which fields, nested to any depth, with limits (graph.md 1.4). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from pagewire.simulator.errors import Refused, invalid, no_field

_TOKEN = re.compile(r"\s*([\w]+|[.(){},])")


class Wanted(msgspec.Struct):
    """One requested field."""

    name: str
    fields: list[Wanted] = []
    limit: int | None = None


def read_fields(text: str | None) -> list[Wanted]:
    """Parse ``a,b.limit(5){c,d}``.

    Raises:
        Refused: code 100, a syntax error.
    """
    if text is None:
        return []
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise Refused(_syntax(text))
    try:
        wanted, rest = _list(tokens)
    except (IndexError, ValueError):
        raise Refused(_syntax(text)) from None
    if rest:
        raise Refused(_syntax(text))
    return wanted


def _syntax(text: str) -> Any:
    return invalid(f"Syntax error in fields: {text[:80]}")


def _list(tokens: list[str]) -> tuple[list[Wanted], list[str]]:
    found: list[Wanted] = []
    while True:
        field, tokens = _field(tokens)
        found.append(field)
        if not tokens or tokens[0] != ",":
            return found, tokens
        tokens = tokens[1:]


def _field(tokens: list[str]) -> tuple[Wanted, list[str]]:
    field, tokens = Wanted(tokens[0]), tokens[1:]
    if not field.name.replace("_", "a").isalnum():
        raise ValueError(field.name)
    while tokens and tokens[0] == ".":
        if tokens[1] == "limit":
            field.limit = int(tokens[3])
        if tokens[2] != "(" or tokens[4] != ")":
            raise ValueError(field.name)
        tokens = tokens[5:]
    if tokens and tokens[0] == "{":
        field.fields, tokens = _list(tokens[1:])
        if tokens[0] != "}":
            raise ValueError(field.name)
        tokens = tokens[1:]
    return field, tokens


Getter = Callable[[Wanted], Any]


def project(wanted: list[Wanted], getters: Mapping[str, Getter], node_type: str, default: str = "id") -> dict[str, Any]:
    """The object with the wanted fields; ``id`` always comes back, None values are left out.

    Args:
        wanted: as requested; empty asks for ``default``.
        getters: field name to what computes it.
        node_type: for the error text.
        default: comma-separated names when nothing was requested.

    Raises:
        Refused: 100, a field that the node does not have.
    """
    asked = wanted or read_fields(default)
    for field in asked:
        if field.name not in getters:
            raise Refused(no_field(field.name, node_type))
    shown = {field.name: getters[field.name](field) for field in asked}
    shown.setdefault("id", getters["id"](Wanted("id")))
    return {name: value for name, value in shown.items() if value is not None}
