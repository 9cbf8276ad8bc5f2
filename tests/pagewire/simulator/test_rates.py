"""Rate buckets and usage headers on a clock that stands still."""

from __future__ import annotations

import json
from typing import Any

import httpx

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
