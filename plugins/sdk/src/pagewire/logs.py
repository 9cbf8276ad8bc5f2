"""A program's own log: on stderr, one JSON object a line or for people.

Whatever a record says, it cannot look like another one, and what looks like a secret in an address is taken out.
"""

import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from pagewire.telemetry.tracing import TRACING, ids

_KNOWN: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}
_QUIET: Final = ("aiohttp", "httpcore", "httpx", "kopf", "kubernetes", "urllib3", "uvicorn.error")
"""Libraries that tell every handled object, request or connection at INFO."""

_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SECRETS: Final = re.compile(
    r"((?:access|input|verify|client|refresh|fb_exchange)_token|(?:client|app)_secret|appsecret_proof|(?<=[?&])code)=[^&\s\"'\\]+"
)
"""What Meta takes in addresses and nobody may read: tokens, secrets, proofs, and codes of logins."""
_MARGIN: Final = "    | "
"""Before each line of a traceback, which so never looks like a record."""


class JsonLines(logging.Formatter):
    """A record as one JSON object; what was given as ``extra`` becomes fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _sound(record.getMessage()),
            **extras(record),
            **_trace(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return without_secrets(one_line(msgspec.json.encode(line, enc_hook=str).decode()))


class TextLines(logging.Formatter):
    """A record for people; what was given as ``extra`` follows in brackets."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the traceback if there is one."""
        extra = " ".join(f"{key}={value}" for key, value in {**extras(record), **_trace()}.items())
        said = one_line(_sound(f"{record.getMessage()} [{extra}]" if extra else record.getMessage()))
        line = f"{_moment(record)} {record.levelname:<7} {record.name.removeprefix('pagewire_')}: {said}"
        trouble = self.formatException(record.exc_info).splitlines() if record.exc_info else ()
        return without_secrets("\n".join([line, *(f"{_MARGIN}{one_line(part)}" for part in trouble)]))


def one_line(text: str) -> str:
    """A text in which line breaks, and what a terminal would obey, are shown and not done."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _sound(text: str) -> str:
    """A text that can be encoded: what came in as odd bytes may not be."""
    return text.encode("utf-8", "backslashreplace").decode()


def without_secrets(text: str) -> str:
    """A text in which addresses keep the names of their secrets, and lose their values."""
    return _SECRETS.sub(r"\1=***", text)


def set_up(log_format: str, level: str) -> None:
    """Send every logger's records to stderr.

    Args:
        log_format: ``text`` or ``json``.
        level: name of the least level that is told.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if log_format == "json" else TextLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _moment(record: logging.LogRecord) -> str:
    return f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03d}Z"


def _trace() -> dict[str, str]:
    """Which trace the record belongs to, while something is traced."""
    found = ids() if TRACING.on else None
    return {"trace_id": found[0], "span_id": found[1]} if found else {}


def extras(record: logging.LogRecord) -> dict[str, Any]:
    """What was given as ``extra``."""
    return {key: value for key, value in record.__dict__.items() if key not in _KNOWN}
