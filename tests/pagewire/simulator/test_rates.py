"""Rate buckets and usage headers on a clock that stands still."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from pagewire.simulator import Limits, Simulator, small_world
from pagewire.simulator.people import Impossible
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, LOGIN_ID, PAGE_ID
from tests.pagewire.simulator.conftest import Bench


def usage(answer: httpx.Response, account: str = PAGE_ID) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.headers["x-business-use-case-usage"])[account][0]
    return found


async def burst(bench: Bench, account: str, count: int) -> list[httpx.Response]:
    bench.meet(account)
    return [await bench.text(account, "ada", f"{i}") for i in range(count)]


async def test_sends_a_second(bench: Bench) -> None:
    """300 a second to a Page; the next is 613 with a full usage header; a second later it goes on."""
    bench.meta.rates.limits.sends_per_second = 5
    answers = await burst(bench, PAGE_ID, 6)

    assert [answer.status_code for answer in answers] == [200] * 5 + [400]
    assert answers[-1].json()["error"]["code"] == 613
    assert usage(answers[-1])["call_count"] == 100
    assert usage(answers[0])["call_count"] == 20
    bench.clock.advance(0.25)
    assert (await bench.text(PAGE_ID, "ada")).status_code == 200
    assert (await bench.text(PAGE_ID, "ada")).status_code == 400


async def test_instagram_has_its_own_code_and_figures(bench: Bench) -> None:
    """613/2534040; 100 a second on Instagram Login; the accounts do not share a bucket."""
    bench.meta.rates.limits.sends_per_second = 2
    bench.meta.rates.limits.login_sends_per_second = 1
    for account, allowed in ((PAGE_ID, 2), (INSTAGRAM_ID, 2), (LOGIN_ID, 1)):
        answers = await burst(bench, account, 3)
        assert sum(answer.status_code == 200 for answer in answers) == allowed
        expected = None if account == PAGE_ID else 2534040
        assert answers[-1].json()["error"].get("error_subcode") == expected


async def test_media_and_private_replies_are_scarcer(bench: Bench) -> None:
    """Ten audio or video files a second; 750 private replies an hour."""
    scoped = bench.meet()
    bench.meta.rates.limits.media_per_second = 1
    bench.meta.rates.limits.private_replies_per_hour = 1
    video = {"attachment": {"type": "video", "payload": {"url": "https://cdn.example.com/a.mp4"}}}
    codes = [(await bench.send(PAGE_ID, {"recipient": {"id": scoped}, "message": video})).status_code for _ in range(2)]
    assert codes == [200, 400]
    comments = [bench.people.comment(PAGE_ID, "ada", "a") for _ in range(2)]
    codes = [
        (await bench.send(PAGE_ID, {"recipient": {"comment_id": c}, "message": {"text": "x"}})).status_code
        for c in comments
    ]
    assert codes == [200, 400]


async def test_daily_quota(bench: Bench) -> None:
    """200 calls for every person who may be written to, then 80006 with the minutes until it works again."""
    bench.meta.rates.limits.daily_calls_per_person = 3
    answers = await burst(bench, PAGE_ID, 4)
    assert answers[-1].json()["error"]["code"] == 80006
    assert usage(answers[-1])["estimated_time_to_regain_access"] == 480
    bench.clock.advance(480 * 60)
    assert (await bench.text(PAGE_ID, "ada")).status_code == 200
    bench.meet(person="bruno")  # one more person, three more calls
    assert usage(await bench.text(PAGE_ID, "ada"))["call_count"] < 100


async def test_app_quota(bench: Bench) -> None:
    """All calls of the app count; over it is code 4, and ``X-App-Usage`` says so."""
    bench.meta.rates.limits.app_calls_per_hour = 2
    answers = [await bench.call("GET", "me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 403]
    assert answers[-1].json()["error"]["code"] == 4
    assert json.loads(answers[1].headers["x-app-usage"]) == {"call_count": 100, "total_time": 50, "total_cputime": 50}


async def test_low_use_is_silent(bench: Bench) -> None:
    """No usage headers before there is something to report."""
    (answer,) = await burst(bench, PAGE_ID, 1)
    assert not [name for name in answer.headers if "usage" in name]
    assert APP_ID not in bench.meta.rates.pinned


async def test_every_call_beyond_a_limit_is_counted(bench: Bench) -> None:
    """By account and limit; a world that is begun anew holds nothing against anybody."""
    bench.meta.rates.limits = Limits(sends_per_second=3, conversations_per_second=1, high_volume_per_second=None)
    assert not bench.meta.rates.violations
    await burst(bench, PAGE_ID, 5)
    await bench.call("GET", "me/conversations")
    await bench.call("GET", "me/conversations")
    told = {(v.who, v.limit): v.count for v in bench.meta.rates.violations}
    assert told == {(PAGE_ID, "sends_per_second"): 2, (PAGE_ID, "conversations_per_second"): 1}
    await bench.meta.replace_world(small_world())
    assert not bench.meta.rates.violations


async def test_limits_that_meta_does_not_publish(bench: Bench) -> None:
    """Off until a test sets them: one person's thread, and images."""
    ada, bruno = bench.meet(), bench.meet(person="bruno")
    image = {"attachment": {"type": "image", "payload": {"url": "https://cdn.example.com/a.png"}}}
    bench.meta.rates.limits.thread_per_second = 1
    codes = [
        (await bench.send(PAGE_ID, {"recipient": {"id": who}, "message": {"text": "x"}})).status_code
        for who in (ada, ada, bruno)
    ]
    assert codes == [200, 400, 200]
    bench.clock.advance(1)
    bench.meta.rates.limits.bulky_per_second = 1
    codes = [
        (await bench.send(PAGE_ID, {"recipient": {"id": who}, "message": image})).status_code for who in (ada, bruno)
    ]
    assert codes == [200, 400]


