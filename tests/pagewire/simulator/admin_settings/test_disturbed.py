"""Faults on settings calls: what is told and what is true part ways."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from pagewire.simulator import throttled
from pagewire.simulator.world import APP_ID, LOGIN_ID, PAGE_ID
from tests.pagewire.simulator.admin_settings.conftest import APP_TOKEN, LOGIN_TOKEN, PAGE_TOKEN, Meta
from tests.pagewire.simulator.receiver import Receiver

WISH = {"data": {"subscribed_fields": "messages"}}


async def post(meta: Meta) -> httpx.Response:
    return await meta.call("POST", "me/subscribed_apps", **WISH)


class TestAccepted:
    """The answer is lost or ruined, and the call took effect."""

    async def test_a_lost_connection(self, meta: Meta) -> None:
        meta.sim.faults.inject("drop", edge="subscribed_apps", accept=True)
        with pytest.raises(httpx.RemoteProtocolError):
            await post(meta)
        assert await meta.installed() == {APP_ID: {"messages"}}

    @pytest.mark.parametrize(
        ("kind", "status", "body"),
        [
            ("html", 500, "<!DOCTYPE html>"),
            ("empty", 200, ""),
            ("null", 200, "null"),
            ("plain_429", 429, "Too Many Requests"),
            ("error", 500, '{"error"'),
            ("error_in_200", 200, '{"error"'),
        ],
    )
    @pytest.mark.parametrize("accept", [True, False])
    async def test_ruined_answers(self, meta: Meta, kind: str, status: int, body: str, accept: bool) -> None:
        meta.sim.faults.inject(kind, edge="subscribed_apps", accept=accept)
        answer = await post(meta)
        assert answer.status_code == status
        assert answer.text.startswith(body)
        assert bool(await meta.installed()) is accept

    async def test_one_that_meta_would_refuse_hears_the_refusal(self, meta: Meta) -> None:
        meta.sim.faults.inject("html", edge="subscribed_apps", accept=True)
        error = await meta.bad("POST", "me/subscribed_apps", data={"subscribed_fields": "nonsense"})
        assert error["code"] == 100

    async def test_success_as_a_text(self, meta: Meta) -> None:
        """``"true"`` instead of ``true``; the call took effect."""
        meta.sim.faults.inject("success_text", edge="*", times=2)
        assert (await post(meta)).json() == {"success": "true"}
        assert await meta.good("GET", "me/subscribed_apps") != {"data": []}
        assert await meta.good("DELETE", "me/subscribed_apps") == {"success": True}


class TestLies:
    """Success is told and nothing is done."""

    async def test_on_each_edge(self, meta: Meta, gateway: Receiver) -> None:
        meta.sim.faults.inject("lie", edge="*", times=3)
        assert (await post(meta)).json() == {"success": True}
        wish = {"get_started": {"payload": "S"}}
        assert await meta.good("POST", "me/messenger_profile", json=wish) == {"result": "success"}
        assert (await meta.subscribe(gateway.url)).json() == {"success": True}
        assert gateway.requests == []
        assert (await meta.installed(), await meta.topics()) == ({}, {})
        assert meta.sim.settings.profile(PAGE_ID) == {}

    async def test_a_read_finds_nothing(self, meta: Meta) -> None:
        """Meta is slow to show what was written."""
        await post(meta)
        meta.sim.faults.inject("lie", edge="subscribed_apps", method="GET")
        assert await meta.installed() == {}
        assert await meta.installed() == {APP_ID: {"messages"}}

    async def test_a_message_that_was_never_sent(self, meta: Meta) -> None:
        await meta.sim.say(PAGE_ID, "ada", "hello")
        meta.sim.faults.inject("lie")
        body = {"recipient": {"id": meta.sim.scoped_id(PAGE_ID, "ada")}, "message": {"text": "hi"}}
        assert (await meta.good("POST", "me/messages", json=body))["message_id"].startswith("m_")
        assert not meta.sim.sends


class TestAim:
    """Which calls are struck."""

    async def test_by_verb(self, meta: Meta) -> None:
        meta.sim.faults.inject("error", edge="subscribed_apps", method="DELETE", code=2, times=None)
        await meta.install("feed")
        assert await meta.installed()
        assert (await meta.bad("DELETE", "me/subscribed_apps"))["code"] == 2

    async def test_by_account_whatever_the_token(self, meta: Meta) -> None:
        """Calls with the app's token are about the account in their path."""
        fault = meta.sim.faults.inject("error", edge="subscribed_apps", account=PAGE_ID, code=80001, times=None)
        assert (await meta.bad("DELETE", f"{PAGE_ID}/subscribed_apps", APP_TOKEN))["code"] == 80001
        assert (await meta.bad("GET", "me/subscribed_apps"))["code"] == 80001
        await meta.good("GET", "me/subscribed_apps", LOGIN_TOKEN, instagram=True)
        assert fault.struck == 2

    async def test_other_edges_are_left_alone(self, meta: Meta) -> None:
        meta.sim.faults.inject("error", edge="messenger_profile", times=None)
        assert await meta.installed() == {}
        assert (await meta.bad("GET", "me/messenger_profile"))["code"] == 1


