"""What the standard ``OTEL_`` variables ask for. Pure."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

DEFAULT_RATIO: Final = 0.1
_HTTP: Final = "http/protobuf"
_PROTOCOLS: Final = frozenset({_HTTP, "grpc"})
_EXPORTERS: Final = frozenset({"otlp", "console"})
_RATIOS: Final = frozenset({"traceidratio", "parentbased_traceidratio"})
_FIXED: Final = {"always_on": 1.0, "parentbased_always_on": 1.0, "always_off": 0.0, "parentbased_always_off": 0.0}


class Asked(Struct, frozen=True, kw_only=True):
    """What is asked for.

    Attributes:
        traces: exporters of spans.
        metrics: exporters of metrics; the scrape port is there besides.
        logs: exporters of the program's own log; standard error is there besides.
        grpc: ``traces``, ``metrics``, ``logs``: what of it OTLP sends by gRPC; the others go by HTTP.
        ratio: which share of what may be traced is.
        more: attributes that somebody allows besides our own.
    """

    traces: frozenset[str] = frozenset()
    metrics: frozenset[str] = frozenset()
    logs: frozenset[str] = frozenset()
    grpc: frozenset[str] = frozenset()
    ratio: float = DEFAULT_RATIO
    more: frozenset[str] = frozenset()

    @property
    def exporters(self) -> frozenset[str]:
        """Exporters of whatever signal."""
        return self.traces | self.metrics | self.logs


class TelemetryError(ValueError):
    """A variable asks for what there is not; says what to write instead."""


def read(environ: Mapping[str, str]) -> Asked:
    """Read the variables.

    Raises:
        TelemetryError: one of them has a value that is none.
    """
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return Asked()
    more = frozenset(filter(None, (name.strip() for name in environ.get("PAGEWIRE_TRACE_ATTRIBUTES", "").split(","))))
    found = {
        "traces": _exporters(environ, "TRACES") or _addressed(environ, "TRACES"),
        "metrics": _exporters(environ, "METRICS") or _addressed(environ, "METRICS"),
        # Never by an address alone: the log is on standard error, and mostly collected from there.
        "logs": _exporters(environ, "LOGS"),
    }
    sent = [signal for signal, names in found.items() if "otlp" in names]
    grpc = frozenset(signal for signal in sent if _protocol(environ, signal) == "grpc")
    return Asked(**found, grpc=grpc, ratio=_ratio(environ), more=more)


def _exporters(environ: Mapping[str, str], signal: str) -> frozenset[str]:
    """The exporters that a variable names for a signal."""
    name = f"OTEL_{signal}_EXPORTER"
    told = _words(environ, signal) - {"none"}
    if odd := told - _EXPORTERS:
        raise TelemetryError(f"{name} names {min(odd)}: use otlp, console or none")
    return told


def _addressed(environ: Mapping[str, str], signal: str) -> frozenset[str]:
    """OTLP for a signal whose variable says nothing, if there is an address to send to."""
    addressed = any(environ.get(f"OTEL_EXPORTER_OTLP_{part}ENDPOINT") for part in ("", f"{signal}_"))
    return frozenset({"otlp"}) if addressed and not _words(environ, signal) else frozenset()


def _words(environ: Mapping[str, str], signal: str) -> frozenset[str]:
    told = environ.get(f"OTEL_{signal}_EXPORTER", "")
    return frozenset(one.strip().lower() for one in told.split(",") if one.strip())


def _protocol(environ: Mapping[str, str], signal: str) -> str:
    """How a signal is sent: by what is said of it, or of all."""
    for part in (f"{signal.upper()}_", ""):
        name = f"OTEL_EXPORTER_OTLP_{part}PROTOCOL"
        if told := environ.get(name, "").strip().lower():
            if told not in _PROTOCOLS:
                raise TelemetryError(f"{name} is {told}: use http/protobuf, or grpc")
            return told
    return _HTTP


def _ratio(environ: Mapping[str, str]) -> float:
    sampler = environ.get("OTEL_TRACES_SAMPLER", "").strip().lower()
    given = environ.get("OTEL_TRACES_SAMPLER_ARG", "").strip()
    if sampler in _FIXED:
        return _FIXED[sampler]
    if sampler and sampler not in _RATIOS:
        raise TelemetryError(
            f"OTEL_TRACES_SAMPLER is {sampler}: use parentbased_traceidratio with OTEL_TRACES_SAMPLER_ARG, or always_on"
        )
    if not given:
        return 1.0 if sampler else DEFAULT_RATIO
    try:
        ratio = float(given)
    except ValueError:
        ratio = -1.0
    if not 0 <= ratio <= 1:
        raise TelemetryError(f"OTEL_TRACES_SAMPLER_ARG is {given}: write a share from 0 to 1, as in 0.1")
    return ratio