async def test_high_volume(bench: Bench) -> None:
    """From 40 messages a second on: the inbox stands still, listing fails, one conversation is still found."""
    ada = bench.meet()
    bench.meta.rates.limits.conversations_per_second = None
    answers = [await bench.text(PAGE_ID, "ada", f"{i}") for i in range(41)]
    assert {answer.status_code for answer in answers} == {200}
    assert [(v.limit, v.count) for v in bench.meta.rates.violations] == [("high_volume_per_second", 1)]
    assert (await bench.call("GET", "me/conversations")).json()["error"]["code"] == 613
    assert (await bench.call("GET", f"me/conversations?user_id={ada}")).status_code == 200
    with pytest.raises(Impossible, match="stands still"):
        bench.people.inbox(PAGE_ID, "ada", "I take over")
    bench.meta.rates.limits.high_volume_refuses = True
    assert (await bench.text(PAGE_ID, "ada")).json()["error"]["code"] == 613
    bench.clock.advance(1)
    assert (await bench.call("GET", "me/conversations")).status_code == 200
    bench.people.inbox(PAGE_ID, "ada", "I take over")


async def test_usage_runs_off(bench: Bench) -> None:
    """What a burst of video used is gone from the header once it is gone from the limit."""
    scoped = bench.meet()
    video = {"attachment": {"type": "video", "payload": {"url": "https://cdn.example.com/a.mp4"}}}
    answers = [await bench.send(PAGE_ID, {"recipient": {"id": scoped}, "message": video}) for _ in range(3)]
    assert usage(answers[-1])["call_count"] == 30
    bench.clock.advance(1)
    assert "x-business-use-case-usage" not in (await bench.text(PAGE_ID, "ada")).headers


async def test_limits_by_control(sim: Simulator) -> None:
    """Changed and read from outside the process, with the count of violations."""
    async with httpx.AsyncClient(base_url=sim.control_url, trust_env=False) as control:
        told = (await control.patch("/limits", json={"sends_per_second": 0})).json()
        assert (told["sends_per_second"], told["media_per_second"]) == (0, 10)
        assert (await control.patch("/limits", json={"sends": 1})).status_code == 400
        await sim.say(PAGE_ID, "ada", "hi")
        headers = {"Authorization": "Bearer EAAPAGETOKEN1"}
        body = {"recipient": {"id": sim.scoped_id(PAGE_ID, "ada")}, "message": {"text": "x"}}
        async with httpx.AsyncClient(base_url=sim.graph_url, trust_env=False, headers=headers) as graph:
            assert (await graph.post("/v25.0/me/messages", json=body)).status_code == 400
        told = (await control.get("/violations")).json()
    assert told == {"data": [{"who": PAGE_ID, "limit": "sends_per_second", "count": 1}], "total": 1}
    assert sim.violations[0].count == 1
