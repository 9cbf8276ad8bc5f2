"""Which spans there are, and how they hang together."""

import asyncio

import httpx
import pytest
from opentelemetry import trace

from pagewire import hookimpl
from pagewire.replies import Text
from pagewire.telemetry.tracing import ids
from pagewire_gateway.app import now
from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.choosing import CHOOSING
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import Stage, plugins, staged

PERSON = "70000000000000001"


class Fickle:
    """Fails at the first attempt."""

    def __init__(self):
        self.attempts = []

    @hookimpl
    async def message_received(self, event, context):
        self.attempts.append(ids())
        if len(self.attempts) == 1:
            raise ValueError(event.text)
        return Text(text="well")


class Plain:
    """A plain function, which runs in a thread."""

    seen = None

    @hookimpl
    def message_received(self, event):
        self.seen = ids()


async def post(stage: Stage, *items) -> httpx.Response:
    body = making.body(*items)
    url = f"http://127.0.0.1:{stage.gateway.public_port}/webhooks/support/acme"
    async with httpx.AsyncClient() as client:
        return await client.post(url, content=body, headers=making.signed(body))


async def only_event(stage: Stage) -> str:
    (view,) = [one for one in await stage.gateway.journal.events(EventFilter()) if one.stored.item.kind == "message"]
    return view.stored.id


async def test_a_retry_is_a_trace_of_its_own_that_says_where_it_comes_from(tmp_path, record):
    recorded = record()
    fickle = Fickle()
    async with staged(tmp_path, plugins(fickle=fickle)) as stage:
        await post(stage, making.message("my card is a sapphire", PERSON, at=now()))
        await stage.until_state(await only_event(stage), "fickle", "done")
        await stage.until(lambda: recorded.named("POST /{id}/messages"))
    publish = recorded.one("publish events")
    first, second = recorded.named("process events")
    assert (first.parent.span_id, second.parent) == (publish.context.span_id, None)
    assert [link.context.span_id for link in second.links] == [publish.context.span_id]
    assert first.attributes["error.type"] == "builtins.ValueError"
    assert (first.attributes["pagewire.attempt"], second.attributes["pagewire.attempt"]) == (1, 2)
    assert (first.attributes["pagewire.outcome"], second.attributes["pagewire.outcome"]) == ("failed", "done")
    assert "error.type" not in second.attributes
    hook = recorded.named("hook message_received fickle")[0]
    assert (hook.attributes["error.type"], hook.status.description, hook.events) == ("ValueError", None, ())
    assert recorded.one("POST /{id}/messages").context.trace_id == second.context.trace_id
    assert fickle.attempts[0][0] == f"{publish.context.trace_id:032x}"
    assert "sapphire" not in "".join(span.to_json() for span in recorded.spans)


async def test_a_plain_function_finds_its_span_in_its_thread(tmp_path, record):
    recorded = record()
    plain = Plain()
    async with staged(tmp_path, plugins(plain=plain)) as stage:
        await post(stage, making.message("hi", PERSON, at=now()))
        await stage.until_state(await only_event(stage), "plain", "done")
    hook = recorded.one("hook message_received plain")
    assert plain.seen == (f"{hook.context.trace_id:032x}", f"{hook.context.span_id:016x}")


class Asks:
    """Asks another system, once without and once with the trace."""

    url = ""

    @hookimpl
    async def message_received(self, event, context):
        await context.http.request("POST", self.url, content=b"x")
        await context.http.request("POST", self.url, content=b"x", trace=True)


@pytest.mark.parametrize("ratio", [1.0, 0.0])
async def test_another_system_hears_of_the_trace_only_if_the_plugin_asks(tmp_path, record, ratio):
    recorded, heads = record(ratio), []

    async def answer(reader, writer):
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()

    asks = Asks()
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        asks.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with staged(tmp_path, plugins(asks=asks)) as stage:
            await post(stage, making.message("hi", PERSON, at=now()))
            await stage.until_state(await only_event(stage), "asks", "done")
    silent, told = heads[-2:]  # a hook that a busy machine cut off was called once more
    assert b"traceparent" not in silent
    if not ratio:
        assert b"traceparent" not in told
        return
    context = recorded.one("hook message_received asks").context
    assert f"traceparent: 00-{context.trace_id:032x}-{context.span_id:016x}-01".encode() in told
    assert b"baggage" not in told


async def test_what_is_not_chosen_leaves_no_span_anywhere(tmp_path, record):
    recorded = record(0.0)
    fickle = Fickle()
    async with staged(tmp_path, plugins(fickle=fickle)) as stage:
        await post(stage, making.message("hi", PERSON, at=now()))
        await stage.until_state(await only_event(stage), "fickle", "done")
    assert recorded.spans == []
    assert fickle.attempts == [None, None]


