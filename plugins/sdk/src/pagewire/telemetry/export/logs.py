"""The program's own log, beside standard error."""

import logging
from collections.abc import Callable, Set

from opentelemetry.sdk._logs.export import ConsoleLogRecordExporter, LogRecordExporter
from opentelemetry.sdk.resources import Resource

from pagewire.telemetry.export.records import Records
from pagewire.telemetry.instruments import Readings
from pagewire.telemetry.saying import Vocabulary


class Logs:
    """Every line that is told on standard error goes to these exporters as well, until the end.

    Args:
        names: which exporters.
        resource: what the program is.
        vocabulary: what the lines may tell.
        more: names of attributes that are allowed besides.
    """

    def __init__(
        self, names: Set[str], resource: Resource, vocabulary: Callable[[], Vocabulary], more: Set[str]
    ) -> None:
        told = vocabulary()
        self._handlers = [Records(_exporter(name), resource, told, more) for name in sorted(names)]
        for handler in self._handlers:
            logging.getLogger().addHandler(handler)

    def dropped(self) -> Readings:
        """Records that were lost, and why."""
        return [
            (("logs", "queue_full"), float(sum(handler.dropped for handler in self._handlers))),
            (("logs", "failed"), float(sum(handler.failed for handler in self._handlers))),
        ]

    def removed(self) -> Readings:
        """Attributes that were taken out."""
        return [(("logs",), float(sum(handler.removed for handler in self._handlers)))]

    def shut_down(self) -> None:
        """Export what is left, and end."""
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()


def _exporter(name: str) -> LogRecordExporter:
    if name == "console":
        return ConsoleLogRecordExporter()
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter  # noqa: PLC0415 - if it is asked for

    return OTLPLogExporter()
