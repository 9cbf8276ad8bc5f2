"""Probes, metrics, and the description of the API."""

import asyncio
import re
import time

from prometheus_client.parser import text_string_to_metric_families

from pagewire.graph import Usage
from pagewire_gateway.app import now
from pagewire_gateway.telemetry.standing import watch_journal
from tests.pagewire_gateway import making


async def test_a_working_gateway_is_alive_and_ready(admin):
    assert (await admin.get("/healthz")).json() == {"status": "ok", "reasons": []}
    assert (await admin.get("/readyz")).json() == {"status": "ok", "reasons": []}


async def test_a_gateway_that_cannot_append_is_alive_and_not_ready(admin, stage):
    await stage.gateway.journal.aclose()
    response = await admin.get("/readyz")
    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"
    assert "journal" in response.json()["reasons"][0]
    assert (await admin.get("/healthz")).status_code == 200


async def test_metrics_are_prometheus_text(admin, stage, settled):
    response = await admin.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    families = {family.name: family for family in text_string_to_metric_families(response.text)}
    handled = families["pagewire_event_completion_duration_seconds"]
    counts = {s.labels["pagewire_plugin_name"]: s.value for s in handled.samples if s.name.endswith("_count")}
    assert counts["answer"] >= 3
    # One sample an object and channel: other tests of this process may have had messages of other kinds of accounts.
    assert sum(s.value for s in families["pagewire_webhook_events"].samples if s.labels["kind"] == "message") >= 3
    assert families["pagewire_plugin_circuit_state"].type == "gauge"
    assert families["process_open_fds"].samples[0].value > 0


async def test_accounts_are_told_by_the_names_of_their_resources(admin, stage, settled):
    labels = {"kind": "MessengerPage", "namespace": "support", "name": "harbour"}
    stage.gateway.budgets.of(("page", making.PAGE)).learn(Usage(call_count=85.0))
    families = {f.name: f for f in text_string_to_metric_families((await admin.get("/metrics")).text)}
    (heard,) = [s.value for s in families["pagewire_page_last_event_timestamp_seconds"].samples if s.labels == labels]
    assert 0 <= time.time() - heard < 60
    (used,) = [s.value for s in families["pagewire_graph_usage_ratio"].samples if s.labels == labels]
    assert used == 0.85


async def test_the_journal_and_the_outbox_are_told_by_state(admin, stage, refused):
    async def found() -> dict[tuple[str, ...], float]:
        text = (await admin.get("/metrics")).text
        names = ("pagewire_journal_events", "pagewire_outbox_oldest_age_seconds", "pagewire_journal_stored")
        samples = [s for f in text_string_to_metric_families(text) if f.name in names for s in f.samples]
        return {(s.name, *s.labels.values()): s.value for s in samples}

    watch = asyncio.ensure_future(watch_journal(stage.gateway.journal, stage.gateway.common.history, now, every=0.05))

    async def parked() -> bool:
        return (await found()).get(("pagewire_journal_events", "picky", "parked")) == 1.0

    await stage.until(parked)
    watch.cancel()
    told = await found()
    assert told["pagewire_journal_events", "answer", "parked"] == 0.0
    assert told["pagewire_journal_stored",] >= 1.0
    assert told["pagewire_outbox_oldest_age_seconds",] >= 0.0


async def test_openmetrics_is_given_to_those_who_ask(admin):
    response = await admin.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert response.headers["content-type"].startswith("application/openmetrics-text")
    assert response.text.endswith("# EOF\n")


async def test_metrics_hold_no_text_and_no_person(admin, stage):
    (stored,) = (await stage.deliver(making.message("a private word", "70000000000000077"))).new
    await stage.until_state(stored.id, "answer", "done")
    text = (await admin.get("/metrics")).text
    assert "private" not in text
    assert "70000000000000077" not in text


async def test_the_description_names_every_operation(admin):
    schema = (await admin.get("/api/v1/openapi.json")).json()
    assert schema["openapi"].startswith("3.1")
    operations = {(method, path) for path, item in schema["paths"].items() for method in item}
    assert operations == {
        *(("get", path) for path in ("/healthz", "/readyz", "/metrics", "/api/v1/events", "/api/v1/events/{event_id}")),
        *(
            ("get", f"/api/v1/{name}")
            for name in (
                "events/stream",
                "events/{event_id}/timeline",
                "parked",
                "parked/causes",
                "plugins",
                "apps",
                "accounts",
                "problems",
            )
        ),
        *(("get", f"/api/v1/{name}") for name in ("audit", "outbox", "settings", "stats")),
        *(("post", f"/api/v1/{name}") for name in ("replay", "parked/replay", "backup", "backup/key", "logins")),
        *(("get", f"/api/v1/{name}") for name in ("people", "people/{person}", "deletions", "deletions/{deletion}")),
        *(("post", f"/api/v1/people/{name}") for name in ("find", "link", "unlink", "match", "delete")),
        *(("get", f"/api/v1/conversations{one}") for one in ("", "/{object}/{account}/{person}")),
        *((method, f"/api/v1/{name}") for name in ("healing", "tracing") for method in ("get", "post")),
        *(("get", f"/api/v1/replays{one}") for one in ("", "/{replay_id}")),
        *(("post", f"/api/v1/replays{one}") for one in ("", "/{replay_id}/cancel")),
        *(("get", f"/api/v1/{name}") for name in ("audit", "logins/ended")),
        ("post", "/api/v1/logins/ended/{ending}/retry"),
        ("post", "/api/v1/deletions/{deletion}/retry"),
        *(("post", f"/api/v1/plugins/{{name}}/{action}") for action in ("pause", "resume")),
    }
    listing = schema["paths"]["/api/v1/events"]["get"]
    names = {one["name"] for one in listing["parameters"]}
    filters = {"kind", "object", "account", "person", "conversation", "id", "plugin", "state", "since", "until"}
    assert names == {"limit", "before", "after", *filters}
    assert all(one["description"] for one in listing["parameters"])


async def test_the_page_of_the_description_needs_nothing_from_elsewhere(admin):
    response = await admin.get("/api/v1/docs")
    assert response.headers["content-type"].startswith("text/html")
    assert "GET /api/v1/events" in response.text
    assert not re.search(r"<script|https?://|<link|<img|style=", response.text)


async def test_what_is_installed_and_how_the_journal_stands_is_measured(admin, stage, settled):
    def value(text: str, name: str) -> float:
        (line,) = [line for line in text.splitlines() if line.startswith(name)]
        return float(line.rpartition(" ")[2])

    async def read() -> bool:
        return "pagewire_journal_free_bytes" in (await admin.get("/metrics")).text

    await stage.until(read)
    text = (await admin.get("/metrics")).text
    assert value(text, "pagewire_journal_size_bytes") > 4096
    assert value(text, "pagewire_journal_free_bytes") > 4096
    assert 0 <= value(text, "pagewire_journal_oldest_pending_age_seconds") < 60
    assert value(text, "pagewire_build_info") == 1
    assert f'pagewire_plugin_name="{next(iter(stage.gateway.plugins))}"' in text
