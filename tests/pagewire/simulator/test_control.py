"""The control API over HTTP: acts, records, settings, and who may use it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from pagewire.simulator import Simulator, small_world
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, PAGE_ID
from tests.pagewire.simulator.receiver import Receiver

ADA = {"account": PAGE_ID, "person": "ada"}


class Control:
    """Calls the control API."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def __call__(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        answer = await self.client.request(method, path, json=body, params=params)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def fails(self, method: str, path: str, body: Any = None, **params: Any) -> tuple[int, str]:
        answer = await self.client.request(method, path, json=body, params=params)
        return answer.status_code, answer.json()["error"]


@pytest.fixture
async def control(sim: Simulator) -> AsyncIterator[Control]:
    async with httpx.AsyncClient(base_url=sim.control_url, trust_env=False) as client:
        yield Control(client)


async def send(sim: Simulator, graph: httpx.AsyncClient, **message: Any) -> httpx.Response:
    recipient = {"id": sim.scoped_id(PAGE_ID, "ada")}
    return await graph.post("/me/messages", json={"recipient": recipient, "message": message or {"text": "hi"}})


async def test_simulators_beside_each_other_know_nothing_of_each_other(sim: Simulator, control: Control) -> None:
    async with Simulator(small_world()) as other, httpx.AsyncClient(base_url=other.control_url) as client:
        await Control(client)("POST", "/faults", {"kind": "drop"})
        assert await control("GET", "/faults") == []
        assert [one["kind"] for one in await Control(client)("GET", "/faults")] == ["drop"]


async def test_acts(sim: Simulator, control: Control, graph: httpx.AsyncClient, hook: Receiver) -> None:
    """Everything a person can do, through HTTP."""
    first = await control("POST", "/say", {**ADA, "text": "hello"})
    replies = [{"content_type": "text", "title": "Yes", "payload": "Y"}]
    await send(sim, graph, text="?", quick_replies=replies)
    await control("POST", "/tap", {**ADA, "title": "Yes"})
    buttons = [{"type": "postback", "title": "Buy", "payload": "BUY"}]
    payload = {"template_type": "button", "text": "Mug?", "buttons": buttons}
    await send(sim, graph, attachment={"type": "template", "payload": payload})
    await control("POST", "/press", {**ADA, "title": "Buy"})
    await control("POST", "/postback", {**ADA, "title": "Get started", "payload": "START"})
    await control("POST", "/referral", {**ADA, "ref": "poster"})
    await control("POST", "/react", ADA)
    await control("POST", "/read", ADA)
    await control("POST", "/change", {**ADA, "mid": first["mid"], "text": "Hello!"})
    await control("POST", "/change", {**ADA, "mid": first["mid"]})
    comment = await control("POST", "/comment", {**ADA, "text": "nice"})
    await control("POST", "/inbox", {**ADA, "text": "from the shop"})
    waited = await control("GET", "/wait", drained=True, sends=2)

    assert waited["reached"]
    assert comment["id"]
    said = [
        item["message"]
        for item in hook.items
        if "sender" in item and "message" in item and item["sender"]["id"] != PAGE_ID
    ]
    assert [m.get("quick_reply", {}).get("payload") for m in said] == [None, "Y", None]
    assert [item["postback"]["payload"] for item in hook.of_kind("postback")] == ["BUY", "START"]
    for kind in ("referral", "reaction", "read", "message_edit", "value"):
        assert len(hook.of_kind(kind)) == 1, kind


