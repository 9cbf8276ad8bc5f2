"""A message's whole way as one trace, over real HTTP, from the programs that users run."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from pagewire import samples, wire
from tests.otlp.overheard import Overheard
from tests.otlp.receiver import Receiver, Told, receiving
from tests.pagewire_gateway import making
from tests.whole.crowd import gathered
from tests.whole.system import PAGE_TOKEN, System, running_system

pytestmark = pytest.mark.asyncio(loop_scope="module")

WEBHOOK = "POST /webhooks/{namespace}/{app}"
SEND = "POST /{id}/messages"
FORGED = "4bf92f3577b34da6a3ce929d0e0e4736"


class World:
    """A running system, who hears its telemetry, and who overhears what it says to Meta."""

    def __init__(self, system: System, receiver: Receiver, meta: Overheard) -> None:
        self.system, self.receiver, self.meta = system, receiver, meta

    async def post(self, body: bytes, **headers: str) -> int:
        url = f"http://127.0.0.1:{self.system.gateway.public}/webhooks/support/acme"
        async with httpx.AsyncClient() as client:
            return (await client.post(url, content=body, headers={**making.signed(body), **headers})).status_code


class Overhearing(System):
    """A system whose way to Meta leads through a relay; auto-reply answers nobody's text twice."""

    relay: Overheard

    def plugins(self) -> list[dict[str, Any]]:
        found = super().plugins()
        found[1]["config"]["limit"] = {"sameText": 1}
        return found

    def write_manifests(self) -> None:
        super().write_manifests()
        self.relay.target = self.sim.graph_url
        self.gateway._environment["PAGEWIRE_GRAPH_URL"] = self.relay.url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        receiver = stack.enter_context(receiving())
        relay = await stack.enter_async_context(Overheard(""))
        environment = {**receiver.environment, "PAGEWIRE_TRACE_URL": "https://traces.example.com/trace/{trace_id}"}
        system = Overhearing(tmp_path_factory.mktemp("traces"), {**environment, "PAGEWIRE_LOG_FORMAT": "json"})
        system.relay = relay
        made = World(await stack.enter_async_context(system), receiver, relay)
        await made.system.sim.say(making.PAGE, "Ann", "no 7")
        yield made


async def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


async def heard(receiver: Receiver, name: str, count: int = 1) -> list[Told]:
    """So many spans of a name, once they are there."""
    await until(lambda: len(receiver.named(name)) >= count)
    return receiver.named(name)


async def story(receiver: Receiver) -> dict[str, Told]:
    """The spans of the trace that ends with an echo, by name; of several the one of auto-reply."""
    trace = (await heard(receiver, "receive echo"))[0].trace
    # Each process exports by itself, and the webhook's may be the last to do so.
    await until(lambda: any(span.trace == trace for span in receiver.named(WEBHOOK)))
    spans = [span for span in receiver.spans if span.trace == trace]
    lane = "messaging.consumer.group.name"
    return {span.name: span for span in spans if span.facts.get(lane, "auto-reply") == "auto-reply"}


def is_one_story(told: dict[str, Told]) -> None:
    """Each span is the child of the one before it on the event's way."""
    webhook, publish, process = told[WEBHOOK], told["publish events"], told["process events"]
    hook, send, echo = told["hook message_received auto-reply"], told[SEND], told["receive echo"]
    assert webhook.parent == ""
    found = [publish.parent, process.parent, hook.parent, send.parent, echo.parent]
    assert found == [webhook.id, publish.id, process.id, process.id, send.id]
    assert process.links == {publish.id}
    assert [span.kind for span in (webhook, publish, process, hook, send, echo)] == [2, 4, 5, 1, 3, 5]


