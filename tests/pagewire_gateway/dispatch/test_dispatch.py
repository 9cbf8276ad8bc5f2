"""Events reach plugins: each in its own lane, in order a conversation, with retries, parking and replay."""

import asyncio
import contextlib
import time

import msgspec

from pagewire import Refused, Text, TryLater, hookimpl
from pagewire_gateway.app import now
from pagewire_gateway.config import DispatchSettings
from pagewire_gateway.retry import RetryPolicy
from pagewire_gateway.telemetry import metrics
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import DISPATCH, plugins, staged


class Recorder:
    """Writes down what it is handed."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, int]] = []

    @hookimpl
    async def message_received(self, event, context):
        self.seen.append((event.person, event.text, context.attempt))


class Shy(Recorder):
    """Fails at what it is told to, as often as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.failures: dict[str, list[Exception]] = {}

    @hookimpl
    async def message_received(self, event, context):
        self.seen.append((event.person, event.text, context.attempt))
        if left := self.failures.get(event.text):
            raise left.pop(0)


def shy(**failures) -> type:
    """A `Shy` class that fails at these texts."""

    class Made(Shy):
        def __init__(self) -> None:
            super().__init__()
            self.failures = failures
            made.append(self)

    made: list[Shy] = []
    Made.made = made
    return Made


async def test_every_lane_gets_every_event_in_order(tmp_path):
    first, second = shy(), shy()
    async with staged(tmp_path, plugins(first=first, second=second)) as stage:
        people = ["ann", "bob"]
        for number in range(20):
            await stage.deliver(making.message(str(number), person=people[number % 2]))
        await stage.until(lambda: all(len(one.made[0].seen) == 20 for one in (first, second)))
        for one in (first, second):
            for person in people:
                texts = [int(text) for who, text, _ in one.made[0].seen if who == person]
                assert texts == sorted(texts)


async def test_a_failing_event_holds_back_its_own_conversation_only(tmp_path):
    plugin = shy(bad=[ValueError(), ValueError()])
    async with staged(tmp_path, plugins(one=plugin)) as stage:
        await stage.deliver(
            making.message("bad", person="ann"),
            making.message("later", person="ann"),
            making.message("x", person="bob"),
        )
        await stage.until(lambda: len(plugin.made[0].seen) == 5)
        seen = plugin.made[0].seen
        assert [(text, attempt) for who, text, attempt in seen if who == "ann"] == [
            ("bad", 1),
            ("bad", 2),
            ("bad", 3),
            ("later", 1),
        ]
        assert seen.index(("bob", "x", 1)) < seen.index(("ann", "bad", 2))


async def test_a_slow_plugin_delays_nobody_else(tmp_path):
    class Slow:
        @hookimpl
        async def message_received(self, event):
            await asyncio.sleep(60)

    quick = shy()
    async with staged(tmp_path, plugins(slow=Slow, quick=quick)) as stage:
        for number in range(50):
            await stage.deliver(making.message(str(number), person=f"p{number}"))
        await stage.until(lambda: len(quick.made[0].seen) == 50)


async def test_a_hook_that_does_not_end_is_a_failure_and_parked_in_the_end(tmp_path):
    class Stuck:
        @hookimpl
        async def message_received(self, event):
            await asyncio.Event().wait()

    quick = msgspec.structs.replace(DISPATCH, hook_timeout=0.05)
    async with staged(tmp_path, plugins(stuck=Stuck), dispatch=quick) as stage:
        event = (await stage.deliver(making.message())).new[0]
        await stage.until_state(event.id, "stuck", "parked")
        lane = (await stage.view(event.id)).lanes["stuck"]
        assert (lane.attempts, lane.error) == (3, "TimeoutError: no end within 0.05 s")


async def test_plain_functions_run_in_threads_and_block_nobody(tmp_path):
    class Blocking:
        @hookimpl
        def message_received(self, event):
            time.sleep(0.2)
            return Text(text="done")

    quick = shy()
    async with staged(tmp_path, plugins(blocking=Blocking, quick=quick)) as stage:
        await asyncio.gather(*(stage.deliver(making.message(person=f"p{number}")) for number in range(8)))
        await stage.until(lambda: len(quick.made[0].seen) == 8)
        assert sum(worker.handled for worker in [stage.gateway.dispatcher.workers["blocking"]]) < 8


async def test_try_later_comes_back_when_it_said(tmp_path):
    plugin = shy(wait=[TryLater(after=0.3, reason="CRM is down")])
    async with staged(tmp_path, plugins(one=plugin)) as stage:
        event = (await stage.deliver(making.message("wait"))).new[0]
        await stage.until_state(event.id, "one", "retry")
        lane = (await stage.view(event.id)).lanes["one"]
        assert (lane.error, lane.due - lane.at >= 300) == ("TryLater: CRM is down", True)
        await stage.until_state(event.id, "one", "done")


async def test_refused_is_parked_at_once_and_can_be_replayed(tmp_path):
    plugin = shy(no=[Refused("no such person")])
    async with staged(tmp_path, plugins(one=plugin)) as stage:
        event = (await stage.deliver(making.message("no"))).new[0]
        await stage.until_state(event.id, "one", "parked")
        assert [row.error for row in await stage.gateway.journal.parked()] == ["Refused: no such person"]
        assert await stage.gateway.journal.replay([event.id], "one", resend=False) == 1
        await stage.until_state(event.id, "one", "done")
        assert len(plugin.made[0].seen) == 2


async def test_what_a_plugin_raises_does_not_stop_the_next_conversation_event(tmp_path):
    plugin = shy(no=[Refused("never")])
    async with staged(tmp_path, plugins(one=plugin)) as stage:
        await stage.deliver(making.message("no", person="ann"), making.message("yes", person="ann"))
        await stage.until(lambda: [text for _, text, _ in plugin.made[0].seen] == ["no", "yes"])


async def test_the_circuit_opens_when_everything_fails_and_closes_again(tmp_path):
    broken = [ConnectionError() for _ in range(6)]
    plugin = shy(**{f"t{number}": [broken[number]] for number in range(6)})
    retry = RetryPolicy(attempts=50, first=0.05, factor=1.0)
    patient = msgspec.structs.replace(DISPATCH, retry=retry, concurrency=1, circuit_pause=1.0)
    async with staged(tmp_path, plugins(one=plugin), dispatch=patient) as stage:
        # In one body, so that none is tried again, and goes well, before the others have failed.
        said = [making.message(f"t{number}", person=f"p{number}") for number in range(6)]
        events = (await stage.deliver(*said)).new
        await stage.until(lambda: stage.gateway.dispatcher.lanes()[0].circuit == "open", 60.0)
        for event in events:
            await stage.until_state(event.id, "one", "done")
        assert stage.gateway.dispatcher.lanes()[0].circuit == "closed"


async def test_pause_and_resume(tmp_path):
    plugin = shy()
    async with staged(tmp_path, plugins(one=plugin)) as stage:
        stage.gateway.dispatcher.pause("one")
        event = (await stage.deliver(making.message())).new[0]
        with contextlib.suppress(TimeoutError):
            await stage.until(lambda: plugin.made[0].seen, 0.2)
        assert plugin.made[0].seen == []
        stage.gateway.dispatcher.resume("one")
        await stage.until_state(event.id, "one", "done")


async def test_a_plugin_that_is_not_enabled_is_skipped(tmp_path):
    plugin, other = shy(), shy()
    async with staged(tmp_path, plugins(one=plugin, other=other), enabled=[{"name": "other"}]) as stage:
        event = (await stage.deliver(making.message())).new[0]
        await stage.until_state(event.id, "other", "done")
        await stage.until_state(event.id, "one", "skipped")
        assert plugin.made[0].seen == []


async def test_events_of_an_unknown_account_wait_until_a_resource_names_it(tmp_path):
    plugin = shy()
    async with staged(tmp_path, plugins(one=plugin)) as stage:
        new = [(await stage.deliver(making.message(str(n), account="777"), account="777")).new[0] for n in range(3)]
        await stage.deliver(making.message("known"))
        await stage.until(lambda: len(plugin.made[0].seen) == 1)
        late = making.page_manifest({"name": "one"}, page="777", name="late")
        making.write(stage.manifests, making.page_manifest({"name": "one"}), late)
        await stage.until_state(new[-1].id, "one", "done")
        assert [text for _, text, _ in plugin.made[0].seen] == ["known", "0", "1", "2"]