async def test_impossible_acts(sim: Simulator, control: Control, graph: httpx.AsyncClient) -> None:
    """An act that cannot be says why, and what could be."""
    assert await control.fails("POST", "/say", {**ADA, "account": "1", "text": "x"}) == (
        404,
        f"no account '1' in this world; known: {', '.join(sim.meta.state.accounts)}",
    )
    assert (await control.fails("POST", "/say", ADA))[0] == 409
    assert (await control.fails("POST", "/referral", {**ADA, "ref": "x"}))[0] == 409
    assert (await control.fails("POST", "/react", ADA))[0] == 409
    assert (await control.fails("POST", "/change", {**ADA, "mid": "m_1", "text": "x"}))[0] == 404
    await control("POST", "/say", {**ADA, "text": "hello"})
    replies = [{"content_type": "text", "title": "Yes", "payload": "Y"}]
    await send(sim, graph, text="?", quick_replies=replies)
    assert "offered: 'Yes'" in (await control.fails("POST", "/tap", {**ADA, "title": "No"}))[1]
    await send(sim, graph, text="and now?")
    assert "offered: none" in (await control.fails("POST", "/tap", {**ADA, "title": "Yes"}))[1]
    assert (await control.fails("POST", "/press", {**ADA, "title": "Buy"}))[0] == 409
    await control("POST", "/block", ADA)
    assert "unblock" in (await control.fails("POST", "/say", {**ADA, "text": "x"}))[1]
    await control("POST", "/block", {**ADA, "blocked": False})
    await control("POST", "/say", {**ADA, "text": "x"})


async def test_typos_are_refused(control: Control) -> None:
    """An unknown key is an error, not silence."""
    status, _ = await control.fails("POST", "/say", {**ADA, "txt": "hello"})
    assert status == 400
    assert (await control.fails("PATCH", "/delivery", {"btach": 2}))[0] == 400
    assert (await control.fails("POST", "/faults", {"kind": "earthquake"}))[0] == 400


async def test_records(sim: Simulator, control: Control, graph: httpx.AsyncClient) -> None:
    """Sends, actions, refusals and deliveries in order, in pages; the ledger proves nothing was doubled."""
    await control("POST", "/say", {**ADA, "text": "hello"})
    for metadata in ("a", "b", "b"):
        await send(sim, graph, text="hi", metadata=metadata)
    await send(sim, graph, text="no metadata")
    await send(sim, graph, text=" ")
    recipient = {"id": sim.scoped_id(PAGE_ID, "ada")}
    await graph.post("/me/messages", json={"recipient": recipient, "sender_action": "typing_on"})
    await sim.drained()

    sends = await control("GET", "/sends")
    assert [row["metadata"] for row in sends["data"]] == ["a", "b", "b", None]
    assert (sends["total"], sends["data"][0]["status"]) == (4, 200)
    second = sends["data"][1]["number"]
    assert len((await control("GET", "/sends", after=second, limit=1))["data"]) == 1
    assert (await control("GET", "/actions"))["data"][0]["sender_action"] == "typing_on"
    refused = (await control("GET", "/refused"))["data"][0]
    assert (refused["code"], refused["subcode"], refused["status"]) == (100, 2018034, 400)
    assert await control("GET", "/ledger") == {
        "accepted": 4,
        "refused": 1,
        "actions": 1,
        "distinct": 2,
        "without_metadata": 1,
        "doubled": {"b": 2},
    }
    deliveries = await control("GET", "/deliveries")
    assert deliveries["total"] == sim.ledger.deliveries_total
    assert deliveries["data"][0]["status"] == 200
    assert deliveries["data"][0]["signature"].startswith("sha256=")
    assert (await control("GET", "/alerts")) == {"data": []}


async def test_waiting(sim: Simulator, control: Control, graph: httpx.AsyncClient) -> None:
    """A long poll ends when the count is reached, or says that it was not."""
    await control("POST", "/say", {**ADA, "text": "hello"})
    assert (await control("GET", "/wait", sends=1, timeout=0))["reached"] is False
    waiting = asyncio.create_task(control("GET", "/wait", sends=1, refused=1, timeout=10))
    await send(sim, graph, text="hi")
    assert not waiting.done()
    await send(sim, graph, text="")
    assert (await waiting)["reached"] is True


async def test_state_holds_no_secret(sim: Simulator, control: Control) -> None:
    """Ids and settings, never a secret or a token."""
    await control("POST", "/say", {**ADA, "text": "hello"})
    text = (await control.client.get("/state")).text
    for app in sim.meta.state.apps.values():
        assert app.secret not in text
        assert app.verify_token not in text
    assert not [value for value in sim.meta.state.tokens if value in text]
    assert PAGE_ID in text
    assert sim.scoped_id(PAGE_ID, "ada") in text


