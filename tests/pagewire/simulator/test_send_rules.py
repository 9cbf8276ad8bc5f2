"""Appendix A of the platform's rules as a table: this request, in this world, gets this code and subcode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from pagewire.simulator.media import WebFile
from pagewire.simulator.stored import Attachment
from pagewire.simulator.world import INSTAGRAM_ID, LOGIN_ID, PAGE_ID
from tests.pagewire.simulator.conftest import DAY, Bench

Body = dict[str, Any]
TEXT = {"text": "hi"}


class Case(NamedTuple):
    name: str
    code: int
    subcode: int | None
    body: Body
    arrange: Callable[[Bench], object] = lambda bench: None
    account: str = PAGE_ID
    person: str | None = "ada"
    """Who wrote before; their id fills in a missing recipient."""


def message(text: str = "hi", **more: Any) -> Body:
    return {"message": {"text": text}, **more}


def attachment(kind: str, payload: Body | None = None) -> Body:
    return {"message": {"attachment": {"type": kind, "payload": payload or {}}}}


def image(url: str) -> Body:
    return attachment("image", {"url": url})


def template(**payload: Any) -> Body:
    return attachment("template", payload)


def quick(count: int = 1, **more: Any) -> Body:
    reply = {"content_type": "text", "title": "Yes", "payload": "Y", **more}
    return {"message": {"text": "?", "quick_replies": [reply] * count}}


def tagged(tag: str | None, **more: Any) -> Body:
    body = {"messaging_type": "MESSAGE_TAG", **message(), **more}
    return body if tag is None else {**body, "tag": tag}


def later(seconds: float) -> Callable[[Bench], object]:
    return lambda bench: bench.clock.advance(seconds)


def the_page(**settings: Any) -> Callable[[Bench], object]:
    return lambda bench: _change(bench.page, settings)


def the_app(**settings: Any) -> Callable[[Bench], object]:
    return lambda bench: _change(bench.app, settings)


def the_instagram(**settings: Any) -> Callable[[Bench], object]:
    return lambda bench: _change(bench.instagram, settings)


def _change(target: object, settings: Body) -> None:
    for name, value in settings.items():
        setattr(target, name, value)


def owned(account: str, app: str) -> Callable[[Bench], object]:
    def arrange(bench: Bench) -> None:
        conversation = bench.people.conversation(account, "ada")
        conversation.owner, conversation.owner_until = app, bench.clock.now() + 60

    return arrange


def found(url: str, content_type: str, **more: Any) -> Callable[[Bench], object]:
    return lambda bench: bench.meta.web.update({url: WebFile(content_type=content_type, **more)})


def saved(account: str = PAGE_ID, age: float = 0, reusable: bool = True) -> Callable[[Bench], object]:
    def arrange(bench: Bench) -> None:
        created = int((bench.clock.now() - age) * 1000)
        bench.meta.state.attachments["1857"] = Attachment(
            id="1857", account_id=account, kind="image", url="https://x.example/a", created=created, reusable=reusable
        )

    return arrange


def both(*arrangements: Callable[[Bench], object]) -> Callable[[Bench], object]:
    return lambda bench: [arrange(bench) for arrange in arrangements]


def link(**more: Any) -> Body:
    button = {"type": "web_url", "title": "Shop", "url": "https://shop.example.com/", **more}
    return template(template_type="button", text="?", buttons=[button])


def receipt(**more: Any) -> Body:
    parts = {"recipient_name": "A", "order_number": "1", "payment_method": "Card", "currency": "EUR"}
    return template(template_type="receipt", **parts, summary={"total_cost": 1}, **more)


def feedback(question: Body, **more: Any) -> Body:
    parts = {"title": "Rate us", "business_privacy": PRIVACY, **more}
    return template(template_type="customer_feedback", feedback_screens=[{"questions": [QUESTION | question]}], **parts)


URL = "https://cdn.example.com/a"
PRIVACY = {"url": "https://example.com/privacy"}
QUESTION = {"id": "q_1", "type": "csat", "title": "How was it?"}
ELEMENT = {"title": "Mug", "subtitle": "Blue"}

CASES = [
    # 2. recipient
    Case("no recipient", 100, None, message(recipient=None)),
    Case("recipient is text", 100, None, message(recipient="ada")),
    Case("two recipients in one", 100, None, message(recipient={"id": "1", "comment_id": "2"})),
    Case("an unknown recipient variant", 100, None, message(recipient={"thread": "t_1"})),
    # 3. message or action
    Case("message and action", 100, 2018014, message(sender_action="typing_on")),
    Case("neither message nor action", 100, 2018034, {}),
    Case("empty message", 100, 2018034, {"message": {}}),
    Case("empty text", 100, 2018034, message("")),
    Case("blank text", 100, 2018034, message("  \n ")),
    Case("quick replies alone", 100, 2018034, {"message": {"quick_replies": [{"content_type": "user_email"}]}}),
    Case("empty message on Instagram", 100, 2018034, message(""), account=INSTAGRAM_ID),
    # 4. shapes, lengths, counts
    Case("text and attachment", 100, None, {"message": {"text": "x", "attachment": {"type": "image"}}}),
    Case("text is no string", 100, None, {"message": {"text": 5}}),
    Case("2001 characters", 100, None, message("x" * 2001)),
    Case("1001 emoji are 2002 units", 100, None, message("🎉" * 1001)),
    Case("1001 bytes on Instagram", 100, None, message("é" * 500 + "x"), account=INSTAGRAM_ID),
    Case("1001 bytes on Instagram Login", 100, None, message("x" * 1001), account=LOGIN_ID),
    Case("metadata of 1000", 100, None, {"message": {"text": "x", "metadata": "m" * 1000}}),
    Case("metadata is no string", 100, None, {"message": {"text": "x", "metadata": 5}}),
    Case("14 quick replies", 100, None, quick(14)),
    Case("quick reply without payload", 100, None, quick(payload=None)),
    Case("quick reply without title", 100, None, quick(title="")),
    Case("quick reply payload of 1001", 100, None, quick(payload="p" * 1001)),
    Case("quick reply of a removed type", 100, None, quick(content_type="location")),
    Case("unknown messaging_type", 100, None, message(messaging_type="NEWS")),
    Case("unknown notification_type", 100, None, message(notification_type="LOUD")),
    Case("unknown persona", 100, None, message(persona_id="22")),
    Case("unknown sender_action", 100, None, {"sender_action": "wave"}),
    Case("typing with messaging_type", 100, None, {"sender_action": "typing_on", "messaging_type": "RESPONSE"}),
    Case("typing with tag", 100, None, {"sender_action": "typing_on", "tag": "HUMAN_AGENT"}),
    Case("typing to a comment", 100, None, {"recipient": {"comment_id": "1"}, "sender_action": "typing_on"}),
    Case("react without message", 100, None, {"sender_action": "react", "payload": {"reaction": "love"}}),
    Case("react without reaction", 100, None, {"sender_action": "react", "payload": {"message_id": "m_1"}}),
    Case("react to a foreign message", 100, None, {"sender_action": "unreact", "payload": {"message_id": "m_1"}}),
    Case("unknown attachment type", 100, None, attachment("gif")),
    Case("unknown kind on Instagram", 100, 2534015, attachment("gif"), account=INSTAGRAM_ID),
    Case("like_heart on Messenger", 100, None, attachment("like_heart")),
    Case("attachment without url or id", 100, None, attachment("image")),
    Case("attachment with url and id", 100, None, attachment("image", {"url": URL, "attachment_id": "1"})),
    Case("several attachments on Messenger", 100, None, {"message": {"attachments": [{"type": "image"}]}}),
    Case("a video among images", 100, 2534015, {"message": {"attachments": [{"type": "video"}]}}, account=INSTAGRAM_ID),
    Case(
        "11 images",
        100,
        None,
        {"message": {"attachments": [{"type": "image", "payload": {"url": URL}}] * 11}},
        account=LOGIN_ID,
    ),
    Case("sticker on Instagram", 100, 2534015, {"message": {"sticker_id": 5}}, account=INSTAGRAM_ID),
    Case("sticker id is text", 100, None, {"message": {"sticker_id": "5"}}),
    Case("a post without id", 100, None, attachment("MEDIA_SHARE"), account=INSTAGRAM_ID),
    Case("template without type", 100, None, template(elements=[])),
    Case("unknown template", 100, None, template(template_type="list", elements=[ELEMENT])),
    Case("receipt on Instagram", 100, 2534015, template(template_type="receipt"), account=INSTAGRAM_ID),
    Case("generic without elements", 100, None, template(template_type="generic", elements=[])),
    Case("generic with 11 elements", 100, None, template(template_type="generic", elements=[ELEMENT] * 11)),
    Case("generic with a title alone", 100, None, template(template_type="generic", elements=[{"title": "Mug"}])),
    Case(
        "generic title of 81", 100, None, template(template_type="generic", elements=[{**ELEMENT, "title": "x" * 81}])
    ),
    Case(
        "default_action with a title",
        100,
        None,
        template(template_type="generic", elements=[{**ELEMENT, "default_action": {"type": "web_url", "title": "x"}}]),
    ),
    Case("button template of 4", 100, None, template(template_type="button", text="?", buttons=[{}] * 4)),
    Case("button text of 641", 100, None, template(template_type="button", text="x" * 641, buttons=[])),
    Case(
        "button title of 21",
        100,
        None,
        template(template_type="button", text="?", buttons=[{"type": "postback", "title": "x" * 21, "payload": "P"}]),
    ),
    Case(
        "phone button on Instagram",
        100,
        None,
        template(
            template_type="button", text="?", buttons=[{"type": "phone_number", "title": "x", "payload": "+15550100"}]
        ),
        account=INSTAGRAM_ID,
    ),
    Case(
        "phone button without a number",
        100,
        None,
        template(template_type="button", text="?", buttons=[{"type": "phone_number", "title": "x", "payload": "555"}]),
    ),
    Case(
        "account_link without https",
        100,
        None,
        template(template_type="button", text="?", buttons=[{"type": "account_link", "url": "http://x.example"}]),
    ),
    Case(
        "media template from elsewhere",
        100,
        None,
        template(template_type="media", elements=[{"media_type": "image", "url": "https://x.example/a.png"}]),
    ),
    Case("media template of audio", 100, None, template(template_type="media", elements=[{"media_type": "audio"}])),
    Case("grid of one image", 100, None, template(template_type="image_grid", elements=[{"images": [{"url": URL}]}])),
    Case(
        "grid with two heroes",
        100,
        None,
        template(template_type="image_grid", elements=[{"images": [{"url": URL, "is_hero_image": True}] * 2}]),
    ),
    Case(
        "receipt without total",
        100,
        None,
        template(template_type="receipt", recipient_name="A", order_number="1", payment_method="Card", currency="EUR"),
    ),
    Case("coupon without code or url", 100, None, template(template_type="coupon", title="10 %")),
    Case("coupon code with spaces", 100, None, template(template_type="coupon", title="10 %", coupon_code="A B")),
    Case(
        "feedback with two questions",
        100,
        None,
        template(
            template_type="customer_feedback",
            title="Rate us",
            business_privacy=PRIVACY,
            feedback_screens=[{"questions": [QUESTION, QUESTION]}],
        ),
    ),
    Case(
        "feedback without privacy",
        100,
        None,
        template(
            template_type="customer_feedback",
            title="Rate us",
            feedback_screens=[{"questions": [QUESTION]}],
        ),
    ),
    Case("eleven products", 100, None, template(template_type="product", elements=[{"id": "1"}] * 11)),
    Case(
        "information without countries",
        100,
        None,
        template(template_type="customer_information", business_privacy=PRIVACY),
    ),
    Case("utility template without UTILITY", 100, None, {"message": {"template": {"name": "a"}}}),
    Case("UTILITY without template", 100, None, message(messaging_type="UTILITY")),
    Case("utility template on Instagram", 100, 2534015, {"message": {"template": {"name": "a"}}}, account=INSTAGRAM_ID),
    Case("product on Instagram Login", 100, 2534015, template(template_type="product"), account=LOGIN_ID),
    Case("a persona on Instagram", 100, None, message(persona_id="22"), account=INSTAGRAM_ID),
    Case(
        "a persona that types on Instagram",
        100,
        None,
        {"sender_action": "typing_on", "persona_id": "2"},
        account=LOGIN_ID,
    ),
    Case("an unknown persona that types", 100, None, {"sender_action": "typing_on", "persona_id": "22"}),
    Case("silent on Instagram", 100, None, message(notification_type="NO_PUSH"), account=INSTAGRAM_ID),
    Case("an unknown thread_control", 100, None, message(thread_control={"control_type": "take"})),
    Case("a post on Instagram", 100, None, message(recipient={"post_id": "1_2"}), account=LOGIN_ID),
    Case("user_ref on Instagram", 100, None, message(recipient={"user_ref": "u"}), account=LOGIN_ID),
    Case("extensions without the domain", 100, None, link(messenger_extensions=True)),
    Case("a webview of no height", 100, None, link(webview_height_ratio="huge")),
    Case("receipt with a number as time", 100, None, receipt(timestamp=1790000000)),
    Case("receipt of 101 lines", 100, None, receipt(elements=[{"title": "Mug", "price": 1}] * 101)),
    Case("receipt line without price", 100, None, receipt(elements=[{"title": "Mug"}])),
    Case("feedback with a link", 100, None, feedback({}, title="See https://x.example")),
    Case("feedback of a wrong scale", 100, None, feedback({"score_option": "zero_to_ten"})),
    Case("feedback with an unknown label", 100, None, feedback({"score_label": "up_down"})),
    Case("feedback with a scored follow-up", 100, None, feedback({"follow_up": {"type": "csat"}})),
    Case("feedback of eight days", 100, None, feedback({}, expires_in_days=8)),
    Case(
        "information of a country in words",
        100,
        None,
        template(template_type="customer_information", countries=["France"], business_privacy=PRIVACY),
    ),
    *(
        Case(f"the {name} template", 100, None, template(template_type=name))
        for name in ("open_graph", "airline_update", "one_time_notif_req", "notification_messages")
    ),
    # 5. tags
    Case("MESSAGE_TAG without tag", 100, None, tagged(None)),
    Case("an unknown tag", 100, None, tagged("ISSUE_RESOLUTION")),
    Case("a dead tag inside the window", 100, 1893061, tagged("ACCOUNT_UPDATE")),
    Case("another dead tag", 100, 1893061, tagged("CONFIRMED_EVENT_UPDATE"), later(2 * DAY)),
    Case("the third dead tag", 100, 1893061, tagged("POST_PURCHASE_UPDATE")),
    Case("HUMAN_AGENT without approval", 100, 2018276, tagged("HUMAN_AGENT")),
    Case("HUMAN_AGENT without approval, Instagram", 100, 2018276, tagged("HUMAN_AGENT"), account=INSTAGRAM_ID),
    Case("CUSTOMER_FEEDBACK with text", 100, None, tagged("CUSTOMER_FEEDBACK")),
    Case("CUSTOMER_FEEDBACK on Instagram", 100, None, tagged("CUSTOMER_FEEDBACK"), account=INSTAGRAM_ID),
    # 6. the person, the app's mode
    Case("a person who never wrote", 100, 2018001, message(), person=None),
    Case("a scoped id of nowhere", 100, 2018001, message(recipient={"id": "999"})),
    Case("a person who never wrote to Instagram Login", 100, 2534014, message(), account=LOGIN_ID, person=None),
    Case("user_ref", 100, 2018001, message(recipient={"user_ref": "u"})),
    Case("phone number", 200, 2018027, message(recipient={"phone_number": "+15550100"})),
    Case("development mode, no role", 200, 2018028, message(), the_app(live=False)),
    # 7. the account
    Case("restricted Page", 10, 1893063, message(), the_page(restricted=True)),
    Case("restricted Instagram account", 100, 2534029, message(), the_instagram(restricted=True), INSTAGRAM_ID),
    Case("Instagram access off", 200, 2534041, message(), the_instagram(access_off=True), INSTAGRAM_ID),
    # 8. blocked
    Case("blocked", 551, 1545041, message(), lambda b: b.people.block(PAGE_ID, "ada")),
    Case("blocked on Instagram", 551, 1545041, message(), lambda b: b.people.block(INSTAGRAM_ID, "ada"), INSTAGRAM_ID),
    # 9. the thread's owner
    Case("another app owns the thread", 10, 2018300, message(), owned(PAGE_ID, "5")),
    Case("another app owns the Instagram thread", 100, 2534037, message(), owned(INSTAGRAM_ID, "5"), INSTAGRAM_ID),
    Case("another app is the default", 10, 2018300, message(), the_page(default_app="5")),
    Case("Meta's automated flow owns the thread", 10, 2018321, message(), owned(PAGE_ID, "413038776280800")),
    Case(
        "a human agent who may not take threads",
        10,
        2018300,
        tagged("HUMAN_AGENT"),
        both(the_app(human_agent=True), owned(PAGE_ID, "5")),
    ),
    Case("typing in a foreign thread", 10, 2018300, {"sender_action": "typing_on"}, owned(PAGE_ID, "5")),
    # 10. private replies: see test_private_replies for the rest
    Case("unknown comment", 10902, None, message(recipient={"comment_id": "1_2"})),
    Case("a token of marketing messages", 100, None, message(recipient={"notification_messages_token": "5"})),
    Case("unknown post", 10902, None, message(recipient={"post_id": "1_2"})),
    Case("unknown comment on Instagram", 100, 2534025, message(recipient={"comment_id": "12"}), account=LOGIN_ID),
    # 11. the window
    Case("24 hours later", 10, 2018278, message(), later(DAY)),
    Case("24 hours later with UPDATE", 10, 2018278, message(messaging_type="UPDATE"), later(DAY)),
    Case("24 hours later on Instagram", 10, 2534022, message(), later(DAY), INSTAGRAM_ID),
    Case("24 hours later on Instagram Login", 10, 2534022, message(), later(DAY), LOGIN_ID),
    Case("typing 24 hours later", 10, 2018278, {"sender_action": "typing_on"}, later(DAY)),
    Case(
        "HUMAN_AGENT after 7 days", 10, 2018278, tagged("HUMAN_AGENT"), both(the_app(human_agent=True), later(7 * DAY))
    ),
    Case("news tag of a Page that is none", 10, 2018065, tagged("NON_PROMOTIONAL_SUBSCRIPTION")),
    Case(
        "utility template that is not approved",
        10,
        2018278,
        {"messaging_type": "UTILITY", "message": {"template": {"name": "a", "language": {"code": "en"}}}},
    ),
    Case("a quote of a foreign message", 100, None, message(reply_to={"mid": "m_1"})),
    Case("a quote without mid", 100, None, message(reply_to={"id": "m_1"})),
    # 13. media
    Case("media by http", 100, 2018008, image("http://cdn.example.com/a.png")),
    Case("media on localhost", 100, 2018008, image("https://localhost/a.png")),
    Case("media on a private address", 100, 2018008, image("https://10.0.0.1/a.png")),
    Case("media that does not answer", 100, 2018008, image(URL), found(URL, "image/png", reachable=False)),
    Case("media that takes 11 s", 100, 2018008, image(URL), found(URL, "image/png", seconds=11)),
    Case("video of 76 s", 100, 2018294, attachment("video", {"url": URL}), found(URL, "video/mp4", seconds=76)),
    Case("a pdf as image", 100, 2018047, image(f"{URL}.pdf")),
    Case("text as image", 100, 2018047, image(URL), found(URL, "text/plain; charset=utf-8")),
    Case("a page instead of a file", 546, None, image(URL), found(URL, "text/html")),
    Case("an image of 9 MB", 100, 2018109, image(URL), found(URL, "image/png", size=9 * 2**20)),
    Case("a video of 26 MB", 100, 2018109, attachment("video", {"url": URL}), found(URL, "video/mp4", size=26 * 2**20)),
    Case("a zip on Instagram", 100, 2018047, attachment("file", {"url": f"{URL}.zip"}), account=INSTAGRAM_ID),
    Case("mp3 on Instagram", 100, 2018047, attachment("audio", {"url": f"{URL}.mp3"}), account=INSTAGRAM_ID),
    Case("an image as video", 100, 2018047, attachment("video", {"attachment_id": "1857"}), saved()),
    Case(
        "a media template of an unknown asset",
        100,
        2018074,
        template(template_type="media", elements=[{"media_type": "image", "attachment_id": "1"}]),
    ),
    Case("unknown attachment id", 100, 2018074, attachment("image", {"attachment_id": "1"})),
    Case("somebody else's asset", 100, 2018074, attachment("image", {"attachment_id": "1857"}), saved("1")),
    Case("an expired asset", 100, 2018074, attachment("image", {"attachment_id": "1857"}), saved(age=91 * DAY)),
    Case(
        "an asset saved for once", 100, 2018074, attachment("image", {"attachment_id": "1857"}), saved(reusable=False)
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_refused(bench: Bench, case: Case) -> None:
    """The first rule a request breaks decides; nothing is sent, and the refusal is on record."""
    scoped = bench.meet(case.account) if case.person else bench.scoped(case.account, "ada")
    case.arrange(bench)
    body = {"recipient": {"id": scoped}, **case.body}
    if body["recipient"] is None:
        del body["recipient"]

    answer = await bench.send(case.account, body)

    error = answer.json()["error"]
    assert (error["code"], error.get("error_subcode")) == (case.code, case.subcode), error["message"]
    assert error["fbtrace_id"]
    assert answer.status_code >= 400
    assert not bench.meta.ledger.sends
    (refused,) = bench.meta.ledger.refused
    assert (refused.code, refused.subcode) == (case.code, case.subcode)


ORDER = [
    ("the recipient before the body", {"recipient": None, "message": {}}, 100, None),
    ("the body before the tag", {"message": {"text": ""}, "messaging_type": "MESSAGE_TAG"}, 100, 2018034),
    ("the tag before the person", {**tagged("ACCOUNT_UPDATE"), "recipient": {"id": "1"}}, 100, 1893061),
    ("the person before the restriction", {**message(), "recipient": {"id": "1"}}, 100, 2018001),
    ("the restriction before the block", message(), 10, 1893063),
]


@pytest.mark.parametrize(("what", "body", "code", "subcode"), ORDER, ids=[row[0] for row in ORDER])
async def test_first_hit_wins(bench: Bench, what: str, body: Body, code: int, subcode: int | None) -> None:
    """A request that breaks every rule at once hears of the first."""
    scoped = bench.meet()
    bench.page.restricted = True
    bench.people.block(PAGE_ID, "ada")
    owned(PAGE_ID, "5")(bench)
    bench.clock.advance(30 * DAY)
    full = {"recipient": {"id": scoped}, **body}
    if full["recipient"] is None:
        del full["recipient"]

    error = (await bench.send(PAGE_ID, full)).json()["error"]

    assert (error["code"], error.get("error_subcode")) == (code, subcode)


async def test_block_before_owner_before_window(bench: Bench) -> None:
    """Each repaired fault uncovers the next."""
    scoped = bench.meet()
    owned(PAGE_ID, "5")(bench)
    bench.people.block(PAGE_ID, "ada")
    bench.people.conversation(PAGE_ID, "ada").owner_until = bench.clock.now() + 9 * DAY
    bench.clock.advance(2 * DAY)
    body = {"recipient": {"id": scoped}, **image("http://nowhere")}

    seen = []
    for repair in (
        lambda: bench.people.unblock(PAGE_ID, "ada"),
        lambda: setattr(bench.people.conversation(PAGE_ID, "ada"), "owner", None),
        bench.meet,
    ):
        seen.append((await bench.send(PAGE_ID, body)).json()["error"]["error_subcode"])
        repair()
    seen.append((await bench.send(PAGE_ID, body)).json()["error"]["error_subcode"])

    assert seen == [1545041, 2018300, 2018278, 2018008]
