"""Bytes that were uploaded can be fetched again where the echo, the history and the chat page say they are."""

from __future__ import annotations

import base64
import json

import httpx
from playwright.async_api import Page, expect

from pagewire.simulator import Simulator
from pagewire.simulator.ids import Ids
from pagewire.simulator.kept import Kept
from pagewire.simulator.order import Upload
from pagewire.simulator.world import PAGE_ID
from tests.pagewire.simulator.receiver import Receiver

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR4nGNQaDiAFTEMLQkAOsZYAYJCUNYAAAAASUVORK5CYII="
)


async def upload(graph: httpx.AsyncClient, kind: str, name: str, content: bytes, content_type: str) -> str:
    message = json.dumps({"attachment": {"type": kind, "payload": {"is_reusable": True}}})
    files = {"filedata": (name, content, content_type)}
    answer = await graph.post("/me/message_attachments", data={"message": message}, files=files)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["attachment_id"])


async def send(sim: Simulator, graph: httpx.AsyncClient, kind: str, saved: str) -> None:
    attachment = {"type": kind, "payload": {"attachment_id": saved}}
    body = {"recipient": {"id": sim.scoped_id(PAGE_ID, "ada")}, "message": {"attachment": attachment}}
    answer = await graph.post("/me/messages", json=body)
    assert answer.status_code == 200, answer.text


async def test_an_upload_is_what_the_echo_shows(sim: Simulator, graph: httpx.AsyncClient, hook: Receiver) -> None:
    await sim.say(PAGE_ID, "ada", "hello")
    paper = b"%PDF-1.7 <script>alert(1)</script>"
    await send(sim, graph, "file", await upload(graph, "file", "../terms & conditions.pdf", paper, "application/pdf"))
    await sim.drained()
    (echo,) = (item for item in hook.items if item.get("message", {}).get("is_echo"))
    url = echo["message"]["attachments"][0]["payload"]["url"]
    async with httpx.AsyncClient() as client:
        found = await client.get(url)
        assert (found.status_code, found.content, found.headers["content-type"]) == (200, paper, "application/pdf")
        assert "sandbox" in found.headers["content-security-policy"]
        assert (await client.get(f"{sim.graph_url}/_media/1/nothing")).status_code == 404
        assert (await client.post(url)).status_code == 404
        conversation = (await graph.get("/me/conversations?fields=messages{attachments}")).json()["data"][0]
        stored = conversation["messages"]["data"][0]["attachments"]["data"][0]
        assert url in json.dumps(stored)


async def test_bytes_that_travel_with_a_message_are_kept_too(
    sim: Simulator, graph: httpx.AsyncClient, hook: Receiver
) -> None:
    await sim.say(PAGE_ID, "ada", "hello")
    message = json.dumps({"attachment": {"type": "image", "payload": {}}})
    fields = {"recipient": json.dumps({"id": sim.scoped_id(PAGE_ID, "ada")}), "message": message}
    answer = await graph.post("/me/messages", data=fields, files={"filedata": ("a.png", PNG, "image/png")})
    assert answer.status_code == 200, answer.text
    await sim.drained()
    (echo,) = (item for item in hook.items if item.get("message", {}).get("is_echo"))
    async with httpx.AsyncClient() as client:
        assert (await client.get(echo["message"]["attachments"][0]["payload"]["url"])).content == PNG


async def test_a_person_sees_the_picture_itself(sim: Simulator, graph: httpx.AsyncClient, page: Page) -> None:
    await sim.say(PAGE_ID, "ada", "hello")
    await page.goto(f"{sim.chat_url}?account={PAGE_ID}&person=ada")
    await expect(page.locator("#link")).to_have_text("live")
    await send(sim, graph, "image", await upload(graph, "image", "tide.png", PNG, "image/png"))
    shown = page.locator(".theirs .media img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("async (img) => { await img.decode(); return img.naturalWidth }") == 8


def test_the_oldest_uploads_give_way() -> None:
    kept = Kept(Ids(1), most=10)
    kept.origin = "http://sim"
    first, second, third = (
        kept.keep(Upload(filename="a", content_type="image/png", size=5, content=b"12345")) for _ in range(3)
    )
    assert kept.find(first.removeprefix("http://sim")) is None
    assert kept.find(second.removeprefix("http://sim")) is not None
    assert kept.find(third.removeprefix("http://sim")) is not None
