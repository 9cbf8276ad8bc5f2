"""What the Send API accepts, what it answers, and what it keeps."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from pagewire.simulator.world import INSTAGRAM_ID, LOGIN_ID, PAGE_ID
from tests.pagewire.simulator.conftest import DAY, Bench
from tests.pagewire.simulator.test_send_rules import attachment, found, message, quick, saved, tagged, template

URL = "https://cdn.example.com/a"
BUTTONS = [
    {"type": "web_url", "title": "Shop", "url": "https://shop.example.com"},
    {"type": "postback", "title": "Buy", "payload": "BUY"},
]
PRIVACY = {"url": "https://example.com/privacy"}
FEEDBACK = template(
    template_type="customer_feedback",
    title="Rate us",
    business_privacy=PRIVACY,
    feedback_screens=[{"questions": [{"id": "q_1", "type": "csat", "title": "How was it?"}]}],
)

BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("2000 characters", PAGE_ID, message("x" * 2000)),
    ("1000 emoji are 2000 units", PAGE_ID, message("🎉" * 1000)),
    ("1000 bytes", INSTAGRAM_ID, message("é" * 500)),
    ("250 emoji", LOGIN_ID, message("🎉" * 250)),
    ("without messaging_type", PAGE_ID, message()),
    ("UPDATE", PAGE_ID, message(messaging_type="UPDATE")),
    ("silent", PAGE_ID, message(notification_type="SILENT_PUSH")),
    ("unknown top-level field", PAGE_ID, message(schedule="tomorrow")),
    ("a tag without MESSAGE_TAG is ignored", PAGE_ID, message(tag="HUMAN_AGENT")),
    ("13 quick replies", PAGE_ID, quick(13)),
    ("quick reply with a picture and no title", PAGE_ID, quick(title="", image_url=URL)),
    ("image by url", PAGE_ID, attachment("image", {"url": f"{URL}.png"})),
    ("file of any kind", PAGE_ID, attachment("file", {"url": f"{URL}.zip"})),
    ("pdf on Instagram", INSTAGRAM_ID, attachment("file", {"url": f"{URL}.pdf"})),
    ("heart", INSTAGRAM_ID, attachment("like_heart")),
    ("own post", LOGIN_ID, attachment("MEDIA_SHARE", {"id": "1789"})),
    ("ten images", LOGIN_ID, {"message": {"attachments": [{"type": "image", "payload": {"url": URL}}] * 10}}),
    ("sticker", PAGE_ID, {"message": {"sticker_id": 369239263222822}}),
    ("generic", PAGE_ID, template(template_type="generic", elements=[{"title": "Mug", "buttons": BUTTONS}] * 10)),
    (
        "generic on Instagram",
        INSTAGRAM_ID,
        template(template_type="generic", elements=[{"title": "M", "subtitle": "b"}]),
    ),
    ("button", PAGE_ID, template(template_type="button", text="x" * 640, buttons=BUTTONS)),
    ("media", PAGE_ID, template(template_type="media", elements=[{"media_type": "image", "attachment_id": "1857"}])),
    ("grid", PAGE_ID, template(template_type="image_grid", elements=[{"images": [{"url": URL}] * 6}])),
    ("coupon", PAGE_ID, template(template_type="coupon", title="10 %", coupon_code="TEN")),
    ("product", INSTAGRAM_ID, template(template_type="product", elements=[{"id": "1"}])),
    (
        "information",
        PAGE_ID,
        template(template_type="customer_information", countries=["US"], business_privacy=PRIVACY),
    ),
    ("feedback", PAGE_ID, FEEDBACK),
    (
        "receipt",
        PAGE_ID,
        template(
            template_type="receipt",
            recipient_name="A. Customer",
            order_number="A-77",
            currency="EUR",
            payment_method="Card",
            summary={"total_cost": 25},
        ),
    ),
]


@pytest.mark.parametrize(("what", "account", "body"), BODIES, ids=[row[0] for row in BODIES])
async def test_accepted(bench: Bench, what: str, account: str, body: dict[str, Any]) -> None:
    """The answer names the person and the new message, which is on record as sent."""
    scoped = bench.meet(account)
    bench.save("1857")

    answer = await bench.send(account, {"recipient": {"id": scoped}, **body})

    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["recipient_id"] == scoped
    (send,) = bench.meta.ledger.sends
    assert (send.mid, send.person, send.account, send.status) == (told["message_id"], scoped, account, 200)
    assert send.message == body["message"]


async def test_message_ids_look_like_the_product(bench: Bench) -> None:
    """``m_`` and 60 to 150 characters on Messenger, ``aWdf`` and more than 150 on Instagram."""
    bench.meet(PAGE_ID)
    bench.meet(INSTAGRAM_ID)
    messenger = (await bench.text(PAGE_ID, "ada")).json()["message_id"]
    instagram = (await bench.text(INSTAGRAM_ID, "ada")).json()["message_id"]

    assert messenger.startswith("m_")
    assert 60 <= len(messenger) - 2 <= 150
    assert instagram.startswith("aWdf")
    assert len(instagram) >= 150


async def test_window_rules_that_let_through(bench: Bench) -> None:
    """Just under 24 hours; HUMAN_AGENT and feedback within seven days; utility and news at any time."""
    scoped = bench.meet()
    bench.app.human_agent = bench.page.news = True
    bench.page.templates = {"shipment/en"}
    bench.clock.advance(DAY - 1)
    assert (await bench.text(PAGE_ID, "ada")).status_code == 200
    bench.clock.advance(5 * DAY)
    assert (await bench.send(PAGE_ID, {"recipient": {"id": scoped}, **tagged("HUMAN_AGENT")})).status_code == 200
    feedback = {"messaging_type": "MESSAGE_TAG", "tag": "CUSTOMER_FEEDBACK", **FEEDBACK}
    assert (await bench.send(PAGE_ID, {"recipient": {"id": scoped}, **feedback})).status_code == 200
    bench.clock.advance(90 * DAY)
    utility = {
        "messaging_type": "UTILITY",
        "message": {"template": {"name": "shipment", "language": {"code": "en"}}},
    }
    assert (await bench.send(PAGE_ID, {"recipient": {"id": scoped}, **utility})).status_code == 200
    news = tagged("NON_PROMOTIONAL_SUBSCRIPTION")
    assert (await bench.send(PAGE_ID, {"recipient": {"id": scoped}, **news})).status_code == 200


async def test_what_opens_the_window(bench: Bench) -> None:
    """Taps, reactions and links open it; reads, an ad click, our sends and a comment do not."""
    bench.meet()
    await bench.text(PAGE_ID, "ada")
    conversation = bench.people.conversation(PAGE_ID, "ada")

    def opens(act: Any) -> bool:
        bench.clock.advance(2 * DAY)
        before = conversation.last_user_ms
        act()
        return conversation.last_user_ms != before

    people = bench.people
    assert opens(lambda: people.postback(PAGE_ID, "ada", "Get started", "START"))
    assert opens(lambda: people.react(PAGE_ID, "ada"))
    assert opens(lambda: people.referral(PAGE_ID, "ada", "poster"))
    assert not opens(lambda: people.referral(PAGE_ID, "ada", "sale", ad_id="1"))
    assert not opens(lambda: people.read(PAGE_ID, "ada"))
    assert not opens(lambda: people.comment(PAGE_ID, "ada", "nice"))
    assert not opens(lambda: people.inbox(PAGE_ID, "ada", "hello from the shop"))


@pytest.mark.parametrize("coding", ["json", "form", "multipart", "query"])
async def test_encodings(bench: Bench, coding: str) -> None:
    """JSON, form with JSON strings, multipart and query parameters say the same thing."""
    scoped = bench.meet()
    fields = {"recipient": json.dumps({"id": scoped}), "message": json.dumps({"text": "grüße"})}
    codings: dict[str, dict[str, Any]] = {
        "json": {"json": {"recipient": {"id": scoped}, "message": {"text": "grüße"}}},
        "form": {"data": fields},
        "multipart": {"files": {name: (None, value) for name, value in fields.items()}},
        "query": {"params": fields},
    }
    given = codings[coding]

    answer = await bench.call("POST", f"{PAGE_ID}/messages", **given)

    assert answer.status_code == 200, answer.text
    assert bench.meta.ledger.sends[0].message == {"text": "grüße"}


async def test_upload_while_sending(bench: Bench) -> None:
    """A file in ``filedata``; ``is_reusable`` gives an attachment id that works in another send."""
    scoped = bench.meet()
    body = {
        "recipient": json.dumps({"id": scoped}),
        "message": json.dumps({"attachment": {"type": "image", "payload": {"is_reusable": True}}}),
    }
    answer = await bench.call("POST", "me/messages", data=body, files={"filedata": ("a.png", b"png", "image/png")})
    saved_id = answer.json()["attachment_id"]
    again = attachment("image", {"attachment_id": saved_id})

    assert (await bench.send(PAGE_ID, {"recipient": {"id": scoped}, **again})).status_code == 200
    wrong = await bench.call(
        "POST", "me/messages", data=body, files={"filedata": ("a.pdf", b"%PDF", "application/pdf")}
    )
    assert wrong.json()["error"]["error_subcode"] == 2018047


async def test_saving_an_asset(bench: Bench) -> None:
    """``message_attachments`` answers an id and sends nothing."""
    scoped = bench.meet(INSTAGRAM_ID)
    body = {"platform": "instagram", **attachment("image", {"url": f"{URL}.png", "is_reusable": True})}
    answer = await bench.call("POST", f"{PAGE_ID}/message_attachments", json=body)

    assert list(answer.json()) == ["attachment_id"]
    assert not bench.meta.ledger.sends
    again = attachment("image", answer.json())
    assert (await bench.send(PAGE_ID, {"recipient": {"id": scoped}, **again})).status_code == 200


async def test_saved_assets_and_slow_videos_pass(bench: Bench) -> None:
    """An asset of 89 days and a video that takes 75 seconds are still fine."""
    scoped = bench.meet()
    saved(age=89 * DAY)(bench)
    found(URL, "video/mp4", seconds=75)(bench)
    for body in (attachment("image", {"attachment_id": "1857"}), attachment("video", {"url": URL})):
        assert (await bench.send(PAGE_ID, {"recipient": {"id": scoped}, **body})).status_code == 200


async def test_sender_actions(bench: Bench) -> None:
    """Typing and seen answer without a message id; reactions name the message. None is a message."""
    scoped = bench.meet()
    mid = bench.people.say(PAGE_ID, "ada", "again")
    conversation = bench.people.conversation(PAGE_ID, "ada")
    assert conversation.unread == 2

    async def act(**body: Any) -> dict[str, Any]:
        answer = await bench.send(PAGE_ID, {"recipient": {"id": scoped}, **body})
        told: dict[str, Any] = answer.json()
        return told

    assert await act(sender_action="typing_on") == {"recipient_id": scoped}
    assert await act(sender_action="mark_seen") == {"recipient_id": scoped}
    reaction = {"message_id": mid, "reaction": "👍"}
    assert await act(sender_action="react", payload=reaction) == {"recipient_id": scoped, "message_id": mid}
    assert conversation.unread == 0
    assert conversation.messages[-1].reactions == {PAGE_ID: "👍"}
    await act(sender_action="unreact", payload={"message_id": mid})
    assert conversation.messages[-1].reactions == {}
    assert (bench.meta.ledger.accepted_total, bench.meta.ledger.actions_total) == (0, 4)


async def test_quick_replies_as_made(bench: Bench) -> None:
    """Titles are cut to 20 characters; phone and e-mail buttons are silently not made on Instagram."""
    replies = [
        {"content_type": "text", "title": "t" * 25, "payload": "P"},
        {"content_type": "user_phone_number"},
        {"content_type": "user_email"},
    ]
    for account in (PAGE_ID, INSTAGRAM_ID):
        scoped = bench.meet(account)
        body = {"message": {"text": "?", "quick_replies": replies}}
        assert (await bench.send(account, {"recipient": {"id": scoped}, **body})).status_code == 200

    def made(account: str) -> list[str]:
        last = bench.people.conversation(account, "ada").messages[-1]
        return [reply.get("title") or reply["content_type"] for reply in last.quick_replies]

    assert made(PAGE_ID) == ["t" * 20, "user_phone_number", "user_email"]
    assert made(INSTAGRAM_ID) == ["t" * 20]


async def test_reply_to(bench: Bench) -> None:
    """A quote of a message of this conversation is accepted and kept."""
    bench.meet()
    mid = bench.people.say(PAGE_ID, "ada", "which one?")
    assert (await bench.text(PAGE_ID, "ada", "this", reply_to={"mid": mid})).status_code == 200
    assert bench.people.conversation(PAGE_ID, "ada").messages[-1].reply_to == mid


async def test_roles_and_personas(bench: Bench) -> None:
    """In development mode people with a role can be written to; a known persona may speak."""
    scoped = bench.meet()
    bench.app.live = False
    bench.app.roles = {scoped}
    bench.page.personas = {"2222100000000001"}
    assert (await bench.text(PAGE_ID, "ada", persona_id="2222100000000001")).status_code == 200


class TestPrivateReplies:
    """A comment buys exactly one message within seven days, and no window."""

    async def reply(self, bench: Bench, account: str, comment: str, **more: Any) -> httpx.Response:
        return await bench.send(account, {"recipient": {"comment_id": comment}, "message": {"text": "hi"}, **more})

    async def test_one_reply_names_the_person(self, bench: Bench) -> None:
        comment = bench.people.comment(PAGE_ID, "ada", "How much?")
        first = await self.reply(bench, PAGE_ID, comment)
        assert first.json()["recipient_id"] == bench.scoped(PAGE_ID, "ada")
        assert (await self.reply(bench, PAGE_ID, comment)).json()["error"]["code"] == 10900
        assert (await bench.text(PAGE_ID, "ada")).json()["error"]["error_subcode"] == 2018278
        bench.people.say(PAGE_ID, "ada", "thanks")
        assert (await bench.text(PAGE_ID, "ada")).status_code == 200

    async def test_instagram_through_the_page(self, bench: Bench) -> None:
        comment = bench.people.comment(INSTAGRAM_ID, "ada", "How much?")
        assert (await self.reply(bench, PAGE_ID, comment)).status_code == 200
        assert (await self.reply(bench, PAGE_ID, comment)).json()["error"]["error_subcode"] == 2534025
        assert bench.meta.ledger.sends[0].object == "instagram"

    async def test_seven_days(self, bench: Bench) -> None:
        comment = bench.people.comment(PAGE_ID, "ada", "How much?")
        bench.clock.advance(7 * DAY)
        assert (await self.reply(bench, PAGE_ID, comment)).json()["error"]["code"] == 10902

    async def test_another_accounts_comment(self, bench: Bench) -> None:
        comment = bench.people.comment(LOGIN_ID, "ada", "How much?")
        assert (await self.reply(bench, PAGE_ID, comment)).json()["error"]["code"] == 10902

    async def test_deleted_and_blocked(self, bench: Bench) -> None:
        deleted, blocked = (bench.people.comment(PAGE_ID, "ada", text) for text in "ab")
        bench.meta.state.comments[deleted].deleted = True
        assert (await self.reply(bench, PAGE_ID, deleted)).json()["error"]["error_subcode"] == 33
        bench.people.block(PAGE_ID, "ada")
        assert (await self.reply(bench, PAGE_ID, blocked)).json()["error"]["code"] == 551


async def test_handing_over_with_the_message(bench: Bench) -> None:
    """``thread_control`` passes the thread after the send; then we are refused until it lapses."""
    bench.meet()
    control = {"control_type": "pass", "app_id": "263902037430900"}
    assert (await bench.text(PAGE_ID, "ada", thread_control=control)).status_code == 200
    assert (await bench.text(PAGE_ID, "ada")).json()["error"]["error_subcode"] == 2018300
    bench.clock.advance(DAY - 1)
    bench.meet()  # her new message keeps the lease alive
    bench.clock.advance(2)
    assert (await bench.text(PAGE_ID, "ada")).json()["error"]["error_subcode"] == 2018300
    bench.clock.advance(DAY)
    bench.meet()
    assert (await bench.text(PAGE_ID, "ada")).status_code == 200


async def test_scoped_ids_differ_per_account(bench: Bench) -> None:
    """One person has another id on every account, and an id of one is unknown to the other."""
    page, instagram, login = (bench.meet(account) for account in (PAGE_ID, INSTAGRAM_ID, LOGIN_ID))
    assert len({page, instagram, login}) == 3
    wrong = await bench.send(LOGIN_ID, {"recipient": {"id": page}, "message": {"text": "hi"}})
    assert wrong.json()["error"]["error_subcode"] == 2534014
