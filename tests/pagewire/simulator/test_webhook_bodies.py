"""The bytes of a delivery: Meta's escaping, the signature vector, and the shape of every item."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.simulator import Simulator
from pagewire.simulator.webhooks import Item, body, escaped, signature_headers
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, LOGIN_ID, PAGE_ID
from tests.pagewire.simulator.conftest import START
from tests.pagewire.simulator.receiver import Receiver

NOW = int(START * 1000)

VECTOR = (
    rb'{"object":"page","entry":[{"time":1790000000350,"id":"104000000000001","messaging":[{"sender":{"id":'
    rb'"7100000000000001"},"recipient":{"id":"104000000000001"},"timestamp":1790000000000,"message":{"mid":'
    rb'"m_ydnmf7x8gX4ArpDeO16HP9eOMCnKSznLFXol92nIpgtJluKUeoaXe1iWZ5ydy2Fxy2O9C_oTMDjO1fXLhK5q","text":'
    rb'"\u00e4\u00f6\u00e5 \u003Cb>50\u0025\u003C\/b> off \u0040shop \ud83c\udf89 https:\/\/shop.example.com\/p\/77"}}]}]}'
)


def test_signature_vector() -> None:
    """The published body, secret and digests."""
    assert len(VECTOR) == 411
    assert signature_headers("unit-test-app-secret", VECTOR) == {
        "X-Hub-Signature-256": "sha256=db142f468214afd266b2aaa8d9742ba07a7bde9c70908072408ed47762cbe9ee",
        "X-Hub-Signature": "sha1=5c782d2e5f5301d071b61495d026e82ab13e1f6a",
    }


def test_escaping_vector() -> None:
    """The same facts, spelt by us, give the same bytes."""
    item = Item(
        account="104000000000001", channel="messaging", lane="", value=json.loads(VECTOR)["entry"][0]["messaging"][0]
    )
    assert body("page", [item], 1790000000350) == VECTOR


@given(st.text())
def test_escaping_keeps_the_text(text: str) -> None:
    """Any text survives; none of the five escaped characters is left bare."""
    raw = escaped({"text": text})
    assert json.loads(raw) == {"text": text}
    assert not set(raw.decode()) & set("<%@")
    assert all(ord(char) < 0xA0 for char in raw.decode())


def test_entries() -> None:
    """One entry per account; messaging and standby share it; changes stand apart, in seconds."""
    items = [
        Item(account="1", channel="messaging", lane="a", value={"n": 1}),
        Item(account="2", channel="messaging", lane="b", value={"n": 2}),
        Item(account="1", channel="standby", lane="c", value={"n": 3}),
        Item(account="1", channel="messaging", lane="a", value={"n": 4}),
        Item(account="1", channel="changes", lane="d", value={"field": "feed"}),
    ]
    assert json.loads(body("page", items, 1790000000350))["entry"] == [
        {"time": 1790000000350, "id": "1", "messaging": [{"n": 1}, {"n": 4}], "standby": [{"n": 3}]},
        {"time": 1790000000350, "id": "2", "messaging": [{"n": 2}]},
        {"time": 1790000000, "id": "1", "changes": [{"field": "feed"}]},
    ]


async def last(sim: Simulator, hook: Receiver, count: int = 1) -> list[dict[str, Any]]:
    await sim.drained()
    items = [dict(item) for item in hook.items]
    for item in items:
        del item["channel"], item["entry"]
    return items[-count:]


async def test_customer_items(sim: Simulator, hook: Receiver) -> None:
    """Everything a person can do, in the shape Meta gives it."""
    ada = sim.scoped_id(PAGE_ID, "ada")
    who = {"sender": {"id": ada}, "recipient": {"id": PAGE_ID}}
    photo = [{"type": "image", "payload": {"url": "https://cdn.example.com/a.png"}}]

    mid = await sim.say(PAGE_ID, "ada", "Hi", attachments=photo, referral={"ref": "x", "source": "ADS"})
    assert await last(sim, hook) == [
        {
            **who,
            "timestamp": NOW,
            "message": {"mid": mid, "text": "Hi", "attachments": photo, "referral": {"ref": "x", "source": "ADS"}},
        }
    ]
    reply = await sim.say(PAGE_ID, "ada", "that one", reply_to=mid)
    (item,) = await last(sim, hook)
    assert item["message"] == {"mid": reply, "text": "that one", "reply_to": {"mid": mid, "is_self_reply": True}}
    press = await sim.postback(PAGE_ID, "ada", "Get started", "START", referral={"ref": "poster"})
    (item,) = await last(sim, hook)
    assert item["postback"] == {"mid": press, "title": "Get started", "payload": "START", "referral": {"ref": "poster"}}
    await sim.referral(PAGE_ID, "ada", "poster-lisbon")
    (item,) = await last(sim, hook)
    assert item["referral"] == {"ref": "poster-lisbon", "source": "SHORTLINK", "type": "OPEN_THREAD"}
    sim.people.edit(PAGE_ID, "ada", mid, "Hello")
    assert (await last(sim, hook))[0]["message_edit"] == {"mid": mid, "text": "Hello", "num_edit": 1}
    sim.people.unsend(PAGE_ID, "ada", mid)
    assert (await last(sim, hook))[0]["message"] == {"mid": mid, "is_deleted": True}
    stamps = [item["timestamp"] for item in hook.items]
    assert stamps == sorted(set(stamps)), "no two things of a conversation happen at once"


async def test_tap(sim: Simulator, hook: Receiver, graph: Any) -> None:
    """A tap is a message with the title as text and the payload in ``quick_reply``."""
    await sim.say(PAGE_ID, "ada", "Hi")
    replies = [{"content_type": "text", "title": "Delivery", "payload": "D"}]
    body = {"recipient": {"id": sim.scoped_id(PAGE_ID, "ada")}, "message": {"text": "?", "quick_replies": replies}}
    await graph.post("/me/messages", json=body)
    mid = await sim.tap(PAGE_ID, "ada", "Delivery")
    (item,) = await last(sim, hook)
    assert item["message"] == {"mid": mid, "text": "Delivery", "quick_reply": {"payload": "D"}}


async def test_instagram_story_reply(sim: Simulator, hook: Receiver) -> None:
    """A reply to a story names the story."""
    story = {"id": "179", "url": "https://lookaside.example.net/story"}
    mid = await sim.say(INSTAGRAM_ID, "ada", "love this", story=story)
    (item,) = await last(sim, hook)
    assert item["message"] == {"mid": mid, "text": "love this", "reply_to": {"story": story}}
    assert hook.requests[-1].json["object"] == "instagram"


@pytest.mark.parametrize(
    ("account", "emoji", "name"),
    [
        (PAGE_ID, "❤️", "love"),
        (PAGE_ID, "😆", "smile"),
        (PAGE_ID, "👎", "dislike"),
        (PAGE_ID, "🦊", "other"),
        (INSTAGRAM_ID, "😆", "laugh"),
        (INSTAGRAM_ID, "👎", "other"),
    ],
)
async def test_reactions(sim: Simulator, hook: Receiver, account: str, emoji: str, name: str) -> None:
    """The emoji and the product's name for it; taking it back has neither."""
    mid = await sim.say(account, "ada", "Hi")
    await sim.react(account, "ada", emoji, mid=mid)
    (item,) = await last(sim, hook)
    assert item["reaction"] == {"mid": mid, "action": "react", "reaction": name, "emoji": emoji}
    await sim.react(account, "ada", None, mid=mid)
    assert (await last(sim, hook))[0]["reaction"] == {"mid": mid, "action": "unreact"}


