"""pytest plugin of the gateway (entry point ``pytest11``): the fixture `gateway`, for tests of plugins against the real one.

::

    async def test_it_answers(gateway):
        running = await gateway(hours={"hours": "from 9 to 6"})
        await running.say("When are you open?")
        assert await running.replies(1) == ["We are open from 9 to 6."]
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from pagewire_gateway.trying import Tried


@pytest.fixture
async def gateway(tmp_path: Path) -> "AsyncIterator[Callable[..., Awaitable[Tried]]]":
    """A function from configurations by plugin to a running gateway; it ends with the test.

    The plugins are installed ones, each by its name with ``-`` as ``_``. A second call in the same test starts another gateway on
    the same folder once the first was closed with ``await gateway.aclose()``.
    """
    from pagewire_gateway.plugins import load  # noqa: PLC0415 - only tests that ask for a gateway pay for one
    from pagewire_gateway.trying import trying  # noqa: PLC0415

    async with AsyncExitStack() as stack:

        async def start(**configs: Any) -> "Tried":
            named = {name.replace("_", "-"): config for name, config in configs.items()}
            return await stack.enter_async_context(trying(load(named), named, tmp_path / "gateway"))

        start.aclose = stack.aclose  # type: ignore[attr-defined]
        yield start


class RecordedSpans:
    """The spans that ended since the test began, of whatever makes spans in this process."""

    def __init__(self, exporter: "InMemorySpanExporter") -> None:
        self._exporter = exporter

    @property
    def ended(self) -> "Sequence[ReadableSpan]":
        """All of them, as OpenTelemetry keeps them."""
        return self._exporter.get_finished_spans()

    @property
    def names(self) -> list[str]:
        """Their names, in the order in which they ended."""
        return [span.name for span in self.ended]

    @property
    def text(self) -> str:
        """All that they say, for `pagewire.testing.assert_no_pii`."""
        return "\n".join(span.to_json() for span in self.ended)


@pytest.fixture
def recorded_spans() -> RecordedSpans:
    """Spans in memory, through the SDK of OpenTelemetry; skips the test where only its API is installed."""
    pytest.importorskip("opentelemetry.sdk.trace", reason="pip install opentelemetry-sdk records spans in tests")
    exporter = _exporter()
    exporter.clear()
    return RecordedSpans(exporter)


@cache
def _exporter() -> "InMemorySpanExporter":
    """One for the process, as OpenTelemetry takes one provider only."""
    from opentelemetry import trace  # noqa: PLC0415 - as below
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: PLC0415
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: PLC0415

    provider, exporter = trace.get_tracer_provider(), InMemorySpanExporter()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter
