"""The Conversations API, profile look-ups, and thread ownership."""

from __future__ import annotations

from typing import Any

import pytest

from pagewire.simulator.stored import INBOX_APPS
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, LOGIN_ID, PAGE_ID
from tests.pagewire.simulator.conftest import DAY, Bench

FULL = "id,updated_time,can_reply,unread_count,is_owner,snippet,message_count,participants"


@pytest.fixture(autouse=True)
def unhurried(bench: Bench) -> None:
    """No limit of two calls a second: the clock stands still."""
    bench.meta.rates.limits.conversations_per_second = None


async def conversations(bench: Bench, account: str = PAGE_ID, **params: Any) -> list[dict[str, Any]]:
    answer = await bench.call("GET", "me/conversations", account, params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def test_finding_a_person(bench: Bench) -> None:
    """``user_id`` finds one conversation; whether it can be answered is told."""
    scoped = bench.meet()
    bench.meet(person="bruno")
    await bench.text(PAGE_ID, "ada", "Welcome")

    (found,) = await conversations(bench, user_id=scoped, fields=FULL)

    assert (found["can_reply"], found["is_owner"], found["unread_count"]) == (True, True, 1)
    assert (found["snippet"], found["message_count"]) == ("Welcome", 2)
    assert [who["id"] for who in found["participants"]["data"]] == [scoped, PAGE_ID]
    assert found["updated_time"] == "2026-11-22T00:00:00+0000"
    bench.clock.advance(DAY)
    assert (await conversations(bench, user_id=scoped, fields="can_reply"))[0]["can_reply"] is False
    assert await conversations(bench, user_id="1") == []


async def test_platforms(bench: Bench) -> None:
    """Messenger by default, Instagram by parameter, and the account itself on its own host."""
    for account in (PAGE_ID, INSTAGRAM_ID, LOGIN_ID):
        bench.meet(account)

    async def of(account: str, **params: str) -> list[str]:
        found = await conversations(bench, account, fields="participants", **params)
        return [row["participants"]["data"][1]["id"] for row in found]

    assert await of(PAGE_ID) == [PAGE_ID]
    assert await of(PAGE_ID, platform="instagram") == [INSTAGRAM_ID]
    assert await of(LOGIN_ID) == [LOGIN_ID]
    bench.instagram.page_id = None
    unlinked = await bench.call("GET", "me/conversations", params={"platform": "instagram"})
    assert unlinked.json()["error"]["error_subcode"] == 2534013


async def test_paging(bench: Bench) -> None:
    """Newest first, ``after`` leads on, and the last page has no ``next``."""
    people = [bench.meet(person=f"p{i}") for i in range(5)]
    for scoped in people:
        bench.clock.advance(1)
        bench.people.say(PAGE_ID, scoped, "again")
    path = "me/conversations"
    first = (await bench.call("GET", path, params={"limit": 3, "fields": "participants"})).json()
    assert "after=" in first["paging"]["next"]
    cursor = first["paging"]["cursors"]["after"]
    second = (await bench.call("GET", path, params={"limit": 3, "after": cursor, "fields": "participants"})).json()
    assert "next" not in second["paging"]
    shown = [row["participants"]["data"][0]["id"] for row in first["data"] + second["data"]]
    assert shown == people[::-1]
    assert (await bench.call("GET", path, params={"after": "§"})).json()["error"]["code"] == 100


async def test_the_newest_twenty_have_details(bench: Bench) -> None:
    """All ids are listed; older messages have no details and answer 9000001."""
    bench.meet()
    for number in range(24):
        await bench.text(PAGE_ID, "ada", f"message {number}")
    (row,) = await conversations(bench, fields="messages.limit(50){id,message,from}")
    listed = row["messages"]["data"]

    assert len(listed) == 25
    assert [m.get("message") for m in listed[:2]] == ["message 23", "message 22"]
    assert all("message" in m for m in listed[:20])
    assert all(set(m) == {"id", "created_time"} for m in listed[20:])
    newest = await bench.call("GET", listed[0]["id"], params={"fields": "message,from,to"})
    assert newest.json()["message"] == "message 23"
    assert newest.json()["from"]["name"] == "Harbour Bakery"
    assert (await bench.call("GET", listed[20]["id"])).json()["error"]["code"] == 9000001


async def test_a_conversation_and_its_messages(bench: Bench) -> None:
    """The node, its edge, and what a message looks like: quote, reaction, attachment."""
    scoped = bench.meet()
    mid = bench.people.say(PAGE_ID, "ada", "which?")
    await bench.text(PAGE_ID, "ada", "this", reply_to={"mid": mid})
    image = {"attachment": {"type": "image", "payload": {"url": "https://cdn.example.com/a.png"}}}
    await bench.send(PAGE_ID, {"recipient": {"id": scoped}, "message": image})
    bench.people.react(PAGE_ID, "ada", "👍")
    (row,) = await conversations(bench)
    edge = (await bench.call("GET", f"{row['id']}/messages", params={"fields": "message,reply_to,attachments"})).json()
    node = (await bench.call("GET", row["id"], params={"fields": "messages{reactions}"})).json()

    assert edge["data"][1]["reply_to"] == {"mid": mid, "is_self_reply": False}
    assert edge["data"][0]["attachments"]["data"][0]["image_data"]["url"] == "https://cdn.example.com/a.png"
    assert node["messages"]["data"][0]["reactions"]["data"][0]["users"][0]["id"] == scoped


async def test_unsent_messages_are_gone(bench: Bench) -> None:
    """An unsent message is not listed and answers 9000001."""
    bench.meet()
    mid = bench.people.say(PAGE_ID, "ada", "oops")
    bench.people.unsend(PAGE_ID, "ada", mid)
    (row,) = await conversations(bench, fields="messages{message}")
    assert [m["message"] for m in row["messages"]["data"]] == ["hello"]
    assert (await bench.call("GET", mid)).json()["error"]["code"] == 9000001


async def test_other_peoples_conversations(bench: Bench) -> None:
    """A token reads its own account's conversations, messages and people only."""
    scoped = bench.meet(LOGIN_ID)
    conversation = bench.people.conversation(LOGIN_ID, "ada")
    for path in (conversation.id, conversation.messages[0].mid, scoped):
        assert (await bench.call("GET", path)).json()["error"]["error_subcode"] == 33


async def test_two_calls_a_second(bench: Bench) -> None:
    """The third call within a second is 613; a second later it works again."""
    bench.meta.rates.limits.conversations_per_second = 2
    codes = [(await bench.call("GET", "me/conversations")).status_code for _ in range(3)]
    assert codes == [200, 200, 400]
    bench.clock.advance(1)
    assert (await bench.call("GET", "me/conversations")).status_code == 200


class TestProfiles:
    """``GET /{scoped id}``."""

    async def test_messenger(self, bench: Bench) -> None:
        scoped = bench.meet()
        found = (await bench.call("GET", scoped, params={"fields": "first_name,last_name,name"})).json()
        assert found == {"first_name": "Ada", "last_name": found["last_name"], "name": found["name"], "id": scoped}
        assert found["name"].startswith("Ada ")

    async def test_instagram(self, bench: Bench) -> None:
        for account in (INSTAGRAM_ID, LOGIN_ID):
            scoped = bench.meet(account)
            found = await bench.call("GET", scoped, account, params={"fields": "username,is_verified_user"})
            assert found.json() == {"username": found.json()["username"], "is_verified_user": False, "id": scoped}

    @pytest.mark.parametrize(("state", "subcode"), [("unavailable", 2018218), ("forbidden", 2018247)])
    async def test_failures(self, bench: Bench, state: Any, subcode: int) -> None:
        scoped = bench.meet()
        bench.meta.state.people["ada"].profile = state
        assert (await bench.call("GET", scoped)).json()["error"]["error_subcode"] == subcode

    async def test_one_unapproved_field_fails_all(self, bench: Bench) -> None:
        scoped = bench.meet()
        answer = await bench.call("GET", scoped, params={"fields": "first_name,locale"})
        assert answer.json()["error"]["error_subcode"] == 2018247

    async def test_consent(self, bench: Bench) -> None:
        bench.people.comment(INSTAGRAM_ID, "ada", "nice")
        bench.people.comment(PAGE_ID, "ada", "nice")
        instagram = await bench.call("GET", bench.scoped(INSTAGRAM_ID, "ada"))
        assert instagram.json()["error"]["code"] == 230
        assert (await bench.call("GET", bench.scoped(PAGE_ID, "ada"))).json()["error"]["error_subcode"] == 33

    async def test_a_person_who_blocked_us(self, bench: Bench) -> None:
        scoped = bench.meet(INSTAGRAM_ID)
        bench.people.block(INSTAGRAM_ID, "ada")
        assert (await bench.call("GET", scoped)).json() == {"id": scoped}


class TestThreads:
    """Ownership and handing over."""

    async def owner(self, bench: Bench) -> list[dict[str, Any]]:
        params = {"recipient": bench.scoped(PAGE_ID, "ada")}
        found: list[dict[str, Any]] = (await bench.call("GET", "me/thread_owner", params=params)).json()["data"]
        return found

    async def control(self, bench: Bench, verb: str, **more: Any) -> tuple[int, int | None]:
        body = {"recipient": {"id": bench.scoped(PAGE_ID, "ada")}, **more}
        answer = (await bench.call("POST", f"{PAGE_ID}/{verb}_thread_control", json=body)).json()
        if answer == {"success": True}:
            return 200, None
        return answer["error"]["code"], answer["error"].get("error_subcode")

    async def test_idle_and_owned(self, bench: Bench) -> None:
        bench.meet()
        assert await self.owner(bench) == []
        assert await self.control(bench, "pass", target_app_id=APP_ID) == (200, None)
        (found,) = await self.owner(bench)
        assert found["thread_owner"]["app_id"] == int(APP_ID)
        assert found["thread_owner"]["expiration"] == bench.clock.now() + DAY
        assert await self.control(bench, "release") == (200, None)
        assert await self.owner(bench) == []

    async def test_others_see_only_the_expiry(self, bench: Bench) -> None:
        bench.meet()
        await self.control(bench, "pass", target_app_id=INBOX_APPS["page"])
        (found,) = await self.owner(bench)
        assert list(found["thread_owner"]) == ["expiration"]
        for verb in ("pass", "release", "extend"):
            assert await self.control(bench, verb) == (10, 2018300)
        assert await self.control(bench, "request") == (200, None)

    async def test_taking_needs_routing(self, bench: Bench) -> None:
        bench.meet()
        assert await self.control(bench, "take") == (100, 2018171)
        bench.page.default_app = APP_ID
        await self.control(bench, "pass", target_app_id=INBOX_APPS["page"])
        assert await self.control(bench, "take") == (200, None)
        bench.page.default_app = "5"
        await self.control(bench, "release")
        assert await self.control(bench, "take") == (10, 2018300)

    async def test_without_a_default_app(self, bench: Bench) -> None:
        """Passing needs a target that exists; the first to ask for an idle thread gets it."""
        bench.meet()
        assert await self.control(bench, "pass") == (100, None)
        assert await self.control(bench, "pass", target_app_id="12345") == (100, 2018164)
        assert await self.control(bench, "pass", target_app_id=APP_ID, metadata="m" * 1001) == (100, None)
        assert await self.control(bench, "request") == (200, None)
        (found,) = await self.owner(bench)
        assert found["thread_owner"]["app_id"] == int(APP_ID)

    async def test_an_agent_takes_a_thread_by_answering(self, bench: Bench) -> None:
        """Only for an app that the business allows to take control; everybody is told."""
        bench.meet()
        bench.page.default_app, bench.page.takers, bench.app.human_agent = "5", {APP_ID}, True
        assert (await bench.text(PAGE_ID, "ada")).json()["error"]["error_subcode"] == 2018300
        tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        assert (await bench.text(PAGE_ID, "ada", **tagged)).status_code == 200
        (found,) = await self.owner(bench)
        assert found["thread_owner"]["app_id"] == int(APP_ID)
        assert (await bench.text(PAGE_ID, "ada")).status_code == 200

    async def test_receivers(self, bench: Bench) -> None:
        """Other apps and Meta's inbox, for the default app."""
        bench.page.default_app = APP_ID
        told = (await bench.call("GET", "me/secondary_receivers?fields=id,name")).json()["data"]
        assert told == [{"id": INBOX_APPS["page"], "name": "Page Inbox"}]
        query = "me/secondary_receivers?platform=instagram"
        assert (await bench.call("GET", query)).json()["data"][0]["id"] == INBOX_APPS["instagram"]
        bench.page.default_app = "5"
        assert (await bench.call("GET", "me/secondary_receivers")).json()["error"]["error_subcode"] == 2018171
        status = (await bench.call("GET", "me?fields=messaging_feature_status")).json()["messaging_feature_status"]
        assert status["hop_v2"] is True

    async def test_extending(self, bench: Bench) -> None:
        bench.meet()
        assert await self.control(bench, "extend", duration=7 * 24 * 3600) == (200, None)
        (found,) = await self.owner(bench)
        assert found["thread_owner"]["expiration"] == bench.clock.now() + 7 * DAY
        assert await self.control(bench, "extend", duration=7 * 24 * 3600 + 1) == (100, None)

    async def test_unknown_people(self, bench: Bench) -> None:
        assert await self.control(bench, "pass") == (100, 2018001)
        body = {"recipient": {"id": "1"}}
        answer = await bench.call("POST", "me/pass_thread_control", LOGIN_ID, json=body)
        assert answer.json()["error"]["error_subcode"] == 2534014
        assert (await bench.call("GET", "me/thread_owner")).json()["error"]["code"] == 100
