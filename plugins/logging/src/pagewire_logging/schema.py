"""The lines as JSON Schema, for whoever reads a log. Pure."""

from typing import Any, Final

import msgspec

from pagewire_logging.entries import AnyLine
from pagewire_logging.forgotten import DELETION_SCHEMA, DeletionLine
from pagewire_logging.line import SCHEMA, Line
from pagewire_logging.logins import LOGIN_SCHEMA, LoginLine
from pagewire_logging.pages import PAGE_SCHEMA, PageLine

_LINES: Final[dict[str, type[AnyLine]]] = {
    SCHEMA: Line,
    PAGE_SCHEMA: PageLine,
    DELETION_SCHEMA: DeletionLine,
    LOGIN_SCHEMA: LoginLine,
}


def json_schema() -> dict[str, Any]:
    """A schema (draft 2020-12) that each line of a log fits; fields it does not name may come with a later release."""
    kinds, parts = msgspec.json.schema_components(list(_LINES.values()), ref_template="#/$defs/{name}")
    for name, line in _LINES.items():
        parts[line.__name__]["properties"]["schema"] = {"const": name}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://pagewire.dev/schemas/event-log/v1.json",
        "title": "A line of Pagewire's event log",
        "oneOf": list(kinds),
        "$defs": {name: _brief(part) for name, part in sorted(parts.items())},
    }


def text() -> str:
    """The same as a file."""
    return msgspec.json.format(msgspec.json.encode(json_schema()), indent=2).decode() + "\n"


def _brief(part: dict[str, Any]) -> dict[str, Any]:
    """Without the docstring's layout: its first paragraph says what the part is."""
    paragraph = part.get("description", "").partition("\n\n")[0]
    return {**part, "description": " ".join(paragraph.split())} if paragraph else part
