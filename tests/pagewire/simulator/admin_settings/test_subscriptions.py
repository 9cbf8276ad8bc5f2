"""``/{app}/subscriptions``: only the app itself, verified while it waits, merged, and wiped by a careless DELETE."""

from __future__ import annotations

import asyncio
import json

import pytest

from pagewire.simulator.server import Listener
from pagewire.simulator.world import APP_ID, App
from tests.pagewire.simulator.admin_settings.conftest import APP_TOKEN, PAGE_TOKEN, Meta
from tests.pagewire.simulator.receiver import Receiver

PATH = f"{APP_ID}/subscriptions"


async def test_it_is_verified_inside_the_post(meta: Meta, gateway: Receiver) -> None:
    """The GET carries mode, token and a decimal challenge, and comes before the POST is answered."""
    answer = await meta.subscribe(gateway.url, "messages,messaging_postbacks", include_values="true")
    assert answer.json() == {"success": True}
    (asked,) = gateway.requests
    assert asked.method == "GET"
    query = dict(pair.split("=") for pair in asked.query.split("&"))
    assert (query["hub.mode"], query["hub.verify_token"]) == ("subscribe", "vt8Zk3Qp")
    assert query["hub.challenge"].isdigit()


async def test_reading_it_back(meta: Meta, gateway: Receiver) -> None:
    """URL, state and fields with the version of their format; never the verify token."""
    await meta.subscribe(gateway.url, "messages,messaging_postbacks")
    answer = await meta.call("GET", PATH, APP_TOKEN)
    assert answer.json() == {
        "data": [
            {
                "object": "page",
                "callback_url": gateway.url,
                "active": True,
                "fields": [
                    {"name": "messages", "version": "v25.0"},
                    {"name": "messaging_postbacks", "version": "v25.0"},
                ],
            }
        ]
    }
    assert "vt8Zk3Qp" not in answer.text


@pytest.mark.parametrize("way", ["form", "query", "json"])
async def test_encodings(meta: Meta, gateway: Receiver, way: str) -> None:
    """Form, query and JSON are one; lists may be JSON text in the first two."""
    wish = {"object": "page", "callback_url": gateway.url, "verify_token": "t", "fields": '["messages","feed"]'}
    parsed = {**wish, "fields": ["messages", "feed"], "include_values": True}
    how = {"form": {"data": wish}, "query": {"params": wish}, "json": {"json": parsed}}[way]
    await meta.good("POST", PATH, APP_TOKEN, **how)
    assert {field["name"] for field in (await meta.topics())["page"]["fields"]} == {"messages", "feed"}


async def test_a_second_post_replaces_the_url_and_adds_fields(meta: Meta, gateway: Receiver) -> None:
    """URL and token are the new ones, earlier fields stay, and a dead subscription lives again."""
    await meta.subscribe(gateway.url, "messages")
    meta.sim.settings.deactivate(APP_ID, "page")
    assert (await meta.topics())["page"]["active"] is False
    await meta.subscribe(f"{gateway.url}/two", "feed", verify_token="another1")
    found = (await meta.topics())["page"]
    assert found["callback_url"].endswith("/two")
    assert found["active"] is True
    assert {field["name"] for field in found["fields"]} == {"messages", "feed"}
    assert "hub.verify_token=another1" in gateway.requests[1].query


async def test_reactivation_needs_no_fields(meta: Meta, gateway: Receiver) -> None:
    """Object, URL and token alone bring it back as it was."""
    await meta.subscribe(gateway.url, "messages")
    meta.sim.settings.deactivate(APP_ID, "page")
    await meta.subscribe(gateway.url, "")
    found = (await meta.topics())["page"]
    assert (found["active"], [field["name"] for field in found["fields"]]) == (True, ["messages"])