async def test_what_waits_for_a_resource_makes_no_lane_look_stuck(tmp_path):
    class Stuck:
        ends = asyncio.Event()

        @hookimpl
        async def message_received(self):
            await self.ends.wait()

    patient = msgspec.structs.replace(DISPATCH, hook_timeout=60.0)
    async with staged(tmp_path, plugins(stuck=Stuck), dispatch=patient) as stage:
        held = (await stage.deliver(making.message("a", account="777"), account="777")).new[0]
        await stage.until_state(held.id, "stuck", "retry")
        assert metrics.lane_oldest.read() == [(("stuck",), 0.0)]
        await stage.deliver(making.message())
        await stage.until(lambda: dict(metrics.lane_oldest.read())[("stuck",)] > 0)
        Stuck.ends.set()
        await stage.until(lambda: metrics.lane_oldest.read() == [(("stuck",), 0.0)])


async def test_held_events_hold_back_neither_the_low_water_mark_nor_their_order_after_a_restart(tmp_path):
    first = shy()
    async with staged(tmp_path, plugins(one=first)) as stage:
        held = [(await stage.deliver(making.message(str(n), account="777"), account="777")).new[0] for n in range(3)]
        last = (await stage.deliver(making.message("known"))).new[0]
        for event in held:
            await stage.until_state(event.id, "one", "retry")
        await stage.until_state(last.id, "one", "done")
    second = shy()
    async with staged(tmp_path, plugins(one=second)) as stage:
        # What the mark has passed is not read again: only the held events, which have rows of their own.
        assert (await stage.gateway.journal.open_lanes(["one"]))["one"] == last.seq
        late = making.page_manifest({"name": "one"}, page="777", name="late")
        making.write(stage.manifests, making.page_manifest({"name": "one"}), late)
        await stage.until_state(held[-1].id, "one", "done")
        assert [(text, attempt) for _, text, attempt in second.made[0].seen] == [("0", 1), ("1", 1), ("2", 1)]


async def test_a_held_event_that_nobody_wants_in_the_end_is_done(tmp_path):
    async with staged(tmp_path, plugins(one=shy())) as stage:
        event = (await stage.deliver(making.message("a", account="777"), account="777")).new[0]
        await stage.until_state(event.id, "one", "retry")
        late = making.page_manifest(page="777", name="late")
        making.write(stage.manifests, making.page_manifest({"name": "one"}), late)
        await stage.until_state(event.id, "one", "done")


async def test_an_event_held_for_longer_than_patience_is_parked(tmp_path):
    policy = RetryPolicy(attempts=3, first=0.05, factor=1.0, jitter=0.0, patience=0.3)
    settings = msgspec.structs.replace(DISPATCH, retry=policy)
    async with staged(tmp_path, plugins(one=shy()), dispatch=settings) as stage:
        event = (await stage.deliver(making.message("a", account="777"), account="777")).new[0]

        async def known() -> bool:  # held; or parked at once, where a busy machine looked at it late
            return await stage.state(event.id, "one") in {"retry", "parked"}

        await stage.until(known)
        await asyncio.sleep(0.4)
        for lane in stage.gateway.dispatcher._lanes.values():
            await lane.review()
        await stage.until_state(event.id, "one", "parked")
        assert "no resource names this account" in (await stage.view(event.id)).lanes["one"].error


async def test_a_configuration_that_does_not_fit_waits_until_it_is_mended(tmp_path):
    plugin = shy()

    class Config(msgspec.Struct, forbid_unknown_fields=True):
        limit: int = 1

    plugin.Config = Config
    wrong = [{"name": "one", "config": {"limt": 3}}]
    async with staged(tmp_path, plugins(one=plugin), enabled=wrong) as stage:
        event = (await stage.deliver(making.message())).new[0]
        await stage.until_state(event.id, "one", "retry")
        assert "limt" in (await stage.view(event.id)).lanes["one"].error
        making.write(stage.manifests, making.page_manifest({"name": "one", "config": {"limit": 3}}))
        await stage.until_state(event.id, "one", "done")


async def test_an_app_cannot_speak_for_a_page_of_another_namespace(tmp_path):
    plugin = shy()
    async with staged(tmp_path, plugins(one=plugin)) as stage:
        reading = stage.gateway.journal
        items = making.body(making.message("forged"))
        from pagewire.wire import read

        forged = await reading.append(read(items, 0).items, now(), "elsewhere/app")
        await stage.deliver(making.message("true"))
        await stage.until(lambda: len(plugin.made[0].seen) == 1)
        assert plugin.made[0].seen[0][1] == "true"
        await stage.until_state(forged.new[0].id, "one", "retry")
        assert len(plugin.made[0].seen) == 1


