"""What the programs write on stderr."""

import json
import logging
import sys

import pytest
from opentelemetry.sdk.trace import TracerProvider

from pagewire.logs import JsonLines, TextLines, set_up
from pagewire.telemetry.tracing import TRACING


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
    assert rest[-1].startswith("    | ZeroDivisionError")
    assert all(line.startswith("    | ") for line in rest)


def said(message: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("pagewire_gateway.x", logging.INFO, "", 0, message, arguments, None)


@pytest.mark.parametrize("lines", [JsonLines(), TextLines()])
@pytest.mark.parametrize("odd", ["\n", "\r", "\x1b[2J", "\x85", "\u2028", "\x00", "\udc80"], ids=ascii)
def test_whatever_is_said_stays_one_line(lines: logging.Formatter, odd: str) -> None:
    forged = f"Ann{odd}2026-09-21T14:13:20.005Z CRITICAL gateway: all is lost"
    line = lines.format(said("hello %s", forged))
    assert len(line.splitlines()) == 1
    assert odd not in line
    assert line.encode()


def test_a_traceback_cannot_forge_a_record() -> None:
    def broken() -> None:
        raise ValueError("oh\n2026-09-21T14:13:20.005Z CRITICAL gateway: all is lost")

    try:
        broken()
    except ValueError:
        record = said("it broke")
        record.exc_info = sys.exc_info()
    first, *rest = TextLines().format(record).splitlines()
    assert first.endswith("it broke")
    assert all(line.startswith("    | ") for line in rest)
    assert len(JsonLines().format(record).splitlines()) == 1


@pytest.mark.parametrize("lines", [JsonLines(), TextLines()])
@pytest.mark.parametrize(
    "name",
    [
        "access_token",
        "input_token",
        "hub.verify_token",
        "fb_exchange_token",
        "client_secret",
        "appsecret_proof",
        "code",
    ],
)
def test_addresses_lose_their_secrets(lines: logging.Formatter, name: str) -> None:
    line = lines.format(said("GET %s", f"https://graph.facebook.com/me?fields=id&{name}=EAAsecret|1&limit=1"))
    assert "EAAsecret" not in line
    assert f"{name}=***&limit=1" in line


def test_meta_s_error_codes_stay() -> None:
    assert "code=190" in TextLines().format(said("refused: code=190"))


def test_what_is_said_within_a_span_names_it() -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    TRACING.use(provider.get_tracer("x"), 1.0, {})
    try:
        with provider.get_tracer("x").start_as_current_span("work") as span:
            line = json.loads(JsonLines().format(said("hello")))
    finally:
        TRACING.stop()
    found = span.get_span_context()
    assert (line["trace_id"], line["span_id"]) == (f"{found.trace_id:032x}", f"{found.span_id:016x}")
    assert "trace_id" not in json.loads(JsonLines().format(said("hello")))


def test_clients_that_tell_each_address_are_quiet() -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        set_up("json", "debug")
        assert all(
            logging.getLogger(name).getEffectiveLevel() >= logging.WARNING for name in ("httpx", "httpcore", "urllib3")
        )
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
