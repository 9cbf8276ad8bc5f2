"""What a scrape tells once events went through, under the names of OpenTelemetry's conventions."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from pagewire import hookimpl
from pagewire.errors import Refused, TryLater
from pagewire.replies import Text
from pagewire_gateway.app import now
from pagewire_gateway.journal.port import EventFilter, Retention
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import Stage, plugins, staged

PERSON = "70000000000000001"
JOURNAL = {"messaging_system": "pagewire_sqlite", "messaging_destination_name": "events"}


class Hesitant:
    """Asks for another try, fails, and then answers; both of its hooks hear of each event."""

    def __init__(self):
        self.attempts = 0

    @hookimpl
    async def message_received(self, event, context):
        self.attempts += 1
        if self.attempts == 1:
            raise TryLater(after=0.01)
        if self.attempts == 2:
            raise ValueError(event.text)
        return Text(text="well")

    @hookimpl
    async def event_received(self, event, context):
        return None


class Choosy:
    """Refuses."""

    @hookimpl
    async def message_received(self, event, context):
        raise Refused("not mine")


class Scrape:
    """Samples of one moment."""

    def __init__(self, text: str):
        families = text_string_to_metric_families(text)
        self._samples = [one for family in families for one in family.samples]

    def count(self, name: str, **labels: str) -> float:
        found = [one for one in self._samples if one.name == name and labels.items() <= one.labels.items()]
        return sum(one.value for one in found)


async def scraped(stage: Stage) -> Scrape:
    async with httpx.AsyncClient() as client:
        return Scrape((await client.get(f"http://127.0.0.1:{stage.gateway.admin_port}/metrics")).text)


async def posted(stage: Stage) -> str:
    """A webhook by HTTP; its event's id."""
    body = making.body(making.message("my card is 1234", PERSON, at=now()))
    url = f"http://127.0.0.1:{stage.gateway.public_port}/webhooks/support/acme"
    async with httpx.AsyncClient() as client:
        assert (await client.post(url, content=body, headers=making.signed(body))).status_code == 200
    (view,) = [one for one in await stage.gateway.journal.events(EventFilter()) if one.stored.item.kind == "message"]
    return view.stored.id


async def test_hooks_attempts_and_the_journal_are_told_apart(tmp_path):
    async with staged(tmp_path, plugins(hesitant=Hesitant(), choosy=Choosy())) as stage:
        before = await scraped(stage)
        event = await posted(stage)
        await stage.until_state(event, "hesitant", "done")
        await stage.until_state(event, "choosy", "parked")
        after = await scraped(stage)

    def grown(name: str, **labels: str) -> float:
        return after.count(name, **labels) - before.count(name, **labels)

    process, lane = "messaging_process_duration_seconds_count", {"messaging_consumer_group_name": "hesitant"}
    assert grown(process, **JOURNAL, **lane, outcome="later", error_type="") == 1
    assert grown(process, **JOURNAL, **lane, outcome="failed", error_type="builtins.ValueError") == 1
    assert grown(process, **JOURNAL, **lane, outcome="done", error_type="") >= 1
    assert grown(process, messaging_consumer_group_name="choosy", outcome="refused", error_type="Refused") == 1
    assert grown("messaging_client_consumed_messages_total", **JOURNAL, **lane) == grown(process, **lane)
    hook = "pagewire_plugin_hook_duration_seconds_count"
    received = {"pagewire_plugin_name": "hesitant", "pagewire_hook_name": "message_received"}
    assert grown(hook, **received) == 3
    assert (
        grown(hook, **received, error_type="TryLater") == grown(hook, **received, error_type="builtins.ValueError") == 1
    )
    assert grown(hook, pagewire_plugin_name="hesitant", pagewire_hook_name="event_received", error_type="") >= 1
    operation = "messaging_client_operation_duration_seconds_count"
    assert grown(operation, **JOURNAL, messaging_operation_name="publish", error_type="") >= 1
    assert grown(operation, **JOURNAL, messaging_operation_name="settle", error_type="") >= 3
    assert grown("messaging_client_sent_messages_total", **JOURNAL, messaging_operation_name="publish") >= 1


async def test_requests_to_meta_tell_host_status_and_class(tmp_path):
    async with staged(tmp_path, plugins(hesitant=Hesitant())) as stage:
        stage.sim.faults.inject(kind="error", code=613, edge="messages")
        before = await scraped(stage)
        await stage.sim.say(making.PAGE, "Ann", "hi")
        name, sent = "http_client_request_duration_seconds_count", {"url_template": "/{id}/messages"}
        meta = {"server_address": "graph.facebook.com", **sent}

        async def both() -> bool:
            after = await scraped(stage)
            refused = {"http_response_status_code": "400", "error_type": "backoff"}
            return all(
                after.count(name, **meta, **how) == before.count(name, **meta, **how) + 1
                for how in (refused, {"http_response_status_code": "200", "error_type": ""})
            )

        await stage.until(both)


async def test_events_that_the_journal_does_not_take_are_counted_with_the_reason(tmp_path):
    async with staged(tmp_path, plugins(), also={"retention": Retention(max_bytes=1_000_000)}) as stage:
        before = await scraped(stage)
        url = f"http://127.0.0.1:{stage.gateway.public_port}/webhooks/support/acme"
        async with httpx.AsyncClient() as client:
            status = 200
            while status == 200:
                body = making.body(making.message("x" * 20_000, PERSON, at=now()))
                status = (await client.post(url, content=body, headers=making.signed(body))).status_code
        assert status == 503
        after = await scraped(stage)
    name = "messaging_client_sent_messages_total"
    assert after.count(name, error_type="journal_full") == before.count(name, error_type="journal_full") + 1
