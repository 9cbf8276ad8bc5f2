"""What telemetry has to know of a program."""

from collections.abc import Callable
from typing import NamedTuple

from pagewire.telemetry.instruments import Tally
from pagewire.telemetry.registry import Registry
from pagewire.telemetry.saying import Vocabulary
from pagewire.telemetry.tracing import Attributes


class Program(NamedTuple):
    """One program.

    Attributes:
        service: its name, unless ``OTEL_SERVICE_NAME`` has another.
        metrics: all of them.
        dropped: shows what was lost.
        removed: shows how many attributes were taken out.
        vocabulary: what its log may tell; asked for only if the log is exported.
        common: attributes of spans that have to do with the journal.
    """

    service: str
    metrics: Registry
    dropped: Tally
    removed: Tally
    vocabulary: Callable[[], Vocabulary]
    common: Attributes = {}
