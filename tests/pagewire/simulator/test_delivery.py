"""How webhooks arrive: who is told, in which order, how often, and what happens when nobody answers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Callable

import httpx
import pytest

from pagewire.simulator import Clock, DeliveryOptions, Simulator, small_world
from pagewire.simulator.post import Slot
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, LOGIN_ID, PAGE_ID, App, Subscription
from tests.pagewire.simulator.conftest import DAY, START
from tests.pagewire.simulator.receiver import Receiver

HOUR = 3600.0


async def until(sim: Simulator, condition: Callable[[], bool]) -> None:
    await sim.ledger.wait_until(condition, 10)


class TestOrder:
    """One conversation keeps its order; others do not wait for it."""

    async def test_a_conversation_is_told_in_order(self, sim: Simulator, hook: Receiver) -> None:
        for number in range(30):
            for person in ("ada", "bruno"):
                await sim.say(PAGE_ID, person, f"{person} {number}")
        await sim.drained()
        for person in ("ada", "bruno"):
            assert [t for t in hook.texts if t.startswith(person)] == [f"{person} {n}" for n in range(30)]

    async def test_concurrency_is_bounded_and_connections_are_kept(self, hook: Receiver) -> None:
        hook.open.clear()
        options = DeliveryOptions(concurrency=3)
        async with Simulator(small_world(hook.url), delivery=options) as sim:
            for number in range(12):
                await sim.say(PAGE_ID, f"p{number}", "hi")
            while len(hook.requests) < 3:
                await asyncio.sleep(0)
            hook.open.set()
            await sim.drained()
        assert hook.most_at_once == 3
        assert len({request.client for request in hook.requests}) == 3

    async def test_disorder_swaps_neighbours(self, sim: Simulator, hook: Receiver) -> None:
        sim.meta.delivery.disorder_next = 1
        for text in ("one", "two", "three"):
            await sim.say(PAGE_ID, "ada", text)
        await sim.drained()
        assert hook.texts == ["two", "one", "three"]

    async def test_a_swap_without_a_neighbour_lets_go(self, sim: Simulator, hook: Receiver) -> None:
        sim.meta.delivery.disorder = 1.0
        sim.meta.delivery.hold = 0.01
        await sim.say(PAGE_ID, "ada", "alone")
        await sim.drained()
        assert hook.texts == ["alone"]

    async def test_disorder_by_chance(self, hook: Receiver) -> None:
        options = DeliveryOptions(disorder=0.5, hold=0.01)
        async with Simulator(small_world(hook.url), seed=7, delivery=options) as sim:
            for number in range(40):
                await sim.say(PAGE_ID, "ada", f"{number:02}")
            await sim.drained()
        assert sorted(hook.texts) == [f"{number:02}" for number in range(40)]
        assert hook.texts != sorted(hook.texts)


class TestBatches:
    """Several items in one POST."""

    async def test_batches_across_pages(self, hook: Receiver) -> None:
        world = small_world(hook.url)
        async with Simulator(world, delivery=DeliveryOptions(batch=10, linger=0.05)) as sim:
            for account in (INSTAGRAM_ID, LOGIN_ID, PAGE_ID):
                for number in range(4):
                    await sim.say(account, "ada", f"{number}")
            await sim.drained()
        assert len(hook.requests) == 3, "one per object and secret"
        assert {len(request.items) for request in hook.requests} == {4}
        assert all(len(request.json["entry"]) == 1 for request in hook.requests)

    async def test_two_accounts_in_one_post(self, hook: Receiver) -> None:
        world = small_world(hook.url)
        world.apps[0].instagram_secret = None  # then one secret signs both Instagram accounts
        async with Simulator(world, delivery=DeliveryOptions(batch=10)) as sim:
            for account in (INSTAGRAM_ID, LOGIN_ID):
                await sim.say(account, "ada", account)
            await sim.drained()
        (request,) = hook.requests
        assert [entry["id"] for entry in request.json["entry"]] == [INSTAGRAM_ID, LOGIN_ID]

    async def test_a_batch_is_no_larger_than_asked(self, hook: Receiver) -> None:
        async with Simulator(small_world(hook.url), delivery=DeliveryOptions(batch=4)) as sim:
            sim.meta.delivery.paused = True
            for number in range(10):
                await sim.say(PAGE_ID, "ada", f"{number}")
            sim.meta.delivery.paused = False
            sim.meta.publisher.nudge()
            await sim.drained()
        assert [len(request.items) for request in hook.requests] == [4, 4, 2]
        assert hook.texts == [f"{number}" for number in range(10)]


class TestRepeats:
    """The same mid again, with a new ``entry.time``."""

    async def test_exactly_so_many(self, sim: Simulator, hook: Receiver) -> None:
        sim.meta.delivery.repeat_next = 2
        sim.meta.delivery.repeat_times = 3
        mids = [await sim.say(PAGE_ID, "ada", f"{number}") for number in range(4)]
        await sim.drained()
        told = [item["message"]["mid"] for item in hook.items]
        assert [told.count(mid) for mid in mids] == [4, 4, 1, 1]

    async def test_one_body_over_two_connections_at_once(self, hook: Receiver) -> None:
        async with Simulator(small_world(hook.url), delivery=DeliveryOptions(twice=1.0)) as sim:
            await sim.say(PAGE_ID, "ada", "hi")
            await sim.drained()
        first, second = hook.requests
        assert (first.body, first.headers["x-hub-signature-256"]) == (
            second.body,
            second.headers["x-hub-signature-256"],
        )
        assert first.client != second.client

    async def test_what_differs(self, hook: Receiver) -> None:
        async with Simulator(small_world(hook.url), delivery=DeliveryOptions(repeat=1.0)) as sim:
            await sim.say(PAGE_ID, "ada", "hi")
            await sim.drained()
        first, second = (request.json["entry"][0] for request in hook.requests)
        assert first["messaging"] == second["messaging"]
        assert first["time"] < second["time"]

    async def test_by_chance(self, hook: Receiver) -> None:
        async with Simulator(small_world(hook.url), seed=7, delivery=DeliveryOptions(repeat=0.5)) as sim:
            for number in range(40):
                await sim.say(PAGE_ID, f"p{number}", f"{number}")
            await sim.drained()
        assert 40 < len(hook.items) < 80


class TestFailures:
    """Only a 200 within the limit counts; the rest is tried again by Meta's schedule."""

    async def statuses(self, sim: Simulator) -> list[int | None]:
        return [delivery.status for delivery in sim.deliveries]

    @pytest.mark.parametrize("status", [201, 202, 204, 302, 400, 403, 500, 503])
    async def test_anything_but_200_is_tried_again(self, sim: Simulator, hook: Receiver, status: int) -> None:
        hook.status = status
        await sim.say(PAGE_ID, "ada", "hi")
        await sim.drained()
        assert await self.statuses(sim) == [status] * 3
        assert [delivery.attempt for delivery in sim.deliveries] == [1, 2, 3]
        assert sim.meta.publisher.postponed == 1

    async def test_the_limit_for_an_answer(self, sim: Simulator, hook: Receiver) -> None:
        sim.meta.delivery.answer_limit = 0.05
        hook.open.clear()
        await sim.say(PAGE_ID, "ada", "hi")
        await sim.drained()
        assert await self.statuses(sim) == [None] * 3
        assert "no answer within" in sim.deliveries[0].reason

    async def test_meta_gives_five_seconds(self) -> None:
        assert DeliveryOptions().answer_limit == 5.0

    async def test_nobody_listens(self) -> None:
        async with Simulator(small_world("http://127.0.0.1:1/x"), clock=Clock(START, speed=0)) as sim:
            await sim.say(PAGE_ID, "ada", "hi")
            await sim.drained()
            assert [d.status for d in sim.deliveries] == [None] * 3
            assert "ConnectError" in sim.deliveries[0].reason

    async def test_later_tries_follow_the_clock(self, sim: Simulator, hook: Receiver) -> None:
        hook.status = 500
        await sim.say(PAGE_ID, "ada", "hi")
        await sim.drained()
        attempts = []
        for gap in (15, 60, 300):
            sim.clock.advance(gap - 1)
            await asyncio.sleep(0)
            attempts.append(len(sim.deliveries))
            sim.clock.advance(1)
            await until(sim, lambda: len(sim.deliveries) > attempts[-1])
        assert attempts == [3, 4, 5]
        hook.status = 200
        sim.clock.advance(900)
        await until(sim, lambda: sim.ledger.delivered_total == 1 and sim.meta.publisher.postponed == 0)
        assert len({request.json["entry"][0]["time"] for request in hook.requests}) > 1
        assert len({item["message"]["mid"] for item in hook.items}) == 1

    async def test_a_failing_body_does_not_hold_up_later_ones(self, sim: Simulator, hook: Receiver) -> None:
        hook.status = 500
        await sim.say(PAGE_ID, "ada", "one")
        await sim.drained()
        hook.status = 200
        await sim.say(PAGE_ID, "ada", "two")
        await sim.drained()
        sim.clock.advance(15)
        await until(sim, lambda: sim.ledger.delivered_total == 2)
        assert [t for t, d in zip(hook.texts, sim.deliveries, strict=True) if d.status == 200] == ["two", "one"]

    async def test_an_hour_of_failure_unsubscribes(self, sim: Simulator, hook: Receiver) -> None:
        hook.status = 500
        await sim.say(PAGE_ID, "ada", "hi")
        await sim.say(INSTAGRAM_ID, "ada", "hi")
        await sim.drained()
        hook.status = 500
        for minutes in (16, 30, 15):
            sim.clock.advance(minutes * 60)
            before = len(sim.deliveries)
            await until(sim, lambda before=before: len(sim.deliveries) > before + 1)  # type: ignore[misc]
            await sim.drained()
        kinds = [(alert.kind, alert.account) for alert in sim.ledger.alerts]
        assert sorted(kinds) == sorted(
            [("alert", PAGE_ID), ("disable", PAGE_ID), ("alert", INSTAGRAM_ID), ("disable", INSTAGRAM_ID)]
        )
        assert "Webhooks Disabled" in sim.ledger.alerts[-1].text
        assert APP_ID not in sim.meta.state.accounts[PAGE_ID].subscribed
        hook.status = 200
        told = len(hook.requests)
        await sim.say(PAGE_ID, "ada", "still there?")
        sim.clock.advance(DAY)
        await until(sim, lambda: sim.meta.publisher.postponed == 0)
        assert len(hook.requests) == told, "missed notifications never come"

    async def test_one_success_starts_the_hour_anew(self, sim: Simulator, hook: Receiver) -> None:
        for _ in range(3):
            hook.status = 500
            await sim.say(PAGE_ID, "ada", "hi")
            await sim.drained()
            sim.clock.advance(40 * 60)
            await until(sim, lambda: sim.meta.publisher.outstanding == 0)
            hook.status = 200
            await sim.say(PAGE_ID, "bruno", "hi")
            await sim.drained()
        assert not [alert for alert in sim.ledger.alerts if alert.kind == "disable"]

    async def test_after_36_hours_a_body_is_dropped(self, sim: Simulator, hook: Receiver) -> None:
        bad = "poison"
        hook.answer = lambda _: "no"
        hook.status = 500
        await sim.say(PAGE_ID, "ada", bad)
        await sim.drained()
        for _ in range(60):
            if not sim.meta.publisher.postponed:
                break
            hook.status = 200  # everything else goes well, so the account is never disabled
            await sim.say(PAGE_ID, "bruno", "fine")
            await sim.drained()
            hook.status = 500
            tried = len(sim.deliveries)
            sim.clock.advance(HOUR)
            await asyncio.sleep(0.005)
            await sim.drained()
            assert len(sim.deliveries) >= tried
        (alert,) = [alert for alert in sim.ledger.alerts if alert.kind == "drop"]
        assert 20 * HOUR < alert.time / 1000 - START <= 36 * HOUR + 8 * HOUR

    async def test_a_fast_clock_needs_no_help(self, hook: Receiver) -> None:
        hook.status = 500
        async with Simulator(small_world(hook.url), clock=Clock(speed=3000)) as sim:
            await sim.say(PAGE_ID, "ada", "hi")
            await until(sim, lambda: len(sim.deliveries) >= 5)
            hook.status = 200
            await sim.wait_for_deliveries(1)


