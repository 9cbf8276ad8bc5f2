"""The chat page draws whatever the Send API takes, as a customer would see it, and lets them answer."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.async_api import Page, expect

from pagewire.simulator import Simulator
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, PAGE_ID
from tests.pagewire.simulator.receiver import Receiver

URL = "https://cdn.example.com"
EVIL = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
PRIVACY = {"url": "https://example.com/privacy"}
BUTTONS = [
    {"type": "postback", "title": "Buy", "payload": "BUY"},
    {"type": "web_url", "title": "See more", "url": "https://shop.example.com/mug"},
]
CARD = {"title": EVIL[:80], "subtitle": "350 ml", "image_url": f"{URL}/mug.png", "buttons": BUTTONS}
Body = dict[str, Any]


def template(kind: str, **payload: Any) -> Body:
    return {"attachment": {"type": "template", "payload": {"template_type": kind, **payload}}}


def media(kind: str, name: str) -> Body:
    return {"attachment": {"type": kind, "payload": {"url": f"{URL}/{name}"}}}


BOTH = [
    ({"text": EVIL}, ".bubble"),
    (template("generic", elements=[CARD, CARD | {"title": "Red mug"}]), ".cards .card"),
    (template("button", text="What next?", buttons=BUTTONS), ".card.plain .choice"),
    (template("product", elements=[{"id": "77"}]), ".card"),
    (media("image", "photo.jpg"), ".media img"),
    (media("video", "film.mp4"), ".media.video .play"),
    (media("audio", "voice.m4a"), ".audio .wave"),
    (media("file", "terms.pdf"), ".file a"),
]
MESSENGER = [
    *BOTH,
    (
        template("media", elements=[{"media_type": "image", "attachment_id": "1857", "buttons": BUTTONS}]),
        ".card.wide img",
    ),
    (
        template(
            "image_grid", elements=[{"title": "New", "images": [{"url": URL, "is_hero_image": True}, {"url": URL}]}]
        ),
        ".grid .tile.hero",
    ),
    (
        template(
            "receipt",
            recipient_name=EVIL,
            order_number="A-77",
            currency="EUR",
            payment_method="Card",
            elements=[{"title": EVIL, "price": 9.5}],
            summary={"total_cost": 25},
        ),
        ".receipt .total",
    ),
    (template("coupon", title="10 %", coupon_code="TEN", payload="SEEN"), ".coupon .code"),
    (
        template("button", text="Yours", buttons=[{"type": "account_link", "url": "https://shop.example.com/in"}]),
        ".choice",
    ),
    ({"sticker_id": 369239263222822}, ".sticker svg"),
    ({"sticker_id": 767200000000002}, ".sticker.drawn"),
]
INSTAGRAM = [
    *BOTH,
    ({"attachments": [{"type": "image", "payload": {"url": f"{URL}/{at}.png"}} for at in range(3)]}, ".album .media"),
    ({"attachment": {"type": "like_heart"}}, ".sticker .heart"),
    ({"attachment": {"type": "MEDIA_SHARE", "payload": {"id": "1789"}}}, ".card.post"),
]
FEEDBACK = template(
    "customer_feedback",
    title="Rate us",
    business_privacy=PRIVACY,
    feedback_screens=[
        {"questions": [{"id": "q", "type": "nps", "title": "How was it?", "follow_up": {"type": "free_form"}}]}
    ],
)


class Talk:
    """An open chat page, and the business that writes to it."""

    def __init__(self, sim: Simulator, graph: httpx.AsyncClient, page: Page, account: str) -> None:
        self.sim, self.graph, self.page, self.account = sim, graph, page, account

    async def open(self) -> None:
        await self.sim.say(self.account, "ada", "hello")
        await self.page.goto(f"{self.sim.chat_url}?account={self.account}&person=ada")
        await expect(self.page.locator("#link")).to_have_text("live")

    async def answer(self, message: Body, **more: Any) -> str:
        recipient = {"id": self.sim.scoped_id(self.account, "ada")}
        told = await self.graph.post("/me/messages", json={"recipient": recipient, "message": message, **more})
        assert told.status_code == 200, told.text
        return str(told.json()["message_id"])


async def draws(talk: Talk, bodies: list[tuple[Body, str]]) -> None:
    """Every body is there as it should look, and nothing in it became markup."""
    await talk.open()
    title = await talk.page.title()
    for message, shown in bodies:
        mid = await talk.answer(message)
        await expect(talk.page.locator(f'[data-mid="{mid}"] {shown}').first).to_be_visible()
    assert await talk.page.title() == title
    assert await talk.page.locator("#bubbles script, #bubbles [onerror]").count() == 0
    loaded = "[...document.querySelectorAll('#bubbles img')].every((img) => img.complete && img.naturalWidth > 0)"
    await talk.page.wait_for_function(loaded)


async def test_everything_on_messenger(sim: Simulator, graph: httpx.AsyncClient, page: Page) -> None:
    saved = await graph.post("/me/message_attachments", json={"message": {"attachment": reusable()}})
    bodies = [(swap(body, saved.json()["attachment_id"]), shown) for body, shown in MESSENGER]
    await draws(Talk(sim, graph, page, PAGE_ID), bodies)


def reusable() -> Body:
    return {"type": "image", "payload": {"url": f"{URL}/a.png", "is_reusable": True}}


def swap(body: Body, saved: str) -> Body:
    payload = body.get("attachment", {}).get("payload", {})
    if payload.get("template_type") != "media":
        return body
    return template("media", elements=[payload["elements"][0] | {"attachment_id": saved}])


async def test_everything_on_instagram(sim: Simulator, graph: httpx.AsyncClient, page: Page) -> None:
    await page.emulate_media(color_scheme="dark")
    await draws(Talk(sim, graph, page, INSTAGRAM_ID), INSTAGRAM)


async def test_forms(sim: Simulator, graph: httpx.AsyncClient, page: Page, hook: Receiver) -> None:
    """Feedback, details, a coupon and an account link, by keyboard and pointer; each tells the app."""
    talk = Talk(sim, graph, page, PAGE_ID)
    await talk.open()
    await talk.answer(FEEDBACK)
    await page.get_by_role("button", name="Give feedback").press("Enter")
    await page.get_by_role("radio", name="9", exact=True).check()
    await page.get_by_label("Tell us more").fill("Lovely")
    await page.get_by_label("Tell us more").press("Tab")
    await page.get_by_role("button", name="Send", exact=True).last.press("Enter")
    await expect(page.get_by_role("button", name="Thank you!")).to_be_disabled()
    await talk.answer(template("customer_information", countries=["US", "FR"], business_privacy=PRIVACY))
    await page.get_by_role("button", name="Fill in").click()
    await page.get_by_label("Name").fill("Ada")
    await page.get_by_label("City").fill("Lyon")
    await page.get_by_label("Country").select_option("FR")
    await page.get_by_role("button", name="Share", exact=True).click()
    await expect(page.get_by_role("button", name="Shared")).to_be_disabled()
    await talk.answer(template("coupon", title="10 %", coupon_code="TEN", payload="SEEN"))
    await page.get_by_role("button", name="Reveal code").click()
    await expect(page.locator(".code")).to_have_text("TEN")
    await talk.answer(
        template("button", text="?", buttons=[{"type": "account_link", "url": "https://shop.example.com/"}])
    )
    await page.get_by_role("button", name="Log In").click()
    await page.get_by_role("dialog").get_by_role("button", name="Log in").click()
    await expect(page.locator("#frames summary b").first).to_have_text("Webhook: account_linking")
    await sim.drained()
    (rated,) = hook.of_kind("messaging_feedback")
    answer = rated["messaging_feedback"]["feedback_screens"][0]["questions"]["q"]
    assert (answer["payload"], answer["follow_up"]["payload"]) == ("9", "Lovely")
    (told,) = hook.of_kind("messaging_customer_information")
    responses = {
        entry["key"]: entry["value"] for entry in told["messaging_customer_information"]["screens"][0]["responses"]
    }
    assert responses == {"name": "Ada", "city": "Lyon", "country": "FR"}
    assert [item["postback"]["payload"] for item in hook.of_kind("postback")] == ["SEEN"]
    assert [item["account_linking"]["status"] for item in hook.of_kind("account_linking")] == ["linked"]


async def test_what_a_person_can_do(sim: Simulator, graph: httpx.AsyncClient, page: Page, hook: Receiver) -> None:
    """Reply, edit, unsend, a heart, a story, a link, an ad, a comment answered in private; on a narrow screen."""
    await page.set_viewport_size({"width": 390, "height": 800})
    page.on("dialog", lambda asked: asked.accept("hello again"))
    talk = Talk(sim, graph, page, INSTAGRAM_ID)
    await talk.open()
    mine = page.locator("li.mine").first
    await mine.hover()
    await mine.get_by_role("button", name="Edit").click()
    await expect(mine.locator(".bubble")).to_have_text("hello again")
    await expect(mine.locator(".edited")).to_be_visible()
    mid = await talk.answer({"text": "Hi Ada"})
    theirs = page.locator(f'[data-mid="{mid}"]')
    await theirs.hover()
    await theirs.get_by_role("button", name="Reply").click()
    await page.keyboard.type("to this")
    await page.keyboard.press("Enter")
    await expect(page.locator("li.mine .quote").last).to_have_text("↩ Hi Ada")
    await page.click("#like")
    await expect(page.locator("li.mine .sticker .heart")).to_be_visible()
    for name, fields in (
        ("Reply to the story", {"Message": "So pretty"}),
        ("Open a link to the chat", {}),
        ("Click an ad", {"And write": "This one?"}),
        ("Comment on a post", {"Comment": "How much?"}),
    ):
        await page.locator(".menu summary").press("Enter")
        await page.get_by_role("button", name=name).press("Enter")
        for label, text in fields.items():
            await page.get_by_role("dialog").get_by_label(label).fill(text)
        await page.locator("dialog .go").click()
        await expect(page.locator("dialog")).to_have_count(0)
    await expect(page.locator(".note")).to_have_text("You wrote publicly on a post: How much?")
    comment = next(reversed(sim.meta.state.comments))
    private = await graph.post("/me/messages", json={"recipient": {"comment_id": comment}, "message": {"text": "Five"}})
    assert private.status_code == 200
    await expect(page.locator("li.theirs .quote").last).to_have_text("Replied privately to your comment: How much?")
    await mine.hover()
    await mine.get_by_role("button", name="Unsend").click()
    await expect(mine.locator(".gone")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await sim.drained()
    messages = [item["message"] for item in hook.of_kind("message") if not item["message"].get("is_echo")]
    assert {"story", "mid"} <= {key for told in messages for key in told.get("reply_to", {})}
    assert [told["referral"]["ad_id"] for told in messages if "referral" in told]
    assert [told for told in messages if told.get("is_deleted")]
    assert len(hook.of_kind("referral")) == 1


async def test_personas_and_the_inbox(sim: Simulator, graph: httpx.AsyncClient, page: Page) -> None:
    """A persona has a name of its own; the business takes the thread by hand and gives it back."""
    sim.meta.state.accounts[PAGE_ID].default_app = APP_ID
    talk = Talk(sim, graph, page, PAGE_ID)
    await talk.open()
    await expect(page.locator("#owner")).to_have_text("Harbour Gateway answers")
    made = await graph.post("/me/personas", json={"name": "Sam T.", "profile_picture_url": f"{URL}/sam.png"})
    await talk.answer({"text": "Sam here"}, persona_id=made.json()["id"])
    await expect(page.locator(".persona")).to_have_text("Sam T.")
    await page.fill("#reply", "I take this one")
    await page.press("#reply", "Enter")
    await expect(page.locator("li.theirs .bubble").last).to_have_text("I take this one")
    await expect(page.locator("#owner")).to_have_text("Meta's inbox answers")
    recipient = {"id": sim.scoped_id(PAGE_ID, "ada")}
    refused = await graph.post("/me/messages", json={"recipient": recipient, "message": {"text": "x"}})
    assert refused.json()["error"]["error_subcode"] == 2018300
    await page.click("#back")
    await expect(page.locator("#owner")).to_have_text("Harbour Gateway answers")
    await talk.answer({"text": "back again"})


async def test_menu_and_ice_breakers(sim: Simulator, page: Page) -> None:
    """What the account set in its profile is offered: ice breakers until somebody writes, the menu always."""
    entry = {"type": "postback", "title": "My orders", "payload": "ORDERS"}
    sim.meta.state.accounts[PAGE_ID].profile = {
        "get_started": {"payload": "START"},
        "ice_breakers": [{"question": "Where are you?", "payload": "WHERE"}],
        "persistent_menu": [{"locale": "default", "call_to_actions": [entry]}],
    }
    await page.goto(f"{sim.chat_url}?account={PAGE_ID}&person=ada")
    await page.click("#breakers button")
    await expect(page.locator(".mine .bubble")).to_have_text("Where are you?")
    await expect(page.locator("#breakers button")).to_have_count(0)
    await page.click(".menu summary")
    await page.click("#menu button")
    await expect(page.locator(".mine .bubble").last).to_have_text("My orders")