@pytest.mark.parametrize(("code", "kind"), [(80001, "pages"), (80006, "messenger")])
async def test_a_throttle_tells_when_it_ends(meta: Meta, code: int, kind: str) -> None:
    """The usage header names the use case that is used up."""
    meta.sim.faults.add(throttled(code, minutes=7, edge="subscribed_apps"))
    answer = await post(meta)
    (usage,) = json.loads(answer.headers["x-business-use-case-usage"])[PAGE_ID]
    assert answer.json()["error"]["code"] == code
    assert (usage["type"], usage["call_count"], usage["estimated_time_to_regain_access"]) == (kind, 100, 7)


async def test_usage_headers_of_good_calls(meta: Meta) -> None:
    """At a set percentage they come with every settings call."""
    meta.sim.identity.set_usage("pages", PAGE_ID, 88)
    meta.sim.identity.set_usage("app", APP_ID, 61)
    page = await meta.call("GET", "me/subscribed_apps")
    (usage,) = json.loads(page.headers["x-business-use-case-usage"])[PAGE_ID]
    assert (usage["type"], usage["call_count"]) == ("pages", 88)
    app = await meta.call("GET", f"{APP_ID}/subscriptions", APP_TOKEN)
    assert json.loads(app.headers["x-app-usage"])["call_count"] == 61


async def test_a_token_that_dies_in_the_call(meta: Meta) -> None:
    meta.sim.faults.inject("revoke_token", edge="subscribed_apps", subcode=460)
    error = await meta.bad("GET", "me/subscribed_apps")
    assert (error["code"], error["error_subcode"]) == (190, 460)


async def test_versions(meta: Meta) -> None:
    """An ended version is served by a living one, and the subscription speaks that one's format."""
    headers = {"Authorization": f"Bearer {PAGE_TOKEN}"}
    url = f"{meta.sim.graph_url}/v18.0/me/subscribed_apps"
    answer = await meta.http.get(url, headers=headers)
    assert (answer.status_code, answer.headers["facebook-api-version"]) == (200, "v21.0")
    unknown = await meta.http.get(url.replace("v18.0", "v99.0"), headers=headers)
    assert unknown.json()["error"]["code"] == 2500


class TestCalls:
    """Counts are exact, by edge, verb and object, and tell failures apart."""

    async def test_counts(self, meta: Meta) -> None:
        await meta.installed()
        await meta.install("feed", PAGE_ID)
        await meta.bad("POST", "me/subscribed_apps")
        await meta.call("GET", "me/subscribed_apps", LOGIN_TOKEN, instagram=True)
        calls = meta.sim.calls
        assert calls.count("subscribed_apps") == 4
        assert calls.count("subscribed_apps", node=PAGE_ID) == 3
        assert calls.count("subscribed_apps", method="POST") == 2
        assert calls.count(node=LOGIN_ID) == 1
        assert calls.failed("subscribed_apps") == calls.failed(method="POST") == 1
        assert [(row.method, row.node, row.count, row.failed) for row in calls.table()] == [
            ("GET", PAGE_ID, 1, 0),
            ("GET", LOGIN_ID, 1, 0),
            ("POST", PAGE_ID, 2, 1),
        ]
        calls.clear()
        assert (calls.total, calls.count(), list(calls.log)) == (0, 0, [])

    async def test_records(self, meta: Meta) -> None:
        """In order, with how each ended."""
        meta.sim.faults.inject("drop", edge="subscribed_apps", method="DELETE")
        await meta.bad("GET", "me/messenger_profile", "EAADEAD")
        with pytest.raises(httpx.RemoteProtocolError):
            await meta.call("DELETE", "me/subscribed_apps")
        first, second = meta.sim.calls.log
        assert (first.number, first.edge, first.node, first.status, first.code) == (
            1,
            "messenger_profile",
            "me",
            400,
            190,
        )
        assert (second.method, second.status, second.fault) == ("DELETE", None, "drop")
        assert meta.sim.calls.failed() == 2

    async def test_sends_are_only_counted(self, meta: Meta) -> None:
        await meta.bad("POST", "me/messages", json={})
        assert (meta.sim.calls.count("messages"), len(meta.sim.calls.log)) == (1, 0)

    async def test_waiting_for_one(self, meta: Meta) -> None:
        await meta.installed()
        await meta.sim.wait_for_calls(1, "subscribed_apps", method="GET", node=PAGE_ID, timeout=5)
        with pytest.raises(TimeoutError):
            await meta.sim.wait_for_calls(2, "subscribed_apps", timeout=0.01)