async def test_a_message_is_one_story_from_webhook_to_echo(world: World) -> None:
    told = await story(world.receiver)
    is_one_story(told)
    webhook, process = told[WEBHOOK], told["process events"]
    assert webhook.facts == {
        "k8s.namespace.name": "support",
        "http.request.method": "POST",
        "http.route": "/webhooks/{namespace}/{app}",
        "http.response.status_code": 200,
        "pagewire.outcome": "accepted",
    }
    assert told[SEND].facts["url.template"] == "/{id}/messages"
    assert process.facts["messaging.system"] == "pagewire_sqlite"
    assert process.facts["pagewire.resource.name"] == "harbour"
    assert {span.service for span in told.values()} == {"pagewire-gateway"}
    event = (await world.system.gateway.events(kind="message"))[0]
    assert process.facts["messaging.message.id"] == event["id"]
    assert event["trace_id"] == webhook.trace
    assert event["trace_url"] == f"https://traces.example.com/trace/{webhook.trace}"


async def test_the_echos_own_trace_links_to_the_send(world: World) -> None:
    (send,) = await heard(world.receiver, SEND)
    await until(lambda: any(_of_echo(span, send) for span in world.receiver.named("process events")))


def _of_echo(span: Told, send: Told) -> bool:
    return span.facts["pagewire.event.type"] == "message_echo" and send.id in span.links


async def test_nobody_outside_says_what_is_traced(world: World) -> None:
    body = making.body(making.message("no 8", "70000000000000008"))
    parent = f"00-{FORGED}-00f067aa0ba902b7-00"
    assert await world.post(body, traceparent=parent, tracestate="a=b", baggage="user=ann") == 200
    (event,) = [one for one in await world.system.gateway.events() if one["person"] == "70000000000000008"]
    assert event["trace_id"] not in {None, FORGED}
    await until(lambda: any(span.trace == event["trace_id"] for span in world.receiver.spans))
    assert FORGED not in world.receiver.everything


async def test_nothing_that_goes_to_meta_names_a_trace(world: World) -> None:
    await until(lambda: b"/messages" in world.meta.said)
    assert not re.search(rb"traceparent|tracestate|baggage|\nb3:|\nx-b3-", bytes(world.meta.said), re.IGNORECASE)


async def test_refused_deliveries_and_strange_methods_have_a_span(world: World) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{world.system.gateway.public}") as client:
        await client.post("/webhooks/support/acme", content=b"{}", headers={"Content-Type": "application/json"})
        await client.request("PROPFIND", "/webhooks/secret-path/0123456789")
    await until(
        lambda: "no_signature" in {span.facts.get("pagewire.outcome") for span in world.receiver.named(WEBHOOK)}
    )
    (odd,) = await heard(world.receiver, "HTTP /webhooks/{namespace}/{app}")
    assert odd.facts["http.request.method"] == "_OTHER"
    assert "secret-path" not in world.receiver.everything


async def test_lines_of_the_log_lead_to_what_they_are_about(world: World) -> None:
    """A person says twice what auto-reply answers once, and it tells so in its log."""
    own = "pagewire_gateway.app"
    await until(
        lambda: {line.body for line in world.receiver.lines if line.logger == own} >= {"public port *, admin port *"}
    )
    for _ in range(2):
        await world.system.sim.say(making.PAGE, "Cleo", "no 9")
    await until(lambda: any(line.logger == "pagewire.plugin.auto-reply" for line in world.receiver.lines))
    line = next(one for one in world.receiver.lines if one.logger == "pagewire.plugin.auto-reply")
    await until(lambda: line.span in {span.id for span in world.receiver.named("hook message_received auto-reply")})
    assert (line.body, line.severity, line.facts) == ("*", "INFO", {"pagewire.plugin.name": "auto-reply"})
    assert (line.service, line.trace != "") == ("pagewire-gateway", True)


