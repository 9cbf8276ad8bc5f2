"""A reconciliation as a trace."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from pagewire.graph.admin import AdminError
from pagewire.resources import MessengerApp, decode
from pagewire.sealed import Sealed
from pagewire.simulator import Simulator
from pagewire.simulator.world import APP_ID
from pagewire.telemetry.calls import measured
from pagewire.telemetry.export.sampling import sampler
from pagewire.telemetry.tracing import TRACING, ids
from pagewire_operator.brain import Settings
from pagewire_operator.brain.graphs import Graphs
from pagewire_operator.brain.lookup import AppAccess
from pagewire_operator.model import Key
from pagewire_operator.telemetry import Telemetry
from pagewire_operator.telemetry.tracing import traced
from tests.pagewire_operator.brain.manifests import SECRET, app

KEY = Key("MessengerPage", "support", "harbour")


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler(), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    TRACING.use(provider.get_tracer("pagewire"), 1.0, {})
    yield exporter
    TRACING.stop()


async def test_a_reconciliation_is_a_span_with_the_name_of_its_resource(spans: InMemorySpanExporter) -> None:
    found: list[tuple[str, str] | None] = []

    async def reconcile(_: Key) -> float | None:
        found.append(ids())
        return 3.0

    assert await traced(reconcile)(KEY) == 3.0
    (span,) = spans.get_finished_spans()
    assert (span.name, span.status.is_ok, span.parent) == ("reconcile MessengerPage", True, None)
    assert dict(span.attributes or {}) == {
        "k8s.namespace.name": "support",
        "pagewire.resource.kind": "MessengerPage",
        "pagewire.resource.name": "harbour",
    }
    context = span.get_span_context()
    assert context is not None
    assert found == [(f"{context.trace_id:032x}", f"{context.span_id:016x}")]


async def test_what_it_fails_with_is_told_by_class_alone(spans: InMemorySpanExporter) -> None:
    async def reconcile(_: Key) -> float | None:
        raise TimeoutError("token EAAsecret")

    with pytest.raises(TimeoutError):
        await traced(reconcile)(KEY)
    (span,) = spans.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "TimeoutError"
    assert "EAAsecret" not in span.to_json()


async def test_what_it_asks_meta_is_a_part_of_it_by_template(spans: InMemorySpanExporter) -> None:
    async with Simulator() as sim:
        graphs = Graphs(Settings(graph_url=sim.graph_url))
        described = decode(app())
        assert isinstance(described, MessengerApp)
        client = graphs.admin(AppAccess(app=described, secrets=(Sealed(SECRET),)))

        async def reconcile(_: Key) -> float | None:
            await client.subscriptions.list()
            with pytest.raises(AdminError):
                await client.pages.subscribed_apps("108999999999999", Sealed("EAANOBODYS"))
            return None

        await traced(reconcile)(KEY)
        await client.subscriptions.list()
        await graphs.aclose()
    good, bad, whole = spans.get_finished_spans()
    assert (whole.name, whole.parent) == ("reconcile MessengerPage", None)
    assert good.name == "GET /{app}/subscriptions"
    assert (good.attributes or {})["http.response.status_code"] == 200
    assert (bad.name, (bad.attributes or {})["error.type"]) == ("GET /{page}/subscribed_apps", "reauth")
    told = good.to_json() + bad.to_json()
    assert not [secret for secret in (APP_ID, SECRET, "108999999999999", "EAANOBODYS") if secret in told]


async def test_what_it_asks_meta_is_measured_whether_it_is_traced_or_not() -> None:
    telemetry = Telemetry()
    async with Simulator() as sim:
        graphs = Graphs(Settings(graph_url=sim.graph_url), watch=measured(telemetry.metrics.graph))
        described = decode(app())
        assert isinstance(described, MessengerApp)
        client = graphs.admin(AppAccess(app=described, secrets=(Sealed(SECRET),)))
        await client.subscriptions.list()
        with pytest.raises(AdminError):
            await client.pages.subscribed_apps("108999999999999", Sealed("EAANOBODYS"))
        await graphs.aclose()
    name = "pagewire_operator_graph_duration_seconds_count"
    families = text_string_to_metric_families(telemetry.text().decode())
    told = [set(one.labels.values()) for family in families for one in family.samples if one.name == name]
    assert told == [
        {"GET", "/{app}/subscriptions", "127.0.0.1", "200", ""},
        {"GET", "/{page}/subscribed_apps", "127.0.0.1", "400", "reauth"},
    ]


async def test_without_tracing_there_is_no_span(spans: InMemorySpanExporter) -> None:
    TRACING.stop()

    async def reconcile(_: Key) -> float | None:
        return None

    await traced(reconcile)(KEY)
    assert spans.get_finished_spans() == ()
