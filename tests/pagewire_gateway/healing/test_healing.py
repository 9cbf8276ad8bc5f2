"""What no webhook brought is found, inserted once, in order, and marked; a ledger of the simulator's messages proves it."""

import asyncio

import httpx
import msgspec
import pytest

from pagewire import Text, hookimpl
from pagewire.people import ScopedId
from pagewire.simulator import Clock, Simulator, unlimited
from pagewire.simulator.faults import Fault, FaultKind
from pagewire_gateway.app import now
from pagewire_gateway.config import HealingSettings, OutboxSettings
from pagewire_gateway.healing import healer
from pagewire_gateway.journal.port import EventFilter
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import HEALING, plugins, staged, world

FIRST_WORDS = {"message", "message_echo", "postback"}
HOUR = 3_600_000


class Watcher:
    """Writes down what it is handed, and answers what people ask."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, bool]] = []

    @hookimpl
    async def event_received(self, event):
        if event.kind in FIRST_WORDS:
            self.seen.append(
                (event.person, event.raw["message" if "message" in event.raw else "postback"]["mid"], event.healed)
            )

    @hookimpl
    async def message_received(self, event):
        return Text(text="answer") if event.text == "a question" else None


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path, plugins(watcher=Watcher)) as stage:
        yield stage


def hear(stage, *, listening: bool) -> None:
    """Whether Meta delivers anything for these accounts."""
    for account in stage.sim.meta.state.accounts.values():
        account.subscribed = {making.APP_ID: {"*"}} if listening else {}


def account_of(stage, object_="page"):
    return stage.gateway.registry.account(object_, making.PAGE if object_ == "page" else making.INSTAGRAM)


async def heal(stage, object_="page", **window):
    return await stage.gateway.healer.heal(
        account_of(stage, object_), **{"since": now() - HOUR, "until": now() + HOUR, **window}
    )


def talked(stage) -> dict[str, list[str]]:
    """Message ids of each conversation, as Meta has them, oldest first."""
    return {
        conversation.person: [message.mid for message in conversation.messages]
        for conversation in stage.sim.meta.state.conversations.values()
    }


async def ledger(stage) -> dict[str, list[str]]:
    """Message ids of each conversation as the journal has them, in the order of places: doubles would show."""
    found: dict[str, list[str]] = {}
    for view in await stage.gateway.journal.events(EventFilter(limit=1000)):
        item = view.stored.item
        if item.kind in FIRST_WORDS:
            raw = msgspec.json.decode(item.raw)
            found.setdefault(item.person, []).append((raw.get("message") or raw["postback"])["mid"])
    return found


def talk(stage, count: int, account=making.PAGE, people=("ann", "bob")) -> None:
    """People write, tap, and are answered from Meta's own inbox."""
    for number in range(count):
        for person in people:
            stage.sim.people.say(account, person, f"{person} {number}")
            if number % 3 == 1:
                stage.sim.people.postback(account, person, "Get started", "START")
            if number % 3 == 2:
                stage.sim.people.inbox(account, person, f"inbox to {person} {number}")


async def delivered(stage) -> None:
    await stage.until(lambda: stage.sim.meta.publisher.outstanding == 0)


@pytest.mark.parametrize(("object_", "account"), [("page", making.PAGE), ("instagram", making.INSTAGRAM)])
async def test_what_was_missed_is_inserted_once_in_order_on_both_sides(stage, object_, account):
    talk(stage, 2, account)
    await delivered(stage)
    hear(stage, listening=False)
    talk(stage, 6, account)
    hear(stage, listening=True)
    run = await heal(stage, object_)
    assert (run.error, run.unreadable, run.kept_out) == ("", 0, 0)
    assert (
        run.found
        == run.inserted
        == sum(map(len, talked(stage).values())) - sum(not healed for *_, healed in watcher(stage).seen)
    )
    assert await ledger(stage) == talked(stage)

    again = await heal(stage, object_)
    assert (again.found, again.inserted) == (0, 0)
    assert await ledger(stage) == talked(stage)
    await stage.until(lambda: len(watcher(stage).seen) == sum(map(len, talked(stage).values())))
    assert {healed for *_, healed in watcher(stage).seen} == {True, False}


def watcher(stage) -> Watcher:
    return stage.gateway.plugins["watcher"].hooks["event_received"].function.__self__


async def test_webhooks_that_come_late_while_it_heals_are_repeats_and_the_other_way_round(stage):
    options = stage.sim.meta.publisher.options
    options.paused = True
    talk(stage, 6, people=("ann", "bob", "cem", "dua"))
    run, _ = await asyncio.gather(heal(stage), release(stage))
    await delivered(stage)
    held, said = await ledger(stage), talked(stage)
    assert {person: sorted(mids) for person, mids in held.items()} == {
        person: sorted(mids) for person, mids in said.items()
    }
    assert run.error == ""