class TestAudience:
    """Both levels of subscription decide, and the owner of the thread."""

    @pytest.mark.parametrize("level", ["app", "account"])
    async def test_a_field_needs_both_levels(self, sim: Simulator, hook: Receiver, level: str) -> None:
        app, page = sim.meta.state.apps[APP_ID], sim.meta.state.accounts[PAGE_ID]
        if level == "app":
            app.subscriptions["page"].fields = {"messages"}
        else:
            page.subscribed[APP_ID] = {"messages"}
        await sim.say(PAGE_ID, "ada", "hi")
        await sim.postback(PAGE_ID, "ada", "Get started", "START")
        await sim.drained()
        assert [list(item)[3] for item in hook.items] == ["message"]

    async def test_messages_alone_brings_no_echoes_on_a_page(
        self, sim: Simulator, hook: Receiver, graph: httpx.AsyncClient
    ) -> None:
        for subscription in sim.meta.state.apps[APP_ID].subscriptions.values():
            subscription.fields = {"messages"}
        for account in (PAGE_ID, INSTAGRAM_ID):
            await sim.say(account, "ada", "hi")
            body = {"recipient": {"id": sim.scoped_id(account, "ada")}, "message": {"text": "yes"}}
            assert (await graph.post("/me/messages", json=body)).status_code == 200
        await sim.drained()
        assert [echo["sender"]["id"] for echo in hook.echoes] == [INSTAGRAM_ID]

    async def test_a_referral_in_a_message_needs_its_own_field(self, sim: Simulator, hook: Receiver) -> None:
        sim.meta.state.apps[APP_ID].subscriptions["page"].fields = {"messages"}
        await sim.say(PAGE_ID, "ada", "hi", referral={"ref": "x"})
        await sim.drained()
        assert "referral" not in hook.items[0]["message"]

    async def test_no_installation_no_webhooks(self, sim: Simulator, hook: Receiver) -> None:
        sim.meta.state.accounts[PAGE_ID].subscribed.clear()
        for account in (PAGE_ID, INSTAGRAM_ID, LOGIN_ID):
            await sim.say(account, "ada", "hi")
        await sim.drained()
        assert [item["entry"] for item in hook.items] == [LOGIN_ID], "the Page must be installed for its Instagram too"

    async def test_standby(self, sim: Simulator, hook: Receiver) -> None:
        await sim.say(PAGE_ID, "ada", "hi")
        sim.meta.state.accounts[PAGE_ID].default_app = "5"
        await sim.say(PAGE_ID, "ada", "anyone?")
        await sim.postback(PAGE_ID, "ada", "Buy", "BUY")
        await sim.drained()
        assert [item["channel"] for item in hook.items] == ["messaging", "standby", "standby"]
        assert hook.items[-1]["postback"] == {"mid": hook.items[-1]["postback"]["mid"], "title": "Buy"}
        sim.meta.state.apps[APP_ID].subscriptions["page"].fields = {"messages"}
        await sim.say(PAGE_ID, "ada", "nobody?")
        await sim.drained()
        assert len(hook.items) == 3, "standby is a field of its own"

    async def test_two_apps_each_with_its_secret(self, sim: Simulator, hook: Receiver) -> None:
        async with Receiver() as other:
            world = small_world()
            subscriptions = {"page": Subscription(callback_url=other.url)}
            world.apps = [App(id="7", secret="seven", subscriptions=subscriptions)]  # type: ignore[arg-type]
            world.accounts, world.tokens = [], []
            sim.meta.state.add(world)
            sim.meta.state.accounts[PAGE_ID].subscribed["7"] = {"messages"}
            await sim.say(PAGE_ID, "ada", "hi")
            await sim.drained()
            first, second = hook.requests[0], other.requests[0]
        assert json.loads(first.body)["entry"][0]["messaging"] == json.loads(second.body)["entry"][0]["messaging"]
        assert first.headers["x-hub-signature-256"] != second.headers["x-hub-signature-256"]

    async def test_the_inbox_answers(self, sim: Simulator, hook: Receiver) -> None:
        await sim.say(PAGE_ID, "ada", "hi")
        sim.people.inbox(PAGE_ID, "ada", "Hello, the store here")
        await sim.drained()
        assert hook.echoes[0]["message"]["app_id"] == 263902037430900
        sim.meta.state.accounts[PAGE_ID].default_app = APP_ID
        sim.people.inbox(PAGE_ID, "ada", "I take over")
        await sim.drained()
        taken = hook.of_kind("take_thread_control")[0]["take_thread_control"]
        assert taken["new_owner_app_id"] == "263902037430900"
        assert taken["previous_owner_app_id"] == APP_ID
        assert hook.echoes[1]["channel"] == "standby"