async def test_worlds(sim: Simulator, control: Control, hook: Receiver) -> None:
    """Replacing forgets everything; adding keeps it."""
    await control("POST", "/say", {**ADA, "text": "hello"})
    await sim.drained()
    other = msgspec.to_builtins(small_world(hook.url))
    other["accounts"] = other["accounts"][:1]
    state = await control("PUT", "/world", other)
    assert [account["id"] for account in state["accounts"]] == [PAGE_ID]
    assert (state["conversations"], state["people"]) == (0, [])
    extra = {"accounts": [{"id": "55", "object": "page", "subscribed": {APP_ID: ["*"]}}]}
    assert len((await control("POST", "/world", extra))["accounts"]) == 2
    await control("POST", "/say", {"account": "55", "person": "ada", "text": "hello"})
    await sim.drained()
    assert hook.items[-1]["entry"] == "55"


async def test_settings(sim: Simulator, control: Control, graph: httpx.AsyncClient, hook: Receiver) -> None:
    """Accounts, apps, threads, tokens, the web, usage, faults, deliveries and the clock."""
    await control("POST", "/say", {**ADA, "text": "hello"})

    async def code() -> tuple[int, int | None]:
        error = (await send(sim, graph)).json().get("error", {})
        return error.get("code", 0), error.get("error_subcode")

    await control("PATCH", f"/accounts/{PAGE_ID}", {"restricted": True})
    assert await code() == (10, 1893063)
    await control("PATCH", f"/accounts/{PAGE_ID}", {"restricted": False, "default_app": "5"})
    assert await code() == (10, 2018300)
    await control("PATCH", f"/accounts/{PAGE_ID}", {"default_app": ""})
    assert await code() == (0, None)
    await control("PATCH", f"/apps/{APP_ID}", {"live": False})
    assert await code() == (200, 2018028)
    await control("PATCH", f"/apps/{APP_ID}", {"live": True})
    await control("POST", "/threads", ADA)
    assert await code() == (10, 2018300)
    await control("POST", "/threads", {**ADA, "owner": None})
    assert await code() == (0, None)
    await control("POST", "/tokens/revoke", {"account": PAGE_ID, "subcode": 458})
    assert await code() == (190, 458)
    await control("POST", "/tokens/revoke", {"account": PAGE_ID, "subcode": None})
    await control("POST", "/clock/advance", {"seconds": 24 * 3600})
    assert await code() == (10, 2018278)
    assert (await control.fails("POST", "/clock/advance", {"seconds": -1}))[0] == 400
    assert (await control.fails("PATCH", "/accounts/1", {}))[0] == 404
    assert (await control.fails("PATCH", "/apps/1", {}))[0] == 404


async def test_usage_is_pinned(sim: Simulator, control: Control, graph: httpx.AsyncClient) -> None:
    """The headers show what they are told, until they measure again."""
    await control("PUT", "/usage", {"id": PAGE_ID, "call_count": 85})
    await control("PUT", "/usage", {"id": APP_ID, "call_count": 40})
    answer = await graph.get("/me")
    assert '"call_count":85' in answer.headers["x-business-use-case-usage"]
    assert '"call_count":40' in answer.headers["x-app-usage"]
    await control("PUT", "/usage", {"id": PAGE_ID, "call_count": None})
    assert "x-business-use-case-usage" not in (await graph.get("/me")).headers


async def test_faults(sim: Simulator, control: Control, graph: httpx.AsyncClient) -> None:
    """Put in force, listed, taken away one by one or all."""
    await control("POST", "/say", {**ADA, "text": "hello"})
    fault = await control("POST", "/faults", {"kind": "error", "code": 613, "times": None})
    assert (await send(sim, graph)).json()["error"]["code"] == 613
    assert (await control("GET", "/faults"))[0]["struck"] == 1
    await control("DELETE", f"/faults/{fault['id']}")
    assert (await control.fails("DELETE", f"/faults/{fault['id']}"))[0] == 404
    await control("POST", "/faults", {"kind": "html"})
    await control("DELETE", "/faults")
    assert (await send(sim, graph)).status_code == 200