async def release(stage) -> None:
    await asyncio.sleep(0)
    stage.sim.meta.publisher.options.paused = False
    stage.sim.meta.publisher.nudge()


async def test_healed_events_say_so_and_have_the_webhooks_natural_key(stage):
    hear(stage, listening=False)
    stage.sim.people.say(
        making.PAGE, "ann", "hello", attachments=[{"type": "image", "payload": {"url": "https://x.example/a.png"}}]
    )
    await heal(stage)
    (view,) = await stage.gateway.journal.events(EventFilter())
    (mid,) = next(iter(talked(stage).values()))
    assert view.stored.item.via == "healed"
    assert view.stored.item.key == f"page:{making.PAGE}:message:{mid}"
    message = msgspec.json.decode(view.stored.item.raw)["message"]
    assert message == {
        "mid": mid,
        "text": "hello",
        "attachments": [{"type": "image", "payload": {"url": "https://x.example/a.png"}}],
    }


async def test_our_own_replies_are_no_gap(stage):
    account = stage.sim.meta.state.accounts[making.PAGE]
    stage.sim.people.say(making.PAGE, "ann", "a question")
    await stage.until(lambda: len(stage.sim.sends) == 1)
    await delivered(stage)
    before = await ledger(stage)
    account.subscribed = {}
    assert (await heal(stage)).found == 0
    assert await ledger(stage) == before


async def test_only_the_newest_twenty_have_details_and_the_rest_is_counted(stage):
    hear(stage, listening=False)
    for number in range(33):
        stage.sim.people.say(making.PAGE, "ann", str(number))
    run = await heal(stage)
    assert (run.inserted, run.unreadable) == (20, 13)
    ((_, mids),) = (await ledger(stage)).items()
    assert mids == talked(stage)[next(iter(talked(stage)))][-20:]


async def test_what_cannot_be_read_any_more_is_counted_however_much_it_is(stage):
    stage.sim.people.say(making.PAGE, "ann", "known")
    await delivered(stage)
    hear(stage, listening=False)
    for number in range(150):
        stage.sim.people.say(making.PAGE, "ann", str(number))
    run = await heal(stage)
    assert (run.inserted, run.unreadable) == (20, 130)
    newest = stage.sim.meta.state.conversations[next(iter(stage.sim.meta.state.conversations))].messages[-1].created
    assert (await heal(stage, since=newest + 1000)).unreadable == 0


async def test_a_store_that_does_not_answer_ends_a_run_and_says_so(stage):
    await stage.gateway.people.aclose()
    run = await heal(stage)
    assert (run.inserted, "not open" in run.error, run.ended >= run.began) == (0, True, True)
    assert not stage.gateway.healer.working()


async def test_an_old_question_is_answered_only_while_the_window_is_open(tmp_path):
    clock = Clock()
    async with (
        Simulator(world("http://127.0.0.1:9/"), clock=clock, limits=unlimited()) as sim,
        staged(tmp_path, plugins(watcher=Watcher), sim=sim) as stage,
    ):
        hear(stage, listening=False)
        stage.sim.people.say(making.PAGE, "ann", "a question")
        conversation = next(iter(sim.meta.state.conversations.values()))
        for message in conversation.messages:
            message.created -= 30 * HOUR
        await heal(stage, since=now() - 48 * HOUR)

        async def refused() -> bool:
            views = await stage.gateway.journal.events(EventFilter(kind="message"))
            return [row.state for view in views for row in view.outbox] == ["refused"]

        await stage.until(refused)
        assert list(sim.sends) == []


async def test_who_was_forgotten_is_not_brought_back(stage):
    stage.sim.people.say(making.PAGE, "ann", "before")
    await delivered(stage)
    hear(stage, listening=False)
    stage.sim.people.say(making.PAGE, "ann", "missed")
    (person,) = talked(stage)
    request = await stage.gateway.deletion.request([ScopedId("page", making.PAGE, person)], "operator")

    async def done() -> bool:
        return (await stage.gateway.deletion.status(request)).state == "done"

    await stage.until(done)
    run = await heal(stage)
    assert (run.inserted, run.kept_out) == (0, 1)
    assert await stage.gateway.journal.events(EventFilter(person=person)) == []