class TestVerification:
    """A callback that does not pass leaves everything as it was."""

    @pytest.mark.parametrize(("status", "words"), [(404, "Not Found"), (403, "Forbidden"), (500, "Internal Server")])
    async def test_a_bad_status_is_2200(self, meta: Meta, hook: Receiver, status: int, words: str) -> None:
        hook.status = status
        error = (await meta.subscribe(hook.url)).json()["error"]
        assert error["code"] == 2200
        assert error["message"].startswith(
            f"(#2200) Callback verification failed with the following errors: HTTP Status Code = {status}; HTTP Message"
        )
        assert words in error["message"]
        assert await meta.topics() == {}

    async def test_a_wrong_echo_is_2201(self, meta: Meta, hook: Receiver) -> None:
        """The sentence quotes what came, cut short."""
        hook.answer = lambda _: "<!DOCTYPE html><html>no</html>"
        error = (await meta.subscribe(hook.url)).json()["error"]
        assert error["code"] == 2201
        assert error["message"].startswith("(#2201) response does not match challenge, expected value=")
        assert error["message"].endswith('received="<!DOCTYPE html><h..."')

    async def test_a_challenge_in_quotes_is_no_challenge(self, meta: Meta, hook: Receiver) -> None:
        hook.answer = lambda request: json.dumps(dict(p.split("=") for p in request.query.split("&"))["hub.challenge"])
        assert (await meta.subscribe(hook.url)).json()["error"]["code"] == 2201

    async def test_nobody_there(self, meta: Meta) -> None:
        """A connection that is refused tells curl's number and status 0."""
        listener = Listener(lambda *_: None)
        await listener.start()
        url = f"{listener.origin}/webhooks"
        await listener.stop()
        error = (await meta.subscribe(url)).json()["error"]
        assert error["code"] == 2200
        assert "curl_errno = 7" in error["message"]
        assert "HTTP Status Code = 0" in error["message"]

    async def test_no_answer_in_time(self, meta: Meta, hook: Receiver) -> None:
        hook.open.clear()
        meta.sim.settings.options.verification_patience = 0.05
        error = (await meta.subscribe(hook.url)).json()["error"]
        hook.open.set()
        assert error["code"] == 2200
        assert "curl_errno = 28; curl_error = Operation timed out after 50 milliseconds" in error["message"]
        assert "HTTP Status Code = 0" in error["message"]

    async def test_it_can_begin_late(self, meta: Meta, gateway: Receiver) -> None:
        """The POST is under way and the callback not yet asked; the end of the simulator ends the delay."""
        meta.sim.settings.options.verification_delay = 600
        wish = asyncio.create_task(meta.subscribe(gateway.url))
        await meta.sim.wait_for_calls(1, "subscriptions", method="POST")
        assert gateway.requests == []
        meta.sim.meta.wind_down()
        assert (await wish).json() == {"success": True}
        assert len(gateway.requests) == 1

    async def test_a_slow_verification_outlives_its_caller(self, meta: Meta, gateway: Receiver) -> None:
        """A caller who hangs up does not stop Meta: the subscription appears all the same."""
        gateway.open.clear()
        wish = asyncio.create_task(meta.subscribe(gateway.url))
        while not gateway.requests:
            await asyncio.sleep(0)
        wish.cancel()
        gateway.open.set()
        await asyncio.wait_for(self._there(meta), 10)

    async def _there(self, meta: Meta) -> None:
        while "page" not in await meta.topics():
            pass

    async def test_a_failed_change_keeps_the_old(self, meta: Meta, gateway: Receiver) -> None:
        await meta.subscribe(gateway.url, "messages")
        gateway.status = 404
        await meta.subscribe(f"{gateway.url}/two", "feed")
        found = (await meta.topics())["page"]
        assert (found["callback_url"], len(found["fields"])) == (gateway.url, 1)