async def test_delivery_options_and_the_web(sim: Simulator, control: Control, hook: Receiver) -> None:
    """Changing one option leaves the others; pausing holds back until it ends."""
    before = await control("GET", "/delivery")
    after = await control("PATCH", "/delivery", {"paused": True, "batch": 5})
    assert after == {**before, "paused": True, "batch": 5}
    for number in range(5):
        await control("POST", "/say", {**ADA, "text": f"{number}"})
    assert (await control("GET", "/wait", drained=True, timeout=0))["outstanding"] == 5
    assert not hook.requests
    await control("PATCH", "/delivery", {"paused": False})
    assert (await control("GET", "/wait", drained=True))["reached"]
    assert len(hook.requests) == 1
    url = "https://cdn.example.com/a"
    assert url in await control("PUT", "/web", {url: {"content_type": "text/html"}})
    assert sim.meta.web[url].content_type == "text/html"


async def test_verify(control: Control, hook: Receiver) -> None:
    """The handshake on demand."""
    hook.answer = lambda request: dict(pair.split("=") for pair in request.query.split("&"))["hub.challenge"]
    assert (await control("POST", "/verify", {"app_id": APP_ID, "object": "page"}))["verified"]
    assert (await control.fails("POST", "/verify", {"app_id": "1", "object": "page"}))[0] == 404


async def test_loopback_only(sim: Simulator, control: Control) -> None:
    """Not under another name, not from another site's page; the Graph API does not mind either."""
    for headers in ({"Host": "attacker.example"}, {"Origin": "https://attacker.example"}):
        answer = await control.client.get("/state", headers=headers)
        assert answer.status_code == 403, headers
    app = sim._listeners[0]._server.config.app
    far = httpx.ASGITransport(app, client=("203.0.113.9", 1))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=far, base_url="http://127.0.0.1") as client:
        assert (await client.get("/_control/state")).status_code == 403
        assert (await client.get("/v25.0/me")).status_code == 400
        assert (await client.get("/chat")).status_code == 200


async def test_openapi(control: Control) -> None:
    """Described by OpenAPI, every operation with a sentence."""
    described = (await control.client.get("/openapi/openapi.json")).json()
    operations = [operation for path in described["paths"].values() for operation in path.values()]
    assert len(operations) > 30
    assert all(operation["description"] for operation in operations)


async def test_a_second_port_for_instagram() -> None:
    """``instagram_port`` gives graph.instagram.com a port of its own."""
    async with Simulator(instagram_port=0) as sim:
        assert not sim.instagram_graph_url.startswith(sim.graph_url)
        headers = {"Authorization": "Bearer IGLOGINTOKEN1"}
        async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
            own = await client.get(f"{sim.instagram_graph_url}/v25.0/me?fields=username")
            mounted = await client.get(f"{sim.graph_url}/instagram/v25.0/me?fields=username")
        assert own.json() == mounted.json()


async def test_memory_is_bounded(sim: Simulator, graph: httpx.AsyncClient) -> None:
    """Old messages, conversations and records go; totals stay exact."""
    state, ledger = sim.meta.state, sim.ledger
    state.keep_messages, state.keep_conversations, ledger.keep_metadata = 5, 3, 4
    for number in range(6):
        await sim.say(PAGE_ID, f"p{number}", "hi")
    await sim.say(INSTAGRAM_ID, "ada", "hi")
    assert len(state.conversations) == len(state.by_id) == 3
    await sim.say(PAGE_ID, "ada", "hi")
    for number in range(9):
        await send(sim, graph, text="hi", metadata=f"{number}")
    conversation = sim.people.conversation(PAGE_ID, "ada")
    assert len(conversation.messages) == 5
    assert len(state.by_mid) == sum(len(c.messages) for c in state.conversations.values())
    assert ledger.tally().accepted == 9
    assert ledger.tally().distinct == 4
    assert ledger.metadata_count("8") == 1