async def test_standby_reaches_event_received_only(tmp_path):
    heard: list[str] = []

    class Both:
        @hookimpl
        async def event_received(self, event):
            heard.append(f"event {event.channel}")

        @hookimpl
        async def message_received(self, event):
            heard.append("message")

    async with staged(tmp_path, plugins(both=Both)) as stage:
        from pagewire.wire import read

        body = making.body(making.message()).replace(b'"messaging"', b'"standby"')
        new = (await stage.gateway.journal.append(read(body, 0).items, making.NOW, "support/acme")).new[0]
        await stage.until_state(new.id, "both", "done")
        assert heard == ["event standby"]


async def test_more_events_than_fit_into_memory_all_arrive_in_order(tmp_path):
    plugin = shy()
    small = DispatchSettings(window=10, concurrency=4, retry=DISPATCH.retry, lease_ttl=1.0)
    async with staged(tmp_path, plugins(one=plugin), dispatch=small) as stage:
        stage.gateway.dispatcher.pause("one")
        for number in range(300):
            await stage.deliver(making.message(str(number), person=f"p{number % 3}"))
        stage.gateway.dispatcher.resume("one")
        await stage.until(lambda: len(plugin.made[0].seen) == 300)
        for person in ("p0", "p1", "p2"):
            texts = [int(text) for who, text, _ in plugin.made[0].seen if who == person]
            assert texts == sorted(texts)


async def test_what_was_not_settled_is_taken_up_after_a_restart(tmp_path):
    first = shy(a=[TryLater(after=60)])
    async with staged(tmp_path, plugins(one=first)) as stage:
        waiting = (await stage.deliver(making.message("a", person="ann"))).new[0]
        await stage.until_state(waiting.id, "one", "retry")
        stage.gateway.dispatcher.pause("one")
        left = (await stage.deliver(making.message("b", person="bob"))).new[0]
    second = shy()
    async with staged(tmp_path, plugins(one=second)) as stage:
        await stage.until_state(left.id, "one", "done")
        assert await stage.state(waiting.id, "one") == "retry"
        assert second.made[0].seen == [("bob", "b", 1)]


async def test_two_gateways_on_one_journal_call_each_hook_once(tmp_path):
    first, second = shy(), shy()
    # However busy the machine is, the lease does not run out: who leads at first leads all along.
    patient = msgspec.structs.replace(DISPATCH, lease_ttl=600.0)
    async with (
        staged(tmp_path, plugins(one=first), dispatch=patient) as stage,
        staged(tmp_path, plugins(one=second), dispatch=patient, sim=stage.sim) as standby,
    ):
        for number in range(10):
            await stage.deliver(making.message(f"a{number}", person=f"p{number}"))
            await standby.deliver(making.message(f"b{number}", person=f"p{number}"))
        await stage.until(lambda: len(first.made[0].seen) + len(second.made[0].seen) == 20, 60)
        assert {len(first.made[0].seen), len(second.made[0].seen)} == {0, 20}


async def test_a_plugin_that_fails_to_stop_keeps_nobody_from_stopping(tmp_path):
    stopped: list[str] = []

    class Broken:
        @hookimpl
        async def plugin_stopped(self):
            raise RuntimeError

    class Good:
        @hookimpl
        async def plugin_stopped(self):
            stopped.append("good")

    async with staged(tmp_path, plugins(broken=Broken, good=Good)):
        pass
    assert stopped == ["good"]


async def test_a_plugin_that_exits_or_cancels_itself_harms_only_itself(tmp_path):
    class Rude:
        @hookimpl
        async def message_received(self, event):
            raise SystemExit(3) if event.text == "exit" else asyncio.CancelledError

    good = shy()
    async with staged(tmp_path, plugins(rude=Rude, good=good)) as stage:
        new = [(await stage.deliver(making.message(text, person=text))).new[0] for text in ("exit", "cancel")]
        for event in new:
            await stage.until_state(event.id, "rude", "parked")
            await stage.until_state(event.id, "good", "done")


async def test_nobody_overtakes_events_that_are_released(tmp_path):
    plugin = shy()
    async with staged(tmp_path, plugins(one=plugin)) as stage:
        for number in range(50):
            await stage.deliver(making.message(str(number), account="777"), account="777")
        late = making.page_manifest({"name": "one"}, page="777", name="late")
        making.write(stage.manifests, making.page_manifest({"name": "one"}), late)
        for number in range(50, 100):
            await stage.deliver(making.message(str(number), account="777"), account="777")
            await asyncio.sleep(0.02)
        await stage.until(lambda: len(plugin.made[0].seen) == 100)
        assert [int(text) for _, text, _ in plugin.made[0].seen] == list(range(100))
