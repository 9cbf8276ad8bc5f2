"""What the programs write on stderr."""

import json
import logging
import sys

import pytest

from pagewire.logs import JsonLines, TextLines


@pytest.fixture
def record() -> logging.LogRecord:
    try:
        1 / 0  # noqa: B018 - for its traceback
    except ZeroDivisionError:
        trouble = sys.exc_info()
    made = logging.LogRecord("pagewire_gateway.x", logging.WARNING, "", 0, "it broke %d times", (3,), trouble)
    made.created, made.msecs = 1_790_000_000.005, 5.0
    made.plugin, made.odd = "crm", str
    return made


def test_a_line_is_json_with_extras_and_traceback(record: logging.LogRecord) -> None:
    line = json.loads(JsonLines().format(record))
    assert line["time"] == "2026-09-21T14:13:20.005Z"
    assert (line["level"], line["logger"], line["message"]) == ("warning", "pagewire_gateway.x", "it broke 3 times")
    assert (line["plugin"], line["odd"]) == ("crm", str(str))
    assert "ZeroDivisionError" in line["exception"]


def test_a_line_is_for_people(record: logging.LogRecord) -> None:
    first, *rest = TextLines().format(record).splitlines()
    assert first.startswith("2026-09-21T14:13:20.005Z WARNING gateway.x: it broke 3 times [plugin=crm odd=")
    assert rest[-1].startswith("ZeroDivisionError")
