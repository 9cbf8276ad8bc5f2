"""Turns telemetry on, if the environment asks for it. The SDK is imported only then."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from pagewire.telemetry.program import Program
from pagewire.telemetry.variables import Asked, TelemetryError, read

_OTLP: Final = "opentelemetry.exporter.otlp.proto"

if TYPE_CHECKING:
    from pagewire.telemetry.export.exports import Exports


def set_up(environ: Mapping[str, str], program: Program) -> "Exports | None":
    """Record and export from now on, as the standard ``OTEL_`` variables say.

    Args:
        environ: the variables.
        program: whose telemetry it is.

    Returns:
        What has to be shut down at the end; nothing if nothing is asked for.

    Raises:
        TelemetryError: it cannot be done; says what to do.
    """
    asked = read(environ)
    if not asked.exporters:
        return None
    _check_installed(asked)
    from pagewire.telemetry.export.exports import Exports  # noqa: PLC0415 - needs the extra

    exports = Exports(asked, program)
    program.dropped.read, program.removed.read = exports.dropped, exports.removed
    return exports


def _check_installed(asked: Asked) -> None:
    """Say which extra is missing."""
    signals = {"traces": asked.traces, "metrics": asked.metrics, "logs": asked.logs}
    otlp = {signal for signal, names in signals.items() if "otlp" in names}
    needed = {"opentelemetry.sdk": "otel"}
    if otlp - asked.grpc:
        needed[f"{_OTLP}.http"] = "otel"
    if otlp & asked.grpc:
        needed[f"{_OTLP}.grpc"] = "grpc"
    for name, extra in needed.items():
        if not _found(name):
            raise TelemetryError(
                f"OTEL_ variables ask for telemetry, but {name} is not installed: pip install 'pagewire[{extra}]', or set "
                "OTEL_SDK_DISABLED=true"
            )


def _found(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # not even the package it is in
        return False