class TestControl:
    """The same hands by HTTP."""

    async def ask(self, meta: Meta, method: str, path: str, body: Any = None) -> httpx.Response:
        return await meta.http.request(method, f"{meta.sim.control_url}{path}", json=body)

    async def test_subscriptions(self, meta: Meta, gateway: Receiver) -> None:
        path = f"/apps/{APP_ID}/subscriptions"
        foreign = {"callback_url": "https://other.example.com/", "fields": ["messages"], "verify_token": "hidden1"}
        put = await self.ask(meta, "PUT", f"{path}/page", foreign)
        assert put.json() == (await self.ask(meta, "GET", path)).json()
        assert put.json()["data"][0]["callback_url"] == "https://other.example.com/"
        state = await self.ask(meta, "GET", "/state")
        assert "hidden1" not in put.text + state.text
        await self.ask(meta, "PUT", f"{path}/page", {**foreign, "active": False})
        assert (await meta.topics())["page"]["active"] is False
        await meta.subscribe(gateway.url)
        assert (await meta.topics())["page"]["callback_url"] == gateway.url
        assert (await self.ask(meta, "DELETE", f"{path}/page")).status_code == 204
        assert await meta.topics() == {}

    async def test_accounts(self, meta: Meta) -> None:
        path = f"/accounts/{PAGE_ID}"
        await self.ask(meta, "PUT", f"{path}/subscribed/88", {"fields": ["feed"]})
        assert await meta.installed() == {"88": {"feed"}}
        await self.ask(meta, "DELETE", f"{path}/subscribed/88")
        edited = await self.ask(
            meta, "PATCH", f"{path}/profile", {"changes": {"account_linking_url": "x", "commands": 1}}
        )
        assert edited.json() == {"subscribed": {}, "profile": {"account_linking_url": "x", "commands": 1}}
        await self.ask(meta, "PATCH", f"{path}/profile", {"remove": ["commands"]})
        assert (await self.ask(meta, "GET", f"{path}/settings")).json()["profile"] == {"account_linking_url": "x"}

    async def test_options(self, meta: Meta) -> None:
        await self.ask(meta, "PATCH", "/settings", {"refused_fields": {"messages": "permission"}})
        assert (await post(meta)).json()["error"]["code"] == 200
        options = await self.ask(meta, "PATCH", "/settings", {"verification_patience": 0.1})
        assert (options.json()["verification_patience"], options.json()["refused_fields"]) == (
            0.1,
            {"messages": "permission"},
        )
        assert (await self.ask(meta, "GET", "/settings")).json() == options.json()
        assert (await self.ask(meta, "PATCH", "/settings", {"patience": 1})).status_code == 400

    async def test_instagram_by_api(self, meta: Meta, gateway: Receiver) -> None:
        await self.ask(meta, "PATCH", f"/apps/{APP_ID}", {"instagram_by_api": True})
        assert (await meta.subscribe(gateway.url, topic="instagram")).status_code == 200

    async def test_calls(self, meta: Meta) -> None:
        await meta.installed()
        table = (await self.ask(meta, "GET", "/calls")).json()
        assert table["counts"] == [
            {"edge": "subscribed_apps", "method": "GET", "node": PAGE_ID, "count": 1, "failed": 0}
        ]
        assert (table["total"], table["newest"][0]["status"]) == (1, 200)
        await self.ask(meta, "DELETE", "/calls")
        assert (await self.ask(meta, "GET", "/calls")).json()["total"] == 0

    async def test_whom_nobody_knows(self, meta: Meta) -> None:
        """404 names who is there; 400 a topic that is none."""
        for path in ("/apps/7/subscriptions", "/accounts/7/settings"):
            answer = await self.ask(meta, "GET", path)
            assert (answer.status_code, "known" in answer.text) == (404, True)
        body = {"callback_url": "https://other.example.com/"}
        assert (await self.ask(meta, "PUT", f"/apps/{APP_ID}/subscriptions/pages", body)).status_code == 400
