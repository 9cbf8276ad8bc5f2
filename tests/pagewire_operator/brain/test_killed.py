"""The operator is killed after every single call to Meta, and what comes after it finishes the work."""

import asyncio

import httpx
import pytest

from pagewire.graph.transport import GraphHttp
from pagewire.simulator.world import APP_ID, LOGIN_ID, PAGE_ID
from pagewire_operator.model import Key
from tests.pagewire_operator.brain.manifests import PROFILE, base, by_login, page, subscription, with_login
from tests.pagewire_operator.brain.world import Stage

MP, WS, MIG = "MessengerPage", "WebhookSubscription", "InstagramAccount"
BOTH = {"messages", "messaging_postbacks"}
MANY = 30


class Killed(BaseException):
    """kill -9, as far as a task can feel it."""


class Deadly(httpx.AsyncBaseTransport):
    """Lets so many calls through; the answer to the last of them finds nobody."""

    def __init__(self, inner: httpx.AsyncBaseTransport, calls: int) -> None:
        self._inner = inner
        self.left = calls

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        await answer.aread()
        self.left -= 1
        if self.left < 0:
            raise Killed
        return answer


async def killed_after(stage: Stage, key: Key, calls: int) -> bool:
    """Reconcile once with an operator that dies; whether it did. What it would have written is lost."""
    http = stage.http
    assert isinstance(http, GraphHttp)
    deadly = GraphHttp(Deadly(http._straight, calls), http.timeout)
    stage.restart(deadly)
    try:
        await stage.brain.reconcile(stage.get(key.kind, key.name), stage.world, stage.world)
    except Killed:
        return True
    finally:
        stage.restart()
    return False


async def through_every_kill(stage: Stage, key: Key) -> int:
    for calls in range(MANY):
        if not await killed_after(stage, key, calls):
            return calls
    raise AssertionError("it never gets to its end")


@pytest.mark.parametrize(
    ("documents", "key"),
    [
        (base(page(profile=PROFILE)), Key(MP, "support", "harbour")),
        (base(subscription()), Key(WS, "support", "acme-page")),
        (with_login(by_login()), Key(MIG, "support", "quay-ig")),
    ],
)
async def test_killed_at_every_step_of_the_first_reconciliation(documents: tuple, key: Key) -> None:  # type: ignore[type-arg]
    async with Stage(*documents) as stage:
        stage.hold(key)
        await stage.settle()
        assert await through_every_kill(stage, key) >= 2
        stage.let_go(key)
        await stage.settle()
        assert stage.ready(key.kind, key.name) == ("True", "Reconciled")
        assert stage.told("DriftFound") == []
        assert stage.told("Adopted") == []
        assert stage.told("Changed") or stage.told("Found"), "what the dead ones did is not left untold"


async def test_killed_at_every_step_of_a_change() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        await stage.settle()
        key = Key(MP, "support", "harbour")
        stage.hold(key)
        stage.later(600.0)
        changed = {
            **PROFILE,
            "greeting": [{"text": "New words"}],
            "iceBreakers": [],
            "persistentMenu": [],
            "getStarted": {},
        }
        stage.apply(page(profile=changed, subscribedFields=["messages", "standby"]))
        await through_every_kill(stage, key)
        stage.let_go(key)
        stage.later(600.0)
        await stage.look(MP)
        assert stage.ready(MP, "harbour") == ("True", "Reconciled")
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: {"messages", "standby"}}
        assert set(stage.sim.settings.profile(PAGE_ID)) == {"greeting", "whitelisted_domains"}


@pytest.mark.parametrize(
    ("documents", "key"),
    [
        (base(page(profile=PROFILE, deletionPolicy="Delete")), Key(MP, "support", "harbour")),
        (base(subscription(deletionPolicy="Delete")), Key(WS, "support", "acme-page")),
        (with_login(by_login(deletionPolicy="Delete")), Key(MIG, "support", "quay-ig")),
    ],
)
async def test_killed_at_every_step_of_a_deletion(documents: tuple, key: Key) -> None:  # type: ignore[type-arg]
    async with Stage(*documents) as stage:
        await stage.settle()
        stage.hold(key)
        stage.later(600.0)
        stage.delete(key.kind, key.name)
        await through_every_kill(stage, key)
        stage.let_go(key)
        stage.later(600.0)
        await stage.look(key.kind)
        assert stage.world.get(*key) is None
        assert stage.sim.settings.subscribed(PAGE_ID) == {}
        assert stage.sim.settings.subscribed(LOGIN_ID) == {}
        assert stage.sim.settings.subscriptions(APP_ID) == {}
        assert stage.told("LeftBehind") == []
        assert not any("put nothing" in told for told in stage.told("Released"))


@pytest.mark.parametrize(
    ("documents", "key"),
    [
        (base(page(profile=PROFILE, deletionPolicy="Delete")), Key(MP, "support", "harbour")),
        (base(subscription(deletionPolicy="Delete")), Key(WS, "support", "acme-page")),
        (with_login(by_login(deletionPolicy="Delete")), Key(MIG, "support", "quay-ig")),
    ],
)
@pytest.mark.parametrize("calls", [1, 2, 3, 4])
async def test_killed_in_its_first_reconciliation_and_deleted_then(documents: tuple, key: Key, calls: int) -> None:  # type: ignore[type-arg]
    async with Stage(*documents) as stage:
        stage.hold(key)
        await stage.settle()
        await killed_after(stage, key, calls)
        stage.delete(key.kind, key.name)
        stage.let_go(key)
        await stage.settle()
        assert stage.world.get(*key) is None
        assert stage.sim.settings.subscribed(PAGE_ID) == {}
        assert stage.sim.settings.subscribed(LOGIN_ID) == {}
        assert stage.sim.settings.subscriptions(APP_ID) == {}
        assert stage.sim.settings.profile(PAGE_ID) == {}


async def test_two_operators_at_once_end_as_one_would() -> None:
    async with Stage(*base(page(profile=PROFILE), subscription())) as stage:
        keys = [Key(MP, "support", "harbour"), Key(WS, "support", "acme-page")]
        for key in keys:
            stage.hold(key)
        await stage.settle()
        other = stage.another_brain()
        for key in keys:
            resource = stage.get(key.kind, key.name)
            brains = (stage.brain, other)
            first, second = await asyncio.gather(*(one.reconcile(resource, stage.world, stage.world) for one in brains))
            assert first.status == second.status
            stage.let_go(key)
        await stage.settle()
        assert stage.ready(MP, "harbour") == ("True", "Reconciled")
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: BOTH}
        assert stage.sim.settings.subscriptions(APP_ID)["page"].fields == BOTH