async def test_a_plugins_spans_are_part_of_the_story_and_never_alone(record):
    recorded = record()
    tracer = recorded.provider.get_tracer("pagewire.plugin.x")
    with tracer.start_as_current_span("alone"):
        pass
    assert recorded.spans == []
    assert trace.get_current_span().get_span_context().is_valid is False


async def test_the_next_events_of_an_account_are_traced_when_somebody_asks(tmp_path, record):
    recorded = record(0.0)
    CHOOSING.want(("page", making.PAGE), 2)
    async with staged(tmp_path, plugins(plain=Plain())) as stage:
        for number in range(4):
            await post(stage, making.message(f"no {number}", PERSON))
    assert len(recorded.named("publish events")) == 2
    assert CHOOSING.left() == {}


class Curious:
    """Wants to know who writes."""

    @hookimpl
    async def message_received(self, event, context):
        person = await context.person()
        return Text(text=f"hello {person.first_name if person else ''}")


async def test_a_profile_is_part_of_the_hook_that_wants_it(tmp_path, record):
    recorded = record()
    async with staged(tmp_path, plugins(curious=Curious())) as stage:
        await stage.sim.say(making.PAGE, "Ann", "hi")
        await stage.until(lambda: recorded.named("POST /{id}/messages"))
        person = stage.sim.scoped_id(making.PAGE, "Ann")
    look, hook = recorded.one("GET /{id}"), recorded.one("hook message_received curious")
    assert look.parent.span_id == hook.context.span_id
    assert look.attributes["url.template"] == "/{id}"
    assert look.attributes["http.response.status_code"] == 200
    assert person not in look.to_json()
    assert sum(metrics.send_duration.rows["GET", "/{id}", "graph.facebook.com", "200", ""][:-1]) >= 1


async def test_looking_whether_an_unclear_send_arrived_is_part_of_its_story(tmp_path, record):
    recorded = record()
    async with staged(tmp_path, plugins(curious=Curious())) as stage:
        stage.sim.faults.inject(kind="echo_lost", times=None)
        stage.sim.faults.inject(kind="error", code=1, edge="messages")
        await stage.sim.say(making.PAGE, "Ann", "hi")
        await stage.until(lambda: len(recorded.named("POST /{id}/messages")) == 2)
    process = next(
        one for one in recorded.named("process events") if one.attributes["pagewire.plugin.name"] == "curious"
    )
    look = recorded.named("GET /{id}/conversations")[0]
    assert look.parent.span_id == process.context.span_id
    first, _ = recorded.named("POST /{id}/messages")
    assert (first.attributes["error.type"], first.attributes["pagewire.graph.error.code"]) == ("ambiguous", 1)


@pytest.mark.parametrize(("ratio", "percent"), [(0.0, 100), (1.0, 0)])
async def test_an_account_may_have_a_share_of_its_own_from_one_moment_to_the_next(tmp_path, record, ratio, percent):
    recorded = record(ratio)
    async with staged(tmp_path, plugins(plain=Plain())) as stage:
        await post(stage, making.message("before", PERSON))
        making.write(stage.manifests, making.page_manifest({"name": "plain"}, tracePercent=percent))
        await stage.until(lambda: stage.gateway.registry.account("page", making.PAGE).trace_percent == percent)
        before = len(recorded.named("publish events"))
        await post(stage, making.message("after", PERSON))
    assert (before, len(recorded.named("publish events"))) == ((0, 1) if percent else (1, 1))


async def test_a_large_body_has_one_span_for_all_its_events(tmp_path, record):
    recorded = record()
    async with staged(tmp_path, plugins(plain=Plain())) as stage:
        await post(stage, *(making.message(f"no {number}", f"7000000000000{number:04}") for number in range(21)))
        await stage.until(lambda: len(recorded.named("process events")) == 21)
    publish = recorded.one("publish events")
    assert publish.attributes["messaging.batch.message_count"] == 21
    assert {span.parent.span_id for span in recorded.named("process events")} == {publish.context.span_id}


async def test_a_repeat_is_told_as_one(tmp_path, record):
    recorded = record()
    async with staged(tmp_path, plugins(plain=Plain())) as stage:
        said = making.message("hi", PERSON, at=now())
        await post(stage, said)
        await post(stage, said)
    assert [span.attributes["pagewire.outcome"] for span in recorded.named("publish events")] == ["stored", "duplicate"]


@pytest.mark.parametrize("code", [190, 613])
async def test_a_refused_request_says_metas_codes(tmp_path, record, code):
    recorded = record()
    fickle = Fickle()
    fickle.attempts.append(None)
    async with staged(tmp_path, plugins(fickle=fickle)) as stage:
        stage.sim.faults.inject(kind="error", code=code, edge="messages")
        await post(stage, making.message("hi", PERSON, at=now()))
        await stage.until(lambda: recorded.named("POST /{id}/messages"))
    send = recorded.named("POST /{id}/messages")[0]
    assert send.attributes["pagewire.graph.error.code"] == code
    assert send.attributes["error.type"] in {"reauth", "backoff"}
