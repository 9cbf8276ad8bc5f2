"""The chat page: its headers, and a person in a real browser."""

from __future__ import annotations

import httpx
from playwright.async_api import Page, expect

from pagewire.simulator import Simulator
from pagewire.simulator.chat.page import FILES
from pagewire.simulator.world import INSTAGRAM_ID, PAGE_ID
from tests.pagewire.simulator.receiver import Receiver


async def answer(sim: Simulator, graph: httpx.AsyncClient, **body: object) -> None:
    recipient = {"id": sim.scoped_id(PAGE_ID, "ada")}
    reply = await graph.post("/me/messages", json={"recipient": recipient, **body})
    assert reply.status_code == 200, reply.text


async def test_a_conversation(sim: Simulator, graph: httpx.AsyncClient, hook: Receiver, page: Page) -> None:
    """A person types, is answered, taps, presses a button and reacts; the wire shows both directions."""
    await page.goto(f"{sim.chat_url}?account={PAGE_ID}&person=ada")
    await expect(page.locator("#link")).to_have_text("live")
    await page.fill("#text", "Do you have <b>mugs</b>?")
    await page.press("#text", "Enter")
    await expect(page.locator(".mine .bubble")).to_have_text("Do you have <b>mugs</b>?")
    await sim.drained()
    assert hook.texts == ["Do you have <b>mugs</b>?"]

    await answer(sim, graph, sender_action="mark_seen")
    await expect(page.locator(".mine .mark")).to_have_text("Seen")
    await answer(sim, graph, sender_action="typing_on")
    await expect(page.locator("#typing")).to_be_visible()
    replies = [{"content_type": "text", "title": "Delivery", "payload": "D"}]
    await answer(sim, graph, message={"text": "We do!", "quick_replies": replies})
    await expect(page.locator(".theirs .bubble")).to_have_text("We do!")
    await expect(page.locator("#typing")).to_be_hidden()
    await expect(page.locator(".theirs .mark")).to_have_text("You read this")
    await page.click("#quick button")
    await expect(page.locator(".mine .bubble").nth(1)).to_have_text("Delivery")
    await expect(page.locator("#quick button")).to_have_count(0)

    buttons = [{"type": "postback", "title": "Buy", "payload": "BUY"}]
    elements = [{"title": "Blue mug", "subtitle": "350 ml", "buttons": buttons}]
    template = {"type": "template", "payload": {"template_type": "generic", "elements": elements}}
    await answer(sim, graph, message={"attachment": template})
    await page.click(".cards .choice")
    await expect(page.locator(".mine .bubble").nth(2)).to_have_text("Buy")
    await page.hover(".theirs >> nth=0")
    await page.locator(".theirs .react").first.click()
    await expect(page.locator(".faces")).to_have_text("❤️")

    await sim.drained()
    assert [item["postback"]["payload"] for item in hook.of_kind("postback")] == ["BUY"]
    assert [
        item["message"]["quick_reply"]["payload"] for item in hook.items if "quick_reply" in item.get("message", {})
    ]
    assert hook.of_kind("read")
    assert hook.of_kind("reaction")
    titles = await page.locator("#frames summary b").all_inner_texts()
    assert {"Webhook: message", "Webhook: echo", "Send API: text", "Send API: typing_on"} <= set(titles)
    shown = await page.locator("#frames").inner_text()
    assert "EAAPAGETOKEN1" not in shown


async def test_switching_and_meeting(sim: Simulator, page: Page) -> None:
    """Another account, a new person, a reload: the conversation is there again; errors are shown."""
    await page.goto(sim.chat_url)
    await page.click(f"a[href*='{INSTAGRAM_ID}']")
    await page.fill("#newcomer", "Grace Hopper")
    await page.click(".new button")
    await expect(page.locator("#me")).to_have_text("Grace Hopper")
    await page.click(".menu summary")
    await page.click("#start")
    await expect(page.locator(".mine .bubble")).to_have_text("Get started")
    await page.reload()
    await expect(page.locator(".mine .bubble")).to_have_text("Get started")
    sim.people.block(INSTAGRAM_ID, "Grace Hopper")
    await page.fill("#text", "hello?")
    await page.press("#text", "Enter")
    await expect(page.locator("#problem")).to_contain_text("blocked the account")
    await page.click("#attach summary")
    await page.fill("#url", "https://cdn.example.com/a.png")
    sim.people.unblock(INSTAGRAM_ID, "Grace Hopper")
    await page.click("#send")
    await expect(page.locator(".mine .media a")).to_have_attribute("href", "https://cdn.example.com/a.png")


async def test_strict_headers(sim: Simulator) -> None:
    """Nothing from elsewhere, nothing inline, no foreign page may post."""
    async with httpx.AsyncClient(base_url=sim.graph_url, trust_env=False) as client:
        for path in ("/chat", *(f"/chat/files/{name}" for name in FILES)):
            answer = await client.get(path)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
        html = (await client.get("/chat", params={"person": "<script>alert(1)</script>"})).text
        assert "<script>alert" not in html
        assert "style=" not in html
        body = {"account": PAGE_ID, "person": "ada", "text": "hi"}
        foreign = await client.post("/chat/say", json=body, headers={"Origin": "https://attacker.example"})
        assert foreign.status_code == 403
        form = await client.post("/chat/say", content=b"{}", headers={"Content-Type": "text/plain"})
        assert form.status_code >= 400
        assert (await client.get("/chat", params={"account": "1", "person": "9"})).status_code == 200
        assert (await client.get("/chat/files/routes.py")).status_code == 404
        drawn = await client.get("/chat/picture", params={"of": "https://x.example/<script>alert(1)</script>.png"})
        assert "<script" not in drawn.text
        assert "sandbox" in drawn.headers["content-security-policy"]
    assert not sim.meta.state.by_mid


async def test_leaving(sim: Simulator, page: Page) -> None:
    """Somebody who logged in removes the app; without a call-back URL the page says what to set."""
    await page.goto(sim.chat_url)
    await page.get_by_role("button", name="Delete my data").click()
    await expect(page.locator("#told")).to_contain_text("deletion_url")