async def test_after_a_send_on_messenger(sim: Simulator, hook: Receiver, graph: Any) -> None:
    """Echo with app id and metadata, delivery receipt, and the read as a watermark."""
    await sim.say(PAGE_ID, "ada", "Hi")
    ada = sim.scoped_id(PAGE_ID, "ada")
    body = {"recipient": {"id": ada}, "message": {"text": "Welcome", "metadata": "gw:1"}}
    mid = (await graph.post("/me/messages", json=body)).json()["message_id"]
    await sim.drained()
    await sim.read(PAGE_ID, "ada")
    echo, delivery, read = await last(sim, hook, 3)
    sent = echo["timestamp"]

    assert echo == {
        "sender": {"id": PAGE_ID},
        "recipient": {"id": ada},
        "timestamp": sent,
        "message": {"mid": mid, "is_echo": True, "app_id": int(APP_ID), "metadata": "gw:1", "text": "Welcome"},
    }
    assert delivery["delivery"] == {"mids": [mid], "watermark": sent}
    assert read["read"] == {"watermark": sent}
    assert read["sender"] == {"id": ada}


async def test_after_a_send_on_instagram(sim: Simulator, hook: Receiver, graph: Any) -> None:
    """The echo has neither app id nor metadata, there is no delivery receipt, the read names the message."""
    await sim.say(INSTAGRAM_ID, "ada", "Hi")
    ada = sim.scoped_id(INSTAGRAM_ID, "ada")
    body = {"recipient": {"id": ada}, "message": {"text": "Welcome", "metadata": "gw:1"}}
    mid = (await graph.post("/me/messages", json=body)).json()["message_id"]
    await sim.drained()
    await sim.read(INSTAGRAM_ID, "ada")
    echo, read = await last(sim, hook, 2)

    assert echo["message"] == {"mid": mid, "is_echo": True, "text": "Welcome"}
    assert read["read"] == {"mid": mid}
    assert not hook.of_kind("delivery")


