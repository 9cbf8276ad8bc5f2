"""What people fill in, write in public, and what the business does in Meta's inbox: acts by HTTP, webhooks out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from pagewire.simulator import Clock, Simulator, small_world
from pagewire.simulator.days import day
from pagewire.simulator.people import Impossible
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, PAGE_ID
from tests.pagewire.simulator.conftest import DAY, START, Bench
from tests.pagewire.simulator.receiver import Receiver

ADA = {"account": PAGE_ID, "person": "ada"}
PRIVACY = {"url": "https://example.com/privacy"}
QUESTION = {"id": "q_1", "type": "csat", "title": "How was it?", "follow_up": {"type": "free_form"}}
FEEDBACK = {
    "template_type": "customer_feedback",
    "title": "Rate us",
    "business_privacy": PRIVACY,
    "feedback_screens": [{"questions": [QUESTION]}],
    "expires_in_days": 3,
}
INFORMATION = {"template_type": "customer_information", "countries": ["US"], "business_privacy": PRIVACY}
COUPON = {"template_type": "coupon", "title": "10 %", "coupon_code": "TEN", "payload": "SEEN"}


class Desk:
    """The control API, and the Send API of the Page."""

    def __init__(self, sim: Simulator, control: httpx.AsyncClient) -> None:
        self.sim, self.control = sim, control

    async def act(self, what: str, **body: Any) -> httpx.Response:
        answer = await self.control.post(f"/_control/{what}", json={**ADA, **body})
        await self.sim.drained()
        return answer

    async def send(self, payload: dict[str, Any], account: str = PAGE_ID) -> httpx.Response:
        attachment = {"attachment": {"type": "template", "payload": payload}}
        return await self.message({"id": self.sim.scoped_id(account, "ada")}, attachment)

    async def message(self, recipient: dict[str, Any], message: dict[str, Any]) -> httpx.Response:
        headers = {"Authorization": "Bearer EAAPAGETOKEN1"}
        body = {"recipient": recipient, "message": message}
        answer = await self.control.post("/v25.0/me/messages", json=body, headers=headers)
        await self.sim.drained()
        return answer


@pytest.fixture
async def desk(sim: Simulator) -> AsyncIterator[Desk]:
    await sim.say(PAGE_ID, "ada", "hello")
    async with httpx.AsyncClient(base_url=sim.graph_url, trust_env=False) as client:
        yield Desk(sim, client)


async def test_feedback(desk: Desk, hook: Receiver) -> None:
    """Answered once, within its days; the webhook has no time, as Meta's has none."""
    assert (await desk.act("feedback", score="4")).status_code == 409
    await desk.send(FEEDBACK)
    assert (await desk.act("feedback", score="4", comment="Quick")).status_code == 201
    (item,) = hook.of_kind("messaging_feedback")
    answer = {"type": "csat", "payload": "4", "follow_up": {"type": "free_form", "payload": "Quick"}}
    assert item["messaging_feedback"] == {"feedback_screens": [{"screen_id": 0, "questions": {"q_1": answer}}]}
    assert "timestamp" not in item
    assert "already" in (await desk.act("feedback", score="5")).json()["error"]
    await desk.send(FEEDBACK)
    desk.sim.clock.advance(3 * DAY + 1)
    assert "expired" in (await desk.act("feedback", score="5")).json()["error"]


async def test_information_coupon_and_linking(desk: Desk, hook: Receiver) -> None:
    await desk.send(INFORMATION)
    await desk.act("information", answers={"city": "Lisbon"})
    (item,) = hook.of_kind("messaging_customer_information")
    screens = [{"screen_id": "address", "responses": [{"key": "city", "value": "Lisbon"}]}]
    assert item["messaging_customer_information"] == {"screens": screens}
    await desk.send(COUPON)
    assert (await desk.act("reveal")).json()["mid"]
    (item,) = hook.of_kind("postback")
    assert (item["postback"]["title"], item["postback"]["payload"]) == ("10 %", "SEEN")
    await desk.act("link", authorization_code="a-1")
    await desk.act("link")
    told = [item["account_linking"] for item in hook.of_kind("account_linking")]
    assert told == [{"status": "linked", "authorization_code": "a-1"}, {"status": "unlinked"}]


async def test_plugins(desk: Desk, hook: Receiver) -> None:
    """The checkbox plugin knows a person by ``user_ref``: an answer without id, no echo, no receipts."""
    await desk.act("tick", person="bruno", ref="footer", user_ref="u-1")
    (item,) = hook.of_kind("optin")
    assert item["optin"] == {"ref": "footer", "user_ref": "u-1"}
    assert "sender" not in item
    answer = await desk.message({"user_ref": "u-1"}, {"text": "Welcome"})
    assert list(answer.json()) == ["message_id"]
    assert not hook.echoes
    assert not hook.of_kind("delivery")
    await desk.act("tick", person="carla", ref="button")
    assert hook.of_kind("optin")[1]["sender"]["id"] == desk.sim.scoped_id(PAGE_ID, "carla")
    carla = {"id": desk.sim.scoped_id(PAGE_ID, "carla")}
    assert (await desk.message(carla, {"text": "Welcome"})).status_code == 200


