"""Spans, metrics and the log leave the gateway, if the environment asks for it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pagewire.installed import points
from pagewire.telemetry.export.setting_up import set_up
from pagewire.telemetry.program import Program
from pagewire.telemetry.saying import Vocabulary
from pagewire_gateway.config import Settings
from pagewire_gateway.telemetry import metrics

SERVICE: Final = "pagewire-gateway"
PACKAGES: Final = frozenset({"pagewire", "pagewire_gateway"})
"""Whose lines of the log have words that are constants."""


@contextmanager
def exporting(settings: Settings) -> Iterator[None]:
    """Export meanwhile, and what is left at the end.

    Raises:
        TelemetryError: what is asked for cannot be done; says what to do.
    """
    exports = set_up(os.environ, program("nats" if settings.journal else "pagewire_sqlite"))
    try:
        yield
    finally:
        if exports is not None:
            exports.shut_down()


def program(system: str) -> Program:
    """What telemetry has to know of the gateway, on a journal of this system."""
    return Program(
        service=SERVICE,
        metrics=metrics.METRICS,
        dropped=metrics.telemetry_dropped,
        removed=metrics.telemetry_removed,
        vocabulary=lambda: Vocabulary(PACKAGES, points()),
        common={"messaging.system": system},
    )
