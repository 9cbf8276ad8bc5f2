"""The program's own log as OTLP: lines that were judged by `Vocabulary`, with the trace they belong to.

What may not leave is not in what the SDK gets to see, so nothing of it can reach an exporter. The SDK has no stable face for
logs yet: `opentelemetry.sdk._logs` is known here and in `exports` alone.
"""

import logging
from collections.abc import Sequence, Set
from typing import Any, Final

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import ReadableLogRecord, ReadWriteLogRecord
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, LogRecordExporter, LogRecordExportResult
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from pagewire.logs import TextLines, extras
from pagewire.telemetry.allowed import kept
from pagewire.telemetry.export.room import Passage, Room
from pagewire.telemetry.saying import Vocabulary

ORIGINAL: Final = "log.record.original"
"""The line as it stands on standard error; it leaves only if somebody allows it by this name."""

_LONGEST_LINE: Final = 8192
"""Characters of it."""
_OF_EXPORTERS: Final = frozenset({"opentelemetry", "requests", "urllib3"})
"""What these say of an export that fails would have to be exported as well."""
_SEVERITIES: Final = (
    (logging.CRITICAL, SeverityNumber.FATAL),
    (logging.ERROR, SeverityNumber.ERROR),
    (logging.WARNING, SeverityNumber.WARN),
    (logging.INFO, SeverityNumber.INFO),
    (logging.NOTSET, SeverityNumber.DEBUG),
)
"""From which level of Python's on."""


class Outlet(Passage, LogRecordExporter):
    """Counts what an exporter was given."""

    def __init__(self, exporter: LogRecordExporter) -> None:
        super().__init__()
        self._exporter = exporter

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """Export them."""
        return self._hand(len(batch), lambda: self._exporter.export(batch), LogRecordExportResult.SUCCESS)

    def shutdown(self) -> None:
        """End the exporter."""
        self._exporter.shutdown()  # type: ignore[no-untyped-call]

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Have the exporter finish."""
        return self._exporter.force_flush(timeout_millis)


class Records(logging.Handler):
    """Hands lines of the log to an exporter, and never waits for it.

    Args:
        exporter: gets them.
        resource: what the program is.
        vocabulary: what the lines may tell.
        more: names of attributes that are allowed besides.

    Attributes:
        removed: attributes that were taken out.
    """

    def __init__(self, exporter: LogRecordExporter, resource: Resource, vocabulary: Vocabulary, more: Set[str]) -> None:
        super().__init__()
        self._outlet = Outlet(exporter)
        self._resource, self._vocabulary, self._more = resource, vocabulary, more
        self._queue = BatchLogRecordProcessor(self._outlet)
        self._room = Room.before(self._queue, self._outlet)
        self._lines = TextLines()
        self.removed = 0

    @property
    def dropped(self) -> int:
        """Records that found no room."""
        return self._room.dropped

    @property
    def failed(self) -> int:
        """Records that could not be exported."""
        return self._outlet.failed

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line, if there is room."""
        if record.name.partition(".")[0] in _OF_EXPORTERS:
            return
        try:
            told = ReadWriteLogRecord(self._told(record), self._resource, InstrumentationScope(record.name))
            if self._room.enter():
                self._queue.on_emit(told)
        except Exception:  # noqa: BLE001 - as every handler of a log: a line must not end what wrote it
            self.handleError(record)

    def close(self) -> None:
        """Export what is left, and end."""
        self._queue.shutdown()  # type: ignore[no-untyped-call]
        super().close()

    def _told(self, record: logging.LogRecord) -> LogRecord:
        severity = next(severity for level, severity in _SEVERITIES if record.levelno >= level)
        return LogRecord(
            timestamp=int(record.created * 1e9),
            severity_number=severity,
            severity_text=severity.name,
            body=self._vocabulary.line(record.name, record.msg, record.args or ()),
            attributes=self._attributes(record),
        )

    def _attributes(self, record: logging.LogRecord) -> dict[str, Any]:
        given = extras(record)
        told = kept(given, self._more)
        self.removed += len(given) - len(told)
        if (plugin := given.get("plugin")) in self._vocabulary.names:
            told["pagewire.plugin.name"] = plugin
        if record.exc_info and record.exc_info[0]:
            told["exception.type"] = record.exc_info[0].__name__
        if ORIGINAL in self._more:
            told[ORIGINAL] = self._lines.format(record)[:_LONGEST_LINE]
        return told
