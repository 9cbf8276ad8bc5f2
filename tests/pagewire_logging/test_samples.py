"""Every body Meta sends becomes lines, and none of them tells what people wrote."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from pagewire import samples, wire
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
