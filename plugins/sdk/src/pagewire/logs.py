"""A program's own log: on stderr, one JSON object a line or for people."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

_KNOWN: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}
_QUIET: Final = ("aiohttp", "httpcore", "httpx", "kopf", "kubernetes", "urllib3", "uvicorn.error")
"""Libraries that tell every handled object, request or connection at INFO."""


class JsonLines(logging.Formatter):
    """A record as one JSON object; what was given as ``extra`` becomes fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=str).decode()


class TextLines(logging.Formatter):
    """A record for people; what was given as ``extra`` follows in brackets."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the traceback if there is one."""
        extra = " ".join(f"{key}={value}" for key, value in _extra(record).items())
        said = f"{record.getMessage()} [{extra}]" if extra else record.getMessage()
        line = f"{_moment(record)} {record.levelname:<7} {record.name.removeprefix('pagewire_')}: {said}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


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


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in record.__dict__.items() if key not in _KNOWN}