async def test_posts_and_broadcasts(desk: Desk, hook: Receiver) -> None:
    """A visitor's post is answered by ``post_id`` only; a live comment while the broadcast lasts."""
    post = (await desk.act("post", text="Open on Sunday?")).json()["id"]
    assert hook.of_kind("field")[0]["value"]["item"] == "status"
    assert (await desk.message({"comment_id": post}, {"text": "Yes"})).json()["error"]["code"] == 10902
    assert (await desk.message({"post_id": post}, {"text": "Yes"})).status_code == 200
    assert (await desk.message({"post_id": post}, {"text": "Yes"})).json()["error"]["code"] == 10900
    here = {"account": INSTAGRAM_ID}
    first, second = [(await desk.act("comment", text="wow", live=True, **here)).json()["id"] for _ in range(2)]
    assert hook.of_kind("field")[-1]["field"] == "live_comments"
    assert (await desk.message({"comment_id": first}, {"text": "Thanks"})).status_code == 200
    await desk.control.post("/_control/broadcast/end", json=here)
    late = (await desk.message({"comment_id": second}, {"text": "Thanks"})).json()["error"]
    assert (late["code"], late["error_subcode"]) == (100, 2534025)
    with pytest.raises(Impossible, match="wall"):
        desk.sim.people.post(INSTAGRAM_ID, "ada", "hi")


async def test_opting_in(hook: Receiver) -> None:
    """While legacy marketing messages lived: the token comes by webhook, so does the stop."""
    clock = Clock(day("2025-11-01"), speed=0)
    async with (
        Simulator(small_world(hook.url), clock=clock) as sim,
        httpx.AsyncClient(base_url=sim.graph_url, trust_env=False) as client,
    ):
        desk = Desk(sim, client)
        await sim.say(PAGE_ID, "ada", "hello")
        await desk.send({"template_type": "notification_messages", "title": "News", "payload": "N"})
        token = (await desk.act("subscribe")).json()["id"]
        sim.people.stop_notifications(PAGE_ID, "ada", token)
        await sim.drained()
    told = [item["optin"] for item in hook.of_kind("optin")]
    assert [optin["notification_messages_token"] for optin in told] == [token, token]
    assert (told[0]["payload"], told[1]["notification_messages_status"]) == ("N", "STOP NOTIFICATIONS")


async def test_edits_are_counted(desk: Desk, hook: Receiver) -> None:
    """One to five; a sixth is impossible."""
    mid = await desk.sim.say(PAGE_ID, "ada", "helo")
    for number in range(5):
        assert (await desk.act("change", mid=mid, text=f"hello {number}")).status_code == 201
    assert (await desk.act("change", mid=mid, text="hello")).status_code == 409
    assert [item["message_edit"]["num_edit"] for item in hook.of_kind("message_edit")] == [1, 2, 3, 4, 5]


async def test_the_inbox(desk: Desk, hook: Receiver) -> None:
    """It takes over, the app is refused and hears in standby, it hands back, the app answers again."""
    desk.sim.meta.state.accounts[PAGE_ID].default_app = APP_ID
    ada = {"id": desk.sim.scoped_id(PAGE_ID, "ada")}
    assert (await desk.act("hand_back")).status_code == 409
    await desk.act("take_over")
    (taken,) = hook.of_kind("take_thread_control")
    assert taken["take_thread_control"]["new_owner_app_id"] == "263902037430900"
    assert (await desk.message(ada, {"text": "x"})).json()["error"]["error_subcode"] == 2018300
    await desk.act("say", text="is anybody there?")
    assert hook.items[-1]["channel"] == "standby"
    await desk.act("hand_back")
    assert (await desk.message(ada, {"text": "x"})).status_code == 200


async def test_requests_folder() -> None:
    """A private reply lands among the requests of somebody who does not follow, and is forgotten there."""
    bench = Bench(Clock(START, speed=0))
    for person, folder in (("ada", "inbox"), ("bruno", "other")):
        comment = bench.people.comment(INSTAGRAM_ID, person, "How much?")
        bench.meta.state.people[person].follows = folder == "inbox"
        body = {"recipient": {"comment_id": comment}, "message": {"text": "Five"}}
        assert (await bench.send(INSTAGRAM_ID, body)).status_code == 200
        assert bench.people.conversation(INSTAGRAM_ID, person).folder == folder
    listed = "me/conversations?platform=instagram"
    assert len((await bench.call("GET", listed)).json()["data"]) == 2
    bench.clock.advance(31 * DAY)
    assert len((await bench.call("GET", listed)).json()["data"]) == 1
    bench.people.say(INSTAGRAM_ID, "bruno", "thanks")
    assert bench.people.conversation(INSTAGRAM_ID, "bruno").folder == "inbox"
    await bench.http.aclose()
    await bench.meta.close()


async def test_policy(desk: Desk, hook: Receiver) -> None:
    """A warning changes nothing, a block stops every send until it is lifted; the app hears of all three."""
    ada = {"id": desk.sim.scoped_id(PAGE_ID, "ada")}
    codes = []
    for action in ("warning", "block", "unblock"):
        await desk.control.post(f"/_control/accounts/{PAGE_ID}/policy", json={"action": action, "reason": "Slow"})
        await desk.sim.drained()
        codes.append((await desk.message(ada, {"text": "x"})).json().get("error", {}).get("error_subcode"))
    assert codes == [None, 1893063, None]
    told = [item["policy_enforcement"] for item in hook.of_kind("policy_enforcement")]
    assert told == [
        {"action": "warning", "reason": "Slow"},
        {"action": "block", "reason": "Slow"},
        {"action": "unblock"},
    ]


async def test_a_comment_answered_by_hand(desk: Desk, hook: Receiver) -> None:
    """A private reply from Meta's inbox uses the comment up; its echo names the inbox."""
    comment = (await desk.act("comment", text="How much?")).json()["id"]
    answered = await desk.control.post("/_control/comment/answer", json={"comment": comment, "text": "Five"})
    await desk.sim.drained()
    assert answered.json()["mid"] == hook.echoes[-1]["message"]["mid"]
    assert hook.echoes[-1]["message"]["app_id"] == 263902037430900
    assert (await desk.message({"comment_id": comment}, {"text": "Five"})).json()["error"]["code"] == 10900