async def test_a_start_heals_what_was_missed_since_the_last_time_and_an_account_that_is_new_begins_now(tmp_path):
    healing = msgspec.structs.replace(HEALING, every=3600.0, after=0.05)
    async with Simulator(world("http://127.0.0.1:9/"), limits=unlimited()) as sim:
        sim.people.say(making.PAGE, "ann", "before there was a gateway")
        for conversation in sim.meta.state.conversations.values():
            conversation.messages[-1].created -= 60_000
        async with staged(tmp_path, plugins(watcher=Watcher), sim=sim, healing=healing) as stage:
            await stage.until(lambda: healed_accounts(stage))
            sim.people.say(making.PAGE, "ann", "heard")
            await delivered(stage)
        sim.people.say(making.PAGE, "ann", "missed while it was down")
        async with staged(tmp_path, plugins(watcher=Watcher), sim=sim, healing=healing) as stage:

            async def there() -> bool:
                return len((await ledger(stage)).get(next(iter(talked(stage))), ())) == 2

            await stage.until(there)
            assert await ledger(stage) == {person: mids[1:] for person, mids in talked(stage).items()}


async def healed_accounts(stage) -> bool:
    return len(await stage.gateway.healer.runs()) == 2


async def test_a_new_subscription_heals_what_was_missed_without_one(tmp_path, monkeypatch):
    monkeypatch.setattr(healer, "_LONGEST_LOOK", 0.05)
    healing = msgspec.structs.replace(HEALING, every=3600.0, after=0.05, overlap=3600.0)
    async with staged(tmp_path, plugins(watcher=Watcher), healing=healing) as stage:
        await stage.until(lambda: healed_accounts(stage))
        await stage.until(lambda: not stage.gateway.healer.working())
        hear(stage, listening=False)
        stage.sim.people.say(making.PAGE, "ann", "missed")
        asked = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": "letmein"}
        url = f"http://127.0.0.1:{stage.gateway.public_port}/webhooks/support/acme"
        async with httpx.AsyncClient() as client:
            assert (await client.get(url, params=asked)).text == "42"

        async def found() -> bool:
            return bool(await ledger(stage))

        await stage.until(found, 30)


async def test_meta_is_asked_no_faster_than_it_takes_and_a_refusal_is_told(tmp_path):
    limits = msgspec.structs.replace(unlimited(), conversations_per_second=2)
    healing = HealingSettings(every=0, settle=0)
    async with (
        Simulator(world("http://127.0.0.1:9/"), limits=limits) as sim,
        staged(tmp_path, plugins(watcher=Watcher), sim=sim, healing=healing, outbox=OutboxSettings()) as stage,
    ):
        hear(stage, listening=False)
        talk(stage, 1, people=("ann", "bob", "cem"))
        run = await heal(stage)
        assert (run.calls, run.inserted, sim.violations) == (4, 3, [])
        sim.meta.state.tokens.clear()
        assert "Reauth" in (await heal(stage)).error


@pytest.mark.parametrize(("code", "error", "unreadable"), [(100, "", 1), (1, "Ambiguous", 0)])
async def test_one_conversation_that_cannot_be_read_stands_in_nobodys_way(stage, code, error, unreadable):
    hear(stage, listening=False)
    for person in ("ann", "bob", "cem"):
        stage.sim.people.say(making.PAGE, person, "missed")
    stage.sim.faults.add(
        Fault(kind=FaultKind.ERROR, edge="conversation", code=code, subcode=33 if code == 100 else None)
    )
    run = await heal(stage)
    assert (run.inserted, run.unreadable, run.error.partition(":")[0]) == (2, unreadable, error)
    assert (await heal(stage)).inserted == 1


async def test_a_trouble_of_metas_own_ends_a_run(stage):
    hear(stage, listening=False)
    for number in range(10):
        stage.sim.people.say(making.PAGE, f"person {number}", "missed")
    stage.sim.faults.add(Fault(kind=FaultKind.ERROR, edge="conversation", code=1, times=None))
    run = await heal(stage)
    assert (run.inserted, run.calls) == (0, 4)
    assert run.error.startswith("Ambiguous")


async def test_what_another_process_refused_is_looked_for_soon(tmp_path):
    rare = msgspec.structs.replace(HEALING, every=3600.0, after=0.05)
    async with staged(tmp_path, plugins(watcher=Watcher), healing=rare) as stage:
        healer = stage.gateway.healer

        async def looked(times: int) -> bool:
            return sum(healed > 0 for _, healed in await healer.runs()) >= 1 and len(looks) >= times

        looks: list[int] = []
        note = healer._note

        async def noted(run):
            looks.append(run.began)
            await note(run)

        healer._note = noted
        await stage.until(lambda: looked(1), 30)
        first = len(looks)
        healer.disturbed()
        await stage.until(lambda: looked(first + 1), 30)