async def test_handshake(sim: Simulator, hook: Receiver) -> None:
    """The GET carries mode, challenge and token; only the bare challenge verifies."""
    hook.answer = lambda request: dict(pair.split("=") for pair in request.query.split("&"))["hub.challenge"]
    assert (await sim.verify(APP_ID, "page")).verified
    (request,) = hook.requests
    query = dict(pair.split("=") for pair in request.query.split("&"))
    assert (query["hub.mode"], query["hub.verify_token"]) == ("subscribe", "letmein")
    assert query["hub.challenge"].isdigit()
    hook.answer = lambda request: '"123"'
    assert not (await sim.verify(APP_ID, "page")).verified
    hook.status = 403
    refused = await sim.verify(APP_ID, "instagram")
    told = "HTTP Status Code = 403; HTTP Message = Forbidden"
    assert refused.reason == f"Callback verification failed with the following errors: {told}"


class TestSlots:
    """The connections a callback is called over."""

    async def test_one_that_had_no_answer_in_time_is_no_dead_one(self) -> None:
        # The moment at which a request is given up decides whether httpx loses count, so there are many of them.
        chance = random.Random(1)
        async with Stalling(chance) as hook:
            slots = [Slot() for _ in range(60)]
            await asyncio.gather(*(_given_up(slot, hook.url, chance) for slot in slots))
            hook.stalls = False
            answers = [await slot.post(hook.url, b"{}", {}, 5.0) for slot in slots]
            assert {answer.status_code for answer in answers} == {200}
            for slot in slots:
                await slot.close()


async def _given_up(slot: Slot, url: str, chance: random.Random) -> None:
    for _ in range(15):
        with contextlib.suppress(TimeoutError, httpx.HTTPError):
            await slot.post(url, b"{}", {}, chance.random() / 50)


class Stalling:
    """A callback that may take its time, and closes each connection after its answer."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.stalls = True

    async def __aenter__(self) -> Stalling:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"{}")
            if self.stalls:
                await asyncio.sleep(self._chance.random() / 50)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()
