"""Events over the admin API: the contract of their JSON, filters, paging, one event, new ones as they come."""

import asyncio
import json
import re

import pytest

from pagewire_gateway.audit.port import Query
from tests.pagewire_gateway import making

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


async def listed(admin, **params):
    response = await admin.get("/api/v1/events", params=params)
    assert response.status_code == 200, response.text
    return response.json()


async def test_an_event_shows_what_the_contract_names(admin, stage):
    item = making.message("hello", person="71", at=1_790_000_000_005, mid="m_contract")
    (stored,) = (await stage.deliver(item)).new
    await stage.until_state(stored.id, "answer", "done")
    await stage.until_state(stored.id, "picky", "done")
    (event,) = [event for event in (await listed(admin))["events"] if event["id"] == stored.id]
    assert event["kind"] == "message"
    assert event["channel"] == "messaging"
    assert (event["object"], event["account"], event["person"]) == ("page", making.PAGE, "71")
    assert event["conversation"] == f"page/{making.PAGE}/71"
    assert event["timestamp"] == "2026-09-21T14:13:20.005Z"
    assert MOMENT.fullmatch(event["received"])
    assert event["key"] == f"page:{making.PAGE}:message:m_contract"
    assert event["plugins"] == {"answer": "done", "picky": "done"}
    assert event["lanes"]["answer"]["state"] == "done"
    assert event["lanes"]["answer"]["attempts"] == 1
    assert (event["app"], event["via"], event["time_estimated"]) == ("support/acme", "messaging", False)
    assert [reply["plugin"] for reply in event["replies"]] == ["answer"]
    assert "raw" not in event
    assert "hello" not in json.dumps(event)


async def test_an_event_without_a_person_has_no_conversation(admin, stage):
    await stage.gateway.journal.append(_policy_item(), 1_790_000_000_000, "support/acme")
    (event,) = (await listed(admin, kind="policy_enforcement"))["events"]
    assert event["person"] is None
    assert event["conversation"] is None


def _policy_item():
    from pagewire.wire import read

    item = {"recipient": {"id": making.PAGE}, "timestamp": making.NOW, "policy_enforcement": {"action": "block"}}
    return read(making.body(item), making.NOW).items


async def test_events_come_oldest_first_and_page_backwards(admin, settled):
    page = await listed(admin, kind="message", limit=2)
    assert [event["id"] for event in page["events"]] == settled[1:]
    older = await listed(admin, kind="message", limit=2, before=page["before"])
    assert [event["id"] for event in older["events"]] == settled[:1]
    assert older["before"] is None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"person": "71"}, [0, 2]),
        ({"account": making.PAGE}, [0, 1, 2]),
        ({"account": "1"}, []),
        ({"object": "instagram"}, []),
        ({"kind": "postback"}, []),
        ({"state": "done"}, [0, 1, 2]),
        ({"state": "done", "plugin": "picky"}, [0, 1, 2]),
        ({"state": "parked"}, []),
        ({"since": "2026-01-01T00:00:00Z"}, [0, 1, 2]),
        ({"since": "2100-01-01T00:00:00+02:00"}, []),
        ({"until": "1980-01-01T00:00:00Z"}, []),
    ],
)
async def test_filters(admin, settled, asked, expected):
    found = [event["id"] for event in (await listed(admin, **asked))["events"]]
    assert [event_id for event_id in found if event_id in settled] == [settled[place] for place in expected]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"state": "asleep"}, "state"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-01-01T00:00:00"}, "since"),
        ({"before": "x"}, "before"),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_filter_that_cannot_be_read_is_named(shared, asked, said):
    response = await shared.get("/api/v1/events", params=asked)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == "invalid"
    assert said in error["message"]


async def test_one_event_is_masked_until_it_is_revealed(admin, settled):
    masked = (await admin.get(f"/api/v1/events/{settled[0]}")).json()
    assert masked["masked"] is True
    assert masked["raw"]["message"]["text"] == "[text, 3 characters]"
    assert masked["raw"]["sender"]["id"] == "71"
    revealed = (await admin.get(f"/api/v1/events/{settled[0]}", params={"reveal": "true"})).json()
    assert revealed["masked"] is False
    assert revealed["raw"]["message"]["text"] == "one"


async def test_revealing_is_logged_without_the_text(admin, settled, caplog):
    await admin.get(f"/api/v1/events/{settled[0]}", params={"reveal": "true"})
    (record,) = [record for record in caplog.records if "unmasked" in record.getMessage()]
    assert settled[0] in record.getMessage()
    assert "one" not in record.getMessage().split()


async def test_an_unknown_event_is_not_found(admin):
    response = await admin.get("/api/v1/events/0123")
    assert response.status_code == 404
    assert response.json()["error"] == {
        "code": "not_found",
        "message": "No event has the id 0123.",
        "hint": "`pagewire events` lists ids; retention may have removed it.",
    }


async def test_new_events_are_streamed_without_their_payload(admin, stage, settled):
    async with asyncio.timeout(20), admin.stream("GET", "/api/v1/events/stream") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = response.aiter_lines()
        assert await anext(lines) == ": new events follow"
        (stored,) = (await stage.deliver(making.message("secret words", "74"))).new
        event = await _next_event(lines, stored.id)
    assert event["kind"] == "message"
    assert "secret words" not in json.dumps(event)
    assert "raw" not in event


async def test_a_stream_takes_up_where_it_broke_off(admin, settled):
    first = (await admin.get(f"/api/v1/events/{settled[0]}")).json()
    headers = {"last-event-id": str(first["seq"])}
    async with asyncio.timeout(20), admin.stream("GET", "/api/v1/events/stream", headers=headers) as response:
        lines = response.aiter_lines()
        assert (await _next_event(lines, settled[1]))["seq"] > first["seq"]


async def _next_event(lines, event_id):
    async for line in lines:
        if line.startswith("data: "):
            event = json.loads(line.removeprefix("data: "))
            if event["id"] == event_id:
                return event
    raise AssertionError("the stream ended")


async def test_whoever_reveals_a_payload_is_in_the_audit_log(admin, stage, settled):
    await admin.get(f"/api/v1/events/{settled[0]}")
    assert await stage.gateway.audit.latest(Query(limit=10, action="event")) == []
    await admin.get(f"/api/v1/events/{settled[0]}", params={"reveal": True})
    (act,) = await stage.gateway.audit.latest(Query(limit=10, action="event"))
    assert (act.action, act.on, act.name, act.outcome) == ("event.reveal", settled[0], "local", "done")
