"""`METRICS` in Prometheus' text format."""

from typing import Final

from pagewire.telemetry.exposition import Exposition
from pagewire_gateway.telemetry.metrics import METRICS

_EXPOSITION: Final = Exposition(METRICS)

expose = _EXPOSITION.text
"""See `Exposition.text`."""