async def test_echoes_of_attachments(sim: Simulator, hook: Receiver, graph: Any) -> None:
    """Media with the saved asset's id as a number; templates with their payload."""
    await sim.say(PAGE_ID, "ada", "Hi")
    recipient = {"recipient": {"id": sim.scoped_id(PAGE_ID, "ada")}}
    image = {"type": "image", "payload": {"url": "https://cdn.example.com/a.png", "is_reusable": True}}
    answer = (await graph.post("/me/messages", json={**recipient, "message": {"attachment": image}})).json()
    payload = {"template_type": "generic", "elements": [{"title": "Mug", "subtitle": "Blue"}]}
    template = {"attachment": {"type": "template", "payload": payload}}
    await graph.post("/me/messages", json={**recipient, "message": template})
    await sim.drained()

    first, second = (echo["message"]["attachments"][0] for echo in hook.echoes)
    assert first["payload"] == {"url": "https://cdn.example.com/a.png", "attachment_id": int(answer["attachment_id"])}
    assert second == {"title": "Mug", "url": None, "type": "template", "payload": payload}


async def test_comments(sim: Simulator, hook: Receiver) -> None:
    """Changes: ``feed`` on a Page, ``comments`` on Instagram."""
    page, instagram = await sim.comment(PAGE_ID, "ada", "How much?"), await sim.comment(INSTAGRAM_ID, "ada", "Nice")
    await sim.drained()
    by_field = {item["field"]: item["value"] for item in hook.items}
    assert by_field["feed"]["comment_id"] == page
    assert (by_field["feed"]["item"], by_field["feed"]["verb"]) == ("comment", "add")
    assert by_field["feed"]["message"] == "How much?"
    assert by_field["comments"]["id"] == instagram
    assert by_field["comments"]["from"]["id"] == sim.scoped_id(INSTAGRAM_ID, "ada")


async def test_every_delivery_is_signed(sim: Simulator, hook: Receiver) -> None:
    """With the app secret; Instagram Login with the Instagram app's own; both headers, JSON, escaped."""
    for account in (PAGE_ID, INSTAGRAM_ID, LOGIN_ID):
        await sim.say(account, "ada", "50 % off @ süß 🎉")
    await sim.drained()
    app = sim.meta.state.apps[APP_ID]
    assert app.instagram_secret is not None
    for request in hook.requests:
        login = request.json["entry"][0]["id"] == LOGIN_ID
        expected = signature_headers(app.instagram_secret if login else app.secret, request.body)
        assert request.headers["x-hub-signature-256"] == expected["X-Hub-Signature-256"]
        assert request.headers["x-hub-signature"] == expected["X-Hub-Signature"]
        assert request.headers["content-type"] == "application/json"
        assert b"50 \\u0025 off \\u0040 s\\u00fc\\u00df \\ud83c\\udf89" in request.body
    assert len(hook.requests) == 3
