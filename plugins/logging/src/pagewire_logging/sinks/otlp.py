"""OTLP over HTTP: each line is a log record.

A collector cannot be asked what it has, so a repeat is sent again, with the same ``log.record.uid``.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExportResult
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from pagewire_logging.entries import AnyLine, Entry
from pagewire_logging.line import Line
from pagewire_logging.sinks.errors import SinkError
from pagewire_logging.sinks.going import may_go

_SECONDS: Final = 8.0
"""For a request and its repeats; a hook has 30."""
_EVENT_NAME: Final = "pagewire.event_log"


class OtlpSink:
    """Lines for a collector.

    Args:
        endpoint: address for logs; ``None`` leaves it to ``OTEL_EXPORTER_OTLP_LOGS_ENDPOINT`` and the like.
        headers_file: holds headers, one ``name: value`` a line; ``None`` leaves them to the environment.
    """

    most = 500

    def __init__(self, endpoint: str | None, headers_file: str | None) -> None:
        self._headers_file = headers_file
        self._endpoint = endpoint
        self._exporter: OTLPLogExporter | None = None
        self._resource = Resource.create()
        self._scope = InstrumentationScope("pagewire_logging")

    def append(self, entries: Sequence[Entry]) -> None:
        """Send every entry.

        Raises:
            SinkError: the collector did not say that it has them.
        """
        exporter = self._exporter or self._made()
        records = [ReadableLogRecord(_record(one), self._resource, self._scope) for one in entries]
        if exporter.export(records) is not LogRecordExportResult.SUCCESS:
            where = self._endpoint or "of OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"
            raise SinkError(
                f"the collector {where} did not take the lines; see that it runs and has an OTLP receiver for logs"
            )

    def forget(self, account: str, person: str) -> None:
        """Whoever keeps the log does it."""

    def close(self) -> None:
        """Let go of the connections."""
        if self._exporter is not None:
            self._exporter.shutdown()  # type: ignore[no-untyped-call]
            self._exporter = None

    def _made(self) -> OTLPLogExporter:
        may_go(self._endpoint)
        headers = None if self._headers_file is None else _headers(self._headers_file)
        self._exporter = OTLPLogExporter(endpoint=self._endpoint, headers=headers, timeout=_SECONDS)
        return self._exporter


def _record(entry: Entry) -> LogRecord:
    line = entry.line
    happened = line.timestamp if isinstance(line, Line) else line.time
    return LogRecord(
        timestamp=_nanoseconds(happened),
        observed_timestamp=_nanoseconds(line.time),
        severity_number=SeverityNumber.INFO,
        severity_text="INFO",
        event_name=_EVENT_NAME,
        body=msgspec.json.decode(entry.raw),
        attributes=_attributes(entry.key, line),
    )


def _attributes(key: str, line: AnyLine) -> dict[str, Any]:
    kind = {"pagewire.event.type": line.kind} if isinstance(line, Line) else {}
    return {"log.record.uid": key, "pagewire.line.schema": line.schema, **kind}


def _nanoseconds(moment: datetime) -> int:
    seconds, rest = divmod(moment.timestamp(), 1)
    return int(seconds) * 10**9 + round(rest * 10**6) * 1000


def _headers(path: str) -> dict[str, str]:
    try:
        lines = Path(path).read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SinkError(f"the file {path} of otlp.headersFile cannot be read; mount it there") from error
    pairs = [line.partition(":") for line in lines if line.strip()]
    if not all(colon for _, colon, _ in pairs):
        raise SinkError(f"the file {path} of otlp.headersFile holds a line without a colon; write name: value")
    return {name.strip(): value.strip() for name, _, value in pairs}
