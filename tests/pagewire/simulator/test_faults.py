"""Every fault on demand: what the caller sees, what Meta did all the same, and what follows."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import msgspec
import pytest

from pagewire.simulator import Fault, FaultKind, Simulator, throttled
from pagewire.simulator.world import INSTAGRAM_ID, PAGE_ID
from tests.pagewire.simulator.receiver import Receiver


class Caller:
    """Sends texts to Ada and keeps what it saw."""

    def __init__(self, sim: Simulator, graph: httpx.AsyncClient) -> None:
        self.sim, self.graph = sim, graph
        self.count = 0

    async def send(self, account: str = PAGE_ID, person: str = "ada", **body: Any) -> httpx.Response:
        self.count += 1
        given = body or {"message": {"text": "hi", "metadata": f"gw:{self.count}"}}
        recipient = {"id": self.sim.scoped_id(account, person)}
        return await self.graph.post("/me/messages", json={"recipient": recipient, **given})

    async def code(self, **more: Any) -> tuple[int, int | None]:
        answer = await self.send(**more)
        error = answer.json().get("error")
        return (error["code"], error.get("error_subcode")) if error else (0, None)


@pytest.fixture
async def caller(sim: Simulator, graph: httpx.AsyncClient) -> Caller:
    for account in (PAGE_ID, INSTAGRAM_ID):
        await sim.say(account, "ada", "hello")
    await sim.say(PAGE_ID, "bruno", "hello")
    await sim.drained()
    return Caller(sim, graph)


class TestSpoiltAnswers:
    """The answer is replaced; ``accept`` says whether the message was sent all the same."""

    @pytest.mark.parametrize("accept", [False, True])
    @pytest.mark.parametrize(
        ("fault", "status", "content"),
        [
            ({"kind": "error", "code": 1}, 500, b'"code":1'),
            ({"kind": "error", "code": 2}, 500, b'"is_transient":true'),
            ({"kind": "error", "code": 10, "subcode": 2018278, "status": 400}, 400, b'"error_subcode":2018278'),
            ({"kind": "error_in_200", "code": 100}, 200, b'"code":100'),
            ({"kind": "html"}, 500, b"<!DOCTYPE html>"),
            ({"kind": "html", "status": 502}, 502, b"<html>"),
            ({"kind": "empty"}, 200, b""),
            ({"kind": "no_message_id"}, 200, b"recipient_id"),
            ({"kind": "plain_429"}, 429, b"Too Many Requests"),
        ],
        ids=lambda value: value["kind"] if isinstance(value, dict) else None,
    )
    async def test_shapes(
        self, caller: Caller, hook: Receiver, accept: bool, fault: dict[str, Any], status: int, content: bytes
    ) -> None:
        caller.sim.faults.inject(**fault, accept=accept)
        answer = await caller.send()
        await caller.sim.drained()

        assert answer.status_code == status
        assert content in answer.content
        assert b"message_id" not in answer.content
        assert caller.sim.ledger.accepted_total == int(accept)
        assert len(hook.echoes) == int(accept)
        if accept:
            send = caller.sim.sends[0]
            assert (send.status, send.fault) == (status, fault["kind"])
        else:
            assert caller.sim.refused[0].fault == fault["kind"]
        assert (await caller.send()).status_code == 200, "a fault strikes once unless told otherwise"

    @pytest.mark.parametrize("kind", ["drop", "cut"])
    @pytest.mark.parametrize("accept", [False, True])
    async def test_connection_lost(self, caller: Caller, hook: Receiver, accept: bool, kind: str) -> None:
        caller.sim.faults.inject(kind, accept=accept)
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await caller.send()
        await caller.sim.drained()
        assert caller.sim.ledger.accepted_total == int(accept)
        assert len(hook.echoes) == int(accept)
        if accept:
            assert caller.sim.sends[0].status is None
        assert (await caller.send()).status_code == 200

    @pytest.mark.parametrize("accept", [False, True])
    async def test_no_answer_in_time(self, caller: Caller, accept: bool) -> None:
        caller.sim.faults.inject("hang", seconds=30, accept=accept)
        with pytest.raises(httpx.ReadTimeout):
            async with asyncio.timeout(10):
                await caller.graph.post(
                    "/me/messages",
                    json={"recipient": {"id": caller.sim.scoped_id(PAGE_ID, "ada")}, "message": {"text": "hi"}},
                    timeout=0.1,
                )
        assert caller.sim.ledger.accepted_total == int(accept)

    async def test_hanging_ends_in_a_lost_connection(self, caller: Caller) -> None:
        caller.sim.faults.inject("hang", seconds=0.01)
        with pytest.raises(httpx.RemoteProtocolError):
            await caller.send()

    async def test_latency_is_only_late(self, caller: Caller) -> None:
        caller.sim.faults.inject("latency", seconds=0.2)
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert (await caller.send()).status_code == 200
        assert loop.time() - began >= 0.2

    async def test_an_accepting_fault_keeps_the_truth_of_a_refusal(self, caller: Caller) -> None:
        caller.sim.faults.inject("html", accept=True)
        assert await caller.code(message={"text": ""}) == (100, 2018034)
        assert caller.sim.ledger.accepted_total == 0


class TestEchoes:
    """The echo first, late, lost, or twice."""

    async def test_before_the_answer(self, caller: Caller, hook: Receiver) -> None:
        caller.sim.faults.inject("echo_first")
        hook.open.clear()
        sending = asyncio.create_task(caller.send())
        told = len(hook.requests)
        while len(hook.requests) == told:
            await asyncio.sleep(0)
        assert not sending.done(), "the answer waits for the echo"
        hook.open.set()
        mid = (await sending).json()["message_id"]
        assert hook.echoes[0]["message"]["mid"] == mid

    async def test_late(self, caller: Caller, hook: Receiver) -> None:
        caller.sim.faults.inject("echo_late", seconds=60)
        await caller.send()
        await caller.sim.drained()
        assert not hook.echoes
        caller.sim.clock.advance(60)
        delivered = caller.sim.ledger.delivered_total
        await caller.sim.ledger.wait_until(lambda: caller.sim.ledger.delivered_total >= delivered + 2, 10)
        assert len(hook.echoes) == 1

    async def test_lost(self, caller: Caller, hook: Receiver) -> None:
        caller.sim.faults.inject("echo_lost")
        await caller.send()
        await caller.sim.drained()
        assert not hook.echoes
        assert len(hook.of_kind("delivery")) == 1

    async def test_twice(self, caller: Caller, hook: Receiver) -> None:
        caller.sim.faults.inject("echo_twice")
        mid = (await caller.send()).json()["message_id"]
        await caller.sim.drained()
        assert [echo["message"]["mid"] for echo in hook.echoes] == [mid, mid]

    async def test_lost_answer_and_late_echo_together(self, caller: Caller, hook: Receiver) -> None:
        caller.sim.faults.inject("drop", accept=True)
        caller.sim.faults.inject("echo_late", seconds=5)
        with pytest.raises(httpx.RemoteProtocolError):
            await caller.send()
        await caller.sim.drained()
        assert not hook.echoes
        caller.sim.clock.advance(5)
        await caller.sim.wait_for_deliveries(caller.sim.ledger.delivered_total + 1)
        assert hook.echoes[0]["message"]["metadata"] == "gw:1"


class TestWorldChanges:
    """The world turns against the sender in mid-queue."""

    async def test_token_revoked(self, caller: Caller) -> None:
        caller.sim.faults.inject("revoke_token", after=1, subcode=467)
        assert [await caller.code() for _ in range(3)] == [(0, None), (190, 467), (190, 467)]

    async def test_thread_taken(self, caller: Caller, hook: Receiver) -> None:
        caller.sim.faults.inject("take_thread", after=1)
        assert [await caller.code() for _ in range(3)] == [(0, None), (10, 2018300), (10, 2018300)]
        assert await caller.code(person="bruno") == (0, None)
        await caller.sim.drained()
        assert hook.of_kind("take_thread_control")[0]["take_thread_control"]["new_owner_app_id"] == "263902037430900"

    async def test_thread_taken_on_instagram(self, caller: Caller) -> None:
        caller.sim.faults.inject("take_thread")
        assert await caller.code(account=INSTAGRAM_ID) == (100, 2534037)


class TestThrottles:
    """4, 17, 32, 613 and 80006, with the usage header that says when it ends."""

    @pytest.mark.parametrize("code", [4, 17, 32, 613, 80006])
    async def test_codes(self, caller: Caller, code: int) -> None:
        caller.sim.faults.add(throttled(code, minutes=7))
        answer = await caller.send()
        assert answer.json()["error"]["code"] == code
        (shown,) = json.loads(answer.headers["x-business-use-case-usage"])[PAGE_ID]
        assert (shown["call_count"], shown["estimated_time_to_regain_access"]) == (100, 7)
        assert ("x-app-usage" in answer.headers) == (code in (4, 17))
        assert caller.sim.refused[0].code == code


class TestAim:
    """For whom, how often, with which chance, on which edge."""

    async def test_account_and_person(self, caller: Caller) -> None:
        faults, ada = caller.sim.faults, caller.sim.scoped_id(PAGE_ID, "ada")
        faults.inject("error", code=1, account=INSTAGRAM_ID, times=None)
        faults.inject("error", code=2, person=ada, times=None)
        assert await caller.code(account=INSTAGRAM_ID) == (1, None)
        assert await caller.code() == (2, None)
        assert await caller.code(person="bruno") == (0, None)

    async def test_times_and_after(self, caller: Caller) -> None:
        caller.sim.faults.inject("error", code=2, after=1, times=2)
        assert [(await caller.code())[0] for _ in range(5)] == [0, 2, 2, 0, 0]
        assert not caller.sim.faults

    async def test_probability(self, caller: Caller) -> None:
        fault = caller.sim.faults.inject("error", code=2, times=None, probability=0.5)
        codes = [(await caller.code())[0] for _ in range(40)]
        assert {0, 2} == set(codes)
        assert fault.struck == codes.count(2)

    async def test_messages_or_actions(self, caller: Caller) -> None:
        caller.sim.faults.inject("error", code=2, only="message", times=None)
        assert (await caller.send(sender_action="typing_on")).status_code == 200
        assert await caller.code() == (2, None)
        caller.sim.faults.clear()
        caller.sim.faults.inject("error", code=2, only="sender_action", times=None)
        assert (await caller.send(sender_action="typing_on")).status_code == 500
        assert await caller.code() == (0, None)

    async def test_other_edges(self, caller: Caller) -> None:
        scoped = caller.sim.scoped_id(PAGE_ID, "ada")
        for edge, path in (
            ("conversations", "/me/conversations"),
            ("profile", f"/{scoped}"),
            ("thread_owner", f"/me/thread_owner?recipient={scoped}"),
            ("node", "/me"),
        ):
            caller.sim.faults.inject("error", code=2, edge=edge)
            assert (await caller.graph.get(path)).status_code == 500, edge
            assert (await caller.graph.get(path)).status_code == 200, edge
        caller.sim.faults.inject("html", edge="*", times=None)
        assert (await caller.graph.get("/me")).status_code == 500
        assert (await caller.send()).status_code == 500

    async def test_list_and_remove(self, caller: Caller) -> None:
        first, second = (caller.sim.faults.inject("html") for _ in range(2))
        assert [fault.id for fault in caller.sim.faults] == [first.id, second.id]
        assert caller.sim.faults.remove(first.id)
        assert not caller.sim.faults.remove(first.id)
        assert list(caller.sim.faults) == [second]

    def test_a_typo_is_refused(self) -> None:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"kind": "html", "tymes": 3}, Fault)

    async def test_every_kind_is_listed_once(self) -> None:
        assert len({kind.value for kind in FaultKind}) == len(FaultKind) == 23


class TestWhileQueued:
    """The world changes just before a call is looked at, as it does while a message waits."""

    async def test_the_window_closes(self, sim: Simulator, caller: Caller) -> None:
        sim.faults.inject("close_window")
        assert await caller.code() == (10, 2018278)
        await sim.say(PAGE_ID, "ada", "still there?")
        assert await caller.code() == (0, None)
        sim.faults.inject("close_window", seconds=3600)
        assert await caller.code() == (0, None)

    async def test_the_person_blocks(self, sim: Simulator, caller: Caller) -> None:
        sim.faults.inject("block", account=INSTAGRAM_ID)
        assert await caller.code() == (0, None)
        assert await caller.code(account=INSTAGRAM_ID) == (551, 1545041)

    async def test_the_asset_expires(self, sim: Simulator, caller: Caller) -> None:
        payload = {"url": "https://cdn.example.com/a.png", "is_reusable": True}
        image: dict[str, Any] = {"message": {"attachment": {"type": "image", "payload": payload}}}
        saved = (await caller.send(**image)).json()["attachment_id"]
        image["message"]["attachment"]["payload"] = {"attachment_id": saved}
        assert await caller.code(**image) == (0, None)
        sim.faults.inject("expire_attachments")
        assert await caller.code(**image) == (100, 2018074)

    async def test_media_surfaces_later(self, sim: Simulator, caller: Caller, hook: Receiver) -> None:
        """The echo of what was sent first comes second, and history is in that order too."""
        sim.faults.inject("media_late", seconds=5)
        first = (await caller.send()).json()["message_id"]
        second = (await caller.send()).json()["message_id"]
        await sim.drained()
        sim.clock.advance(5)
        await sim.ledger.wait_until(lambda: first in echoes(hook), 10)
        assert echoes(hook) == [second, first]
        said = sim.people.conversation(PAGE_ID, "ada").messages
        assert [message.mid for message in said][-2:] == [second, first]


def echoes(hook: Receiver) -> list[str]:
    return [item["message"]["mid"] for item in hook.echoes]
