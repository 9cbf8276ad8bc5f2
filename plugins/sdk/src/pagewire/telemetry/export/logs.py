"""The program's own log, beside standard error."""

import logging
from collections.abc import Callable

from opentelemetry.sdk.resources import Resource

from pagewire.telemetry.export.exporting import logs
from pagewire.telemetry.export.records import Records
from pagewire.telemetry.instruments import Readings
from pagewire.telemetry.saying import Vocabulary
from pagewire.telemetry.variables import Asked


class Logs:
    """Every line that is told on standard error goes to these exporters as well, until the end.

    Args:
        asked: which exporters, and what may leave besides.
        resource: what the program is.
        vocabulary: what the lines may tell.
    """

    def __init__(self, asked: Asked, resource: Resource, vocabulary: Callable[[], Vocabulary]) -> None:
        told = vocabulary()
        self._handlers = [Records(logs(name, asked), resource, told, asked.more) for name in sorted(asked.logs)]
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