class TestRefusals:
    """What is not even tried."""

    async def test_only_the_app_token_will_do(self, meta: Meta, gateway: Receiver) -> None:
        """Page, person and system user are refused alike, on every verb, and nobody is called."""
        form = {"object": "page", "callback_url": gateway.url, "verify_token": "t"}
        for token in (PAGE_TOKEN, "EAAUSERTOKEN1", "EAASYSTEMTOKEN1"):
            for method in ("POST", "GET", "DELETE"):
                assert (await meta.bad(method, PATH, token, params=form))["code"] == 15
        assert (await meta.bad("GET", PATH, f"{APP_ID}|wrong"))["code"] == 190
        assert (await meta.bad("GET", PATH, None))["code"] == 104
        assert gateway.requests == []

    async def test_another_app(self, meta: Meta) -> None:
        meta.sim.meta.state.apps["7"] = App(id="7", secret="seven")
        error = await meta.bad("GET", PATH, "7|seven")
        assert (error["code"], error["error_subcode"]) == (100, 33)

    @pytest.mark.parametrize("missing", ["object", "callback_url", "verify_token"])
    async def test_missing_parameters(self, meta: Meta, missing: str) -> None:
        form = {"object": "page", "callback_url": "http://127.0.0.1:1/x", "verify_token": "t"}
        del form[missing]
        error = await meta.bad("POST", PATH, APP_TOKEN, data=form)
        assert error["message"] == f"(#100) The parameter {missing} is required"

    @pytest.mark.parametrize("url", ["gw.example.com/hook", "ftp://gw.example.com/", "https://", "http://[::1"])
    async def test_malformed_urls(self, meta: Meta, url: str) -> None:
        assert (await meta.subscribe(url)).json()["error"]["code"] == 100

    async def test_unknown_names(self, meta: Meta) -> None:
        error = (await meta.subscribe("http://127.0.0.1:1/", "messages,mesages")).json()["error"]
        assert error["message"].startswith("(#100) Param fields[1] must be one of {affiliation, ")
        error = (await meta.subscribe("http://127.0.0.1:1/", topic="pages")).json()["error"]
        assert error["message"].startswith("(#100) Param object must be one of {application, page, ")

    async def test_instagram_is_for_the_dashboard(self, meta: Meta, gateway: Receiver) -> None:
        """Unless this app is one of those that may; the names are Instagram's own."""
        answer = await meta.subscribe(gateway.url, topic="instagram")
        assert "instagram" not in answer.json()["error"]["message"]
        meta.sim.meta.state.apps[APP_ID].instagram_by_api = True
        assert (await meta.subscribe(gateway.url, "messages,messaging_seen", "instagram")).json() == {"success": True}
        assert (await meta.subscribe(gateway.url, "message_reads", "instagram")).json()["error"]["code"] == 100

    async def test_what_the_dashboard_set_is_listed(self, meta: Meta) -> None:
        meta.sim.settings.dashboard(APP_ID, "instagram", "https://other.example.com/hook", fields=["messages"])
        found = (await meta.topics())["instagram"]
        assert (found["callback_url"], found["active"]) == ("https://other.example.com/hook", True)


class TestDelete:
    """One object, some of its fields, or everything."""

    async def test_one_object(self, meta: Meta) -> None:
        for topic in ("page", "user"):
            meta.sim.settings.dashboard(APP_ID, topic, "http://127.0.0.1:1/", fields=["feed"])
        assert await meta.good("DELETE", PATH, APP_TOKEN, params={"object": "user"}) == {"success": True}
        assert set(await meta.topics()) == {"page"}
        assert await meta.good("DELETE", PATH, APP_TOKEN, params={"object": "user"}) == {"success": True}

    @pytest.mark.parametrize("way", ["params", "json"])
    async def test_some_fields(self, meta: Meta, way: str) -> None:
        meta.sim.settings.dashboard(APP_ID, "page", "http://127.0.0.1:1/", fields=["feed", "messages", "mention"])
        fields = "feed,mention" if way == "params" else ["feed", "mention"]
        await meta.good("DELETE", PATH, APP_TOKEN, **{way: {"object": "page", "fields": fields}})
        assert [field["name"] for field in (await meta.topics())["page"]["fields"]] == ["messages"]

    async def test_without_an_object_all_are_gone(self, meta: Meta) -> None:
        for topic in ("page", "instagram", "user"):
            meta.sim.settings.dashboard(APP_ID, topic, "http://127.0.0.1:1/", fields=["feed"])
        await meta.good("DELETE", PATH, APP_TOKEN)
        assert await meta.topics() == {}