async def test_nothing_private_leaves_though_every_sample_passes(world: World) -> None:
    for name in samples.names():
        assert await world.post(samples.body(name)) == 200
    items = [item for name in samples.names() for item in wire.read(samples.body(name), 0).items]
    await heard(world.receiver, "publish events", len(items))
    ours = {item.id for item in items if item.account in {making.PAGE, making.INSTAGRAM}}
    await heard(world.receiver, "hook event_received logging", len(ours))
    before = len(world.receiver.bodies["/v1/metrics"])
    await until(lambda: len(world.receiver.bodies["/v1/metrics"]) > before + 1)
    async with httpx.AsyncClient() as client:
        scraped = (await client.get(f"http://127.0.0.1:{world.system.gateway.admin}/metrics")).text
    told = {
        "telemetry": world.receiver.everything,
        "metrics": scraped,
        "log": (world.system.folder / "gateway.log").read_text(),
    }
    found = {(where, word) for where, text in told.items() for word in private_words() if word in text}
    assert found == set()
    assert len(world.receiver.spans) > 200
    assert len(world.receiver.lines) > 3


def private_words() -> set[str]:
    """Texts, scoped ids, message ids and tokens of all samples, and of what was said here."""
    items = [item for name in samples.names() for item in wire.read(samples.body(name), 0).items]
    words = {item.person for item in items if item.person} | {PAGE_TOKEN, making.SECRET, "70000000000000008"}
    for item in items:
        words |= set(_texts(json.loads(item.raw or b"{}")))
    return {word for word in words if len(word) > 8}


def _texts(part: object) -> list[str]:
    if isinstance(part, dict):
        told = [
            part[key] for key in ("text", "mid", "token", "title", "message", "url") if isinstance(part.get(key), str)
        ]
        return told + [text for value in part.values() for text in _texts(value)]
    return [text for value in part for text in _texts(value)] if isinstance(part, list) else []


async def test_metrics_are_pushed_under_the_names_they_are_scraped_by(world: World) -> None:
    await until(lambda: "pagewire.webhook.deliveries" in world.receiver.metrics)
    told = world.receiver.metrics
    assert sum(point.as_int for point in told["pagewire.webhook.deliveries"].sum.data_points) > 1
    assert told["pagewire.webhook.deliveries"].sum.is_monotonic
    modes = {
        point.attributes[0].value.string_value: point.as_double for point in told["process.cpu.time"].sum.data_points
    }
    assert modes["user"] > 0
    assert told["process.memory.usage"].gauge.data_points[0].as_double > 1_000_000
    point = told["messaging.client.operation.duration"].histogram.data_points[0]
    assert point.count == sum(point.bucket_counts) > 0


async def asked(port: int, *words: str) -> bytes:
    """What ``pagewire trace`` says."""
    command = [sys.executable, "-m", "pagewire_gateway.cli", "trace", *words, "-o", "json"]
    admin = ["--admin", f"http://127.0.0.1:{port}"]
    process = await asyncio.create_subprocess_exec(*command, *admin, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert process.returncode == 0
    return said


@pytest.mark.slow(10)
async def test_serve_and_work_tell_one_story_through_nats(tmp_path: Path, own_nats: object) -> None:
    """No webhook is in the sample; the next one of the Page is asked for, at the process that does not take it."""
    with receiving() as receiver:
        environment = {**receiver.environment, "OTEL_TRACES_SAMPLER": "always_off"}
        async with gathered(tmp_path, own_nats, **environment) as crowd:
            serve, work = await asyncio.gather(crowd.serve("serve"), crowd.work("work"))
            await crowd.sim.say(making.INSTAGRAM, "Ben", "no 6")
            await asked(work.admin, f"page/{making.PAGE}", "--events", "1")
            async with asyncio.timeout(20):
                while not (await serve.get("/api/v1/tracing"))["accounts"]:
                    await asyncio.sleep(0.05)
            await crowd.sim.say(making.PAGE, "Ann", "no 7")
            told = await story(receiver)
            left = await asked(work.admin)
    is_one_story(told)
    assert len(receiver.named(WEBHOOK)) == 1
    assert json.loads(left)["ratio"] == 0.0
    assert told["process events"].facts["messaging.system"] == "nats"


async def test_without_the_variables_nothing_is_traced() -> None:
    async with running_system() as system:
        await system.sim.say(making.PAGE, "Ann", "no 7")
        async with asyncio.timeout(30):
            while len(events := await system.gateway.events()) < 2:
                await asyncio.sleep(0.1)
        assert {event["trace_id"] for event in events} == {None}
