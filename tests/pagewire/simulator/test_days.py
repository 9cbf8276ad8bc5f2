"""Rules that came and went: the day before, and the day itself."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from pagewire.simulator import Clock
from pagewire.simulator.days import day
from pagewire.simulator.world import INSTAGRAM_ID, LOGIN_ID, PAGE_ID
from tests.pagewire.simulator.conftest import Bench

Body = dict[str, Any]
URL = "https://cdn.example.com/a"
IMAGE = {"type": "image", "payload": {"url": f"{URL}.png"}}
GRID = {"template_type": "image_grid", "elements": [{"images": [{"url": URL}] * 2}]}
OPT_IN = {"template_type": "notification_messages", "title": "News", "payload": "N"}


class Change(NamedTuple):
    what: str
    on: str
    account: str
    body: Body
    before: int | None
    """Code the day before; None for accepted."""
    after: int | None


def tagged(tag: str) -> Body:
    return {"messaging_type": "MESSAGE_TAG", "tag": tag, "message": {"text": "hi"}}


def template(payload: Body) -> Body:
    return {"message": {"attachment": {"type": "template", "payload": payload}}}


PDF = {"message": {"attachment": {"type": "file", "payload": {"url": f"{URL}.pdf"}}}}
QUOTE = {"message": {"text": "this"}, "reply_to": {"mid": "the first"}}
CHANGES = [
    Change("ACCOUNT_UPDATE", "2026-04-27", PAGE_ID, tagged("ACCOUNT_UPDATE"), None, 100),
    Change("CONFIRMED_EVENT_UPDATE", "2026-04-27", PAGE_ID, tagged("CONFIRMED_EVENT_UPDATE"), None, 100),
    Change("POST_PURCHASE_UPDATE", "2026-04-27", PAGE_ID, tagged("POST_PURCHASE_UPDATE"), None, 100),
    Change("an ended tag on Instagram", "2026-04-27", INSTAGRAM_ID, tagged("ACCOUNT_UPDATE"), 100, 100),
    Change("stickers", "2026-06-01", PAGE_ID, {"message": {"sticker_id": 5}}, 100, None),
    Change("image grids", "2026-06-30", PAGE_ID, template(GRID), 100, None),
    Change("opt-in requests", "2026-02-10", PAGE_ID, template(OPT_IN), None, 100),
    Change("pdf files on Instagram", "2025-12-19", INSTAGRAM_ID, PDF, 100, None),
    Change("quotes on Instagram", "2025-12-19", INSTAGRAM_ID, QUOTE, 100, None),
    Change("quotes on Instagram Login", "2026-09-21", LOGIN_ID, QUOTE, 100, None),
    Change("several images", "2026-05-06", INSTAGRAM_ID, {"message": {"attachments": [IMAGE, IMAGE]}}, 100, None),
]


async def code_on(when: float, account: str, body: Body) -> int | None:
    bench = Bench(Clock(when, speed=0))
    mid = bench.people.say(account, "ada", "hello")
    if "reply_to" in body:
        body = body | {"reply_to": {"mid": mid}}
    answer = await bench.send(account, {"recipient": {"id": bench.scoped(account, "ada")}, **body})
    await bench.http.aclose()
    await bench.meta.close()
    return None if answer.status_code == 200 else int(answer.json()["error"]["code"])


@pytest.mark.parametrize("change", CHANGES, ids=[change.what for change in CHANGES])
async def test_the_day_it_changed(change: Change) -> None:
    when = day(change.on)
    assert await code_on(when - 1, change.account, change.body) == change.before
    assert await code_on(when, change.account, change.body) == change.after


async def test_instagram_contact_buttons() -> None:
    """Made until 2026-10-05, silently left out since."""
    replies = [{"content_type": "user_email"}, {"content_type": "text", "title": "No", "payload": "N"}]
    for when, made in ((day("2026-10-05") - 1, 2), (day("2026-10-05"), 1)):
        bench = Bench(Clock(when, speed=0))
        scoped = bench.meet(INSTAGRAM_ID)
        body = {"recipient": {"id": scoped}, "message": {"text": "Your address?", "quick_replies": replies}}
        assert (await bench.send(INSTAGRAM_ID, body)).status_code == 200
        assert len(bench.people.conversation(INSTAGRAM_ID, "ada").messages[-1].quick_replies) == made
        await bench.http.aclose()
        await bench.meta.close()


async def test_sticker_echoes() -> None:
    """Also called an image until 2026-08-30."""
    for when, kinds in ((day("2026-08-30") - 1, ["image", "sticker"]), (day("2026-08-30"), ["sticker"])):
        bench = Bench(Clock(when, speed=0))
        scoped = bench.meet()
        await bench.send(PAGE_ID, {"recipient": {"id": scoped}, "message": {"sticker_id": 369239263222822}})
        shown = bench.people.conversation(PAGE_ID, "ada").messages[-1].attachments
        assert [attachment["type"] for attachment in shown] == kinds
        await bench.http.aclose()
        await bench.meta.close()


async def test_marketing_tokens() -> None:
    """One message in 48 hours for every subscriber, until it all ended on 2026-02-10; no window needed."""
    bench = Bench(Clock(day("2025-11-01"), speed=0))
    scoped = bench.meet()
    assert (await bench.send(PAGE_ID, {"recipient": {"id": scoped}, **template(OPT_IN)})).status_code == 200
    token = bench.people.subscribe(PAGE_ID, "ada")
    bench.clock.advance(3 * 24 * 3600)
    body = {"recipient": {"notification_messages_token": token}, "message": {"text": "New bread"}}

    async def code() -> tuple[int, int | None] | None:
        answer = await bench.send(PAGE_ID, body)
        error = answer.json().get("error", {})
        return None if answer.status_code == 200 else (error["code"], error.get("error_subcode"))

    assert await code() is None
    assert await code() == (4, 2018354)
    listed = (await bench.call("GET", "me/notification_message_tokens?limit=1000")).json()["data"]
    assert [entry["notification_messages_token"] for entry in listed] == [token]
    bench.clock.advance(2 * 24 * 3600)
    assert await code() is None
    bench.people.stop_notifications(PAGE_ID, "ada", token)
    assert await code() == (10, 1893015)
    bench.clock.advance(day("2026-02-10") - bench.clock.now())
    assert await code() == (100, None)
    assert (await bench.call("GET", "me/notification_message_tokens")).json()["error"]["code"] == 2500
    await bench.http.aclose()
    await bench.meta.close()
