"""From a configuration to its sink. What a sink needs is imported when the first configuration names it."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from pagewire.resources.durations import parse_duration
from pagewire_logging.config import OTLP, POSTGRES, S3_NAME, STDOUT, Config, Rotation
from pagewire_logging.files import LogFile
from pagewire_logging.sinks import Sink
from pagewire_logging.sinks.errors import SinkError
from pagewire_logging.sinks.file import FileSink
from pagewire_logging.sinks.stdout import StdoutSink
from pagewire_logging.sizes import parse_size

Clock = Callable[[], float]


def sink_of(config: Config, clock: Clock) -> Sink:
    """The sink that a configuration asks for; nothing is opened yet.

    Raises:
        SinkError: the gateway's image lacks the library.
    """
    make = _MAKERS.get(config.destination, _file)
    try:
        return make(config, clock)
    except ModuleNotFoundError as error:
        raise SinkError(
            f"{error.name} is missing; install pagewire-logging[{config.destination}] in the gateway's image"
        ) from error


def _stdout(config: Config, clock: Clock) -> Sink:  # noqa: ARG001 - nothing to configure
    return StdoutSink()


def _file(config: Config, clock: Clock) -> Sink:
    policy = config.rotation or Rotation()
    file = LogFile(
        path=Path(config.destination),
        max_bytes=parse_size(policy.max_size),
        every_seconds=_seconds(policy.every),
        keep=policy.keep,
        fsync=config.fsync,
        clock=clock,
    )
    return FileSink(file, _seconds(config.retain), clock)


def _otlp(config: Config, clock: Clock) -> Sink:  # noqa: ARG001 - the collector has its own
    from pagewire_logging.sinks.otlp import OtlpSink  # noqa: PLC0415 - an extra

    otlp = config.otlp
    return OtlpSink(otlp.endpoint if otlp else None, otlp.headers_file if otlp else None)


def _postgres(config: Config, clock: Clock) -> Sink:
    from pagewire_logging.sinks.postgres import PostgresSink  # noqa: PLC0415 - an extra

    if config.postgres is None:
        raise SinkError("postgres: is missing; give dsnFile")
    return PostgresSink(config.postgres.dsn_file, config.postgres.table, _seconds(config.retain), clock)


def _s3(config: Config, clock: Clock) -> Sink:  # noqa: ARG001 - the bucket has its own
    from pagewire_logging.sinks.s3 import S3Sink  # noqa: PLC0415 - an extra

    if config.s3 is None:
        raise SinkError("s3: is missing; give bucket")
    return S3Sink(config.s3)


def _seconds(duration: str | None) -> float:
    return parse_duration(duration).total_seconds() if duration else 0


_MAKERS: Final = {STDOUT: _stdout, OTLP: _otlp, POSTGRES: _postgres, S3_NAME: _s3}
