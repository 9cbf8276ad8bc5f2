"""Spans and metrics leave the gateway, if the environment asks for it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pagewire.telemetry.export.setting_up import set_up
from pagewire_gateway.config import Settings
from pagewire_gateway.telemetry import metrics

SERVICE: Final = "pagewire-gateway"


@contextmanager
def exporting(settings: Settings) -> Iterator[None]:
    """Export meanwhile, and what is left at the end.

    Raises:
        TelemetryError: what is asked for cannot be done; says what to do.
    """
    common = {"messaging.system": "nats" if settings.journal else "pagewire_sqlite"}
    exports = set_up(os.environ, SERVICE, metrics.METRICS, common, metrics.telemetry_dropped, metrics.telemetry_removed)
    try:
        yield
    finally:
        if exports is not None:
            exports.shut_down()
