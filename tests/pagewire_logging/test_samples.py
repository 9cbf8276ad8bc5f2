"""Every body Meta sends becomes lines, and none of them tells what people wrote."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from pagewire import samples, wire
from pagewire.context import Person
from pagewire_logging import Line
from pagewire_logging.config import Include
from pagewire_logging.line import Occasion, encode, line_of
from tests.pagewire_logging.making import HARBOUR, NOW

RECEIVED = 1_790_000_000_350
TELLING = {
    "text",
    "title",
    "subtitle",
    "payload",
    "message",
    "url",
    "photo_url",
    "video_url",
    "note",
    "value",
    "username",
    "emoji",
}


def private(value: Any, key: str = "") -> Iterator[str]:
    """What in a body is written by people, or leads to it."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from private(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from private(one, key)
    elif isinstance(value, str) and key in TELLING and len(value) > 1:
        yield value


@pytest.mark.parametrize("name", samples.names())
def test_sample(name: str) -> None:
    body = samples.body(name)
    kinds = []
    for item in wire.read(body, RECEIVED).items:
        raw = encode(line_of(wire.event_of(item, RECEIVED), Occasion(account=HARBOUR, attempt=1, time=NOW), Include()))
        line = msgspec.json.decode(raw, type=Line)
        kinds.append(f"standby:{line.kind}" if line.channel == "standby" else line.kind)
        assert [text for text in private(msgspec.json.decode(body)) if text.encode() in raw] == []
    assert tuple(kinds) == samples.kinds(name)


WRITTEN = json.loads((Path(__file__).parents[2] / "docs/reference/plugins/logging.schema.json").read_text())
EVERYTHING = Include(text=True, profile=True, attachment_urls=True)


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The same for today's lines: a field that the schema does not name is a mistake."""
    parts = {name: {**part, "additionalProperties": False} for name, part in schema["$defs"].items()}
    return {**schema, "$defs": parts}


@pytest.mark.parametrize("include", [Include(), EVERYTHING], ids=["nothing", "everything"])
@pytest.mark.parametrize("name", samples.names())
def test_the_line_of_a_sample_fits_the_published_schema(name: str, include: Include) -> None:
    validator = Draft202012Validator(closed(WRITTEN))
    person = Person(id="7100000000000001", first_name="Ali", username="ali")
    for key in (None, b"0123456789abcdef"):
        occasion = Occasion(account=HARBOUR, attempt=2, time=NOW, rate=0.5, key=key, person=person)
        for item in wire.read(samples.body(name), RECEIVED).items:
            line = json.loads(encode(line_of(wire.event_of(item, RECEIVED), occasion, include)))
            assert [error.message for error in validator.iter_errors(line)] == []


def test_the_other_lines_fit_the_published_schema_and_a_stranger_does_not() -> None:
    validator = Draft202012Validator(closed(WRITTEN))
    page = (Path(__file__).parents[2] / "docs/reference/plugins/logging.md").read_text()
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]
    assert len(shown) == 4
    assert [error.message for line in shown for error in validator.iter_errors(line)] == []
    assert not validator.is_valid({**shown[0], "schema": "pagewire.dev/event-log/v2"})
    assert not validator.is_valid({name: value for name, value in shown[0].items() if name != "id"})
