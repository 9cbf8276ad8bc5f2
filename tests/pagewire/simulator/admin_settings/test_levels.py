"""An event is delivered for fields that both levels name, and for no other; an hour of failure ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from pagewire.simulator import Clock, Simulator, World, small_world
from pagewire.simulator.settings.bare import bare
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, LOGIN_ID, PAGE_ID, Subscription
from tests.pagewire.simulator.admin_settings.conftest import APP_TOKEN, LOGIN_TOKEN, PAGE_TOKEN, Meta
from tests.pagewire.simulator.conftest import START
from tests.pagewire.simulator.receiver import Receiver


@pytest.fixture
async def both(meta: Meta, gateway: Receiver) -> Meta:
    """Messages are subscribed to on both levels."""
    await meta.subscribe(gateway.url, "messages,messaging_postbacks")
    await meta.install("messages")
    return meta


async def heard(meta: Meta, hook: Receiver, account: str = PAGE_ID) -> int:
    """How many POSTs one message causes."""
    before = len([r for r in hook.requests if r.method == "POST"])
    await meta.sim.say(account, "ada", "hello")
    await meta.sim.drained()
    return len([r for r in hook.requests if r.method == "POST"]) - before


async def test_both_levels_are_needed(meta: Meta, gateway: Receiver) -> None:
    """Neither the app alone, nor the Page alone, nor two that differ."""
    assert await heard(meta, gateway) == 0
    await meta.subscribe(gateway.url, "messages")
    assert await heard(meta, gateway) == 0
    await meta.install("feed")
    assert await heard(meta, gateway) == 0
    await meta.install("messages")
    assert await heard(meta, gateway) == 1
    await meta.good("DELETE", f"{APP_ID}/subscriptions", APP_TOKEN, params={"object": "page"})
    assert await heard(meta, gateway) == 0


async def test_only_the_named_fields(both: Meta, gateway: Receiver) -> None:
    """A field of one level alone is silent: postbacks here are not installed, echoes not subscribed to."""
    await both.sim.postback(PAGE_ID, "ada", "Get Started", "START")
    await both.sim.drained()
    assert gateway.of_kind("postback") == []
    await both.install("messages,messaging_postbacks,message_echoes")
    await both.sim.postback(PAGE_ID, "ada", "Get Started", "START")
    await both.sim.drained()
    assert len(gateway.of_kind("postback")) == 1


async def test_unsubscribing_in_any_way(both: Meta, gateway: Receiver) -> None:
    assert await heard(both, gateway) == 1
    both.sim.settings.unsubscribe(PAGE_ID, APP_ID)
    assert await heard(both, gateway) == 0
    await both.install("messages")
    both.sim.settings.deactivate(APP_ID, "page")
    assert await heard(both, gateway) == 0
    await both.subscribe(gateway.url)
    assert await heard(both, gateway) == 1


async def test_a_foreign_callback_takes_the_events_away(both: Meta, gateway: Receiver) -> None:
    async with Receiver() as other:
        both.sim.settings.dashboard(APP_ID, "page", other.url, fields=["messages"])
        assert await heard(both, gateway) == 0
        assert len(other.items) == 1


class TestInstagram:
    """Behind a Page, the Page's installation counts; with Instagram Login, the account's own."""

    async def test_behind_a_page(self, meta: Meta, gateway: Receiver) -> None:
        """Any field of the Page installs the app; which events come, the app level says."""
        meta.sim.settings.dashboard(APP_ID, "instagram", gateway.url, fields=["messages"])
        assert await heard(meta, gateway, INSTAGRAM_ID) == 0
        await meta.install("feed")
        assert await heard(meta, gateway, INSTAGRAM_ID) == 1
        await meta.good("DELETE", "me/subscribed_apps")
        assert await heard(meta, gateway, INSTAGRAM_ID) == 0

    async def test_by_instagram_login(self, meta: Meta, gateway: Receiver) -> None:
        meta.sim.settings.dashboard(APP_ID, "instagram", gateway.url, fields=["messages", "comments"])
        await meta.install("messages")
        assert await heard(meta, gateway, LOGIN_ID) == 0
        wish = {"subscribed_fields": "messages"}
        await meta.good("POST", "me/subscribed_apps", LOGIN_TOKEN, instagram=True, data=wish)
        assert await heard(meta, gateway, LOGIN_ID) == 1
        await meta.sim.comment(LOGIN_ID, "ada", "nice")
        await meta.sim.drained()
        assert [item for item in gateway.items if item["channel"] == "changes"] == []


class TestFailing:
    """Alert after 15 minutes, unsubscribed after an hour, and nothing brings it back but a POST."""

    async def test_the_page(self, both: Meta, gateway: Receiver) -> None:
        gateway.status = 500
        await heard(both, gateway)
        assert await self._told_after(both, 15) == ["alert"]
        assert await both.installed() == {APP_ID: {"messages"}}
        assert await self._told_after(both, 45) == ["alert", "disable"]
        assert both.sim.ledger.alerts[-1].text.startswith("Webhooks Disabled")
        assert await both.installed() == {}
        assert "page" in await both.topics()
        gateway.status = 200
        assert await heard(both, gateway) == 0
        await both.install("messages")
        assert await heard(both, gateway) == 1

    async def test_the_page_behind_an_instagram_account(self, meta: Meta, gateway: Receiver) -> None:
        meta.sim.settings.dashboard(APP_ID, "instagram", gateway.url, fields=["messages"])
        await meta.install("messages")
        gateway.status = 500
        await heard(meta, gateway, INSTAGRAM_ID)
        await self._told_after(meta, 15)
        assert await self._told_after(meta, 45) == ["alert", "disable"]
        assert await meta.installed() == {}

    async def _told_after(self, meta: Meta, minutes: int) -> list[str]:
        """What the developer has been told once so many more minutes have passed."""
        ledger = meta.sim.ledger
        before = len(ledger.alerts)
        meta.sim.clock.advance(minutes * 60)
        await ledger.wait_until(lambda: len(ledger.alerts) > before, 10)
        return [alert.kind for alert in ledger.alerts]


async def test_changes_without_values(meta: Meta, gateway: Receiver) -> None:
    """Without ``include_values`` a change only names its field."""
    await meta.install("feed")
    await meta.subscribe(gateway.url, "feed")
    await meta.sim.comment(PAGE_ID, "ada", "nice")
    await meta.sim.drained()
    (entry,) = gateway.requests[-1].json["entry"]
    assert entry["changed_fields"] == ["feed"]
    assert "changes" not in entry
    await meta.subscribe(gateway.url, "feed", include_values="true")
    await meta.sim.comment(PAGE_ID, "ada", "very nice")
    await meta.sim.drained()
    (entry,) = gateway.requests[-1].json["entry"]
    assert entry["changes"][0]["value"]["message"] == "very nice"


class TestWorlds:
    """``open`` takes ``*``, ``enforced`` only names; ``bare`` leaves nothing set."""

    @pytest.fixture
    async def http(self) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(trust_env=False) as client:
            yield client

    async def run(self, world: World, http: httpx.AsyncClient, hook: Receiver) -> tuple[int, dict[str, set[str]]]:
        async with Simulator(world, clock=Clock(START, speed=0)) as sim:
            meta = Meta(sim, http)
            return await heard(meta, hook), await meta.installed()

    async def test_open(self, http: httpx.AsyncClient, gateway: Receiver) -> None:
        """A star is delivered, and read as every name there is."""
        count, installed = await self.run(small_world(gateway.url), http, gateway)
        assert count == 1
        assert {"messages", "feed", "website"} < installed[APP_ID]

    async def test_enforced(self, http: httpx.AsyncClient, gateway: Receiver) -> None:
        """A star is nothing; what the world names is there from the start."""
        world = small_world(gateway.url)
        world.subscriptions = "enforced"
        assert await self.run(world, http, gateway) == (0, {})
        world = small_world()
        world.subscriptions = "enforced"
        world.apps[0].subscriptions = {"page": Subscription(callback_url=gateway.url, fields={"messages"})}
        world.accounts[0].subscribed = {APP_ID: {"messages", "*"}}
        assert await self.run(world, http, gateway) == (1, {APP_ID: {"messages"}})

    async def test_bare(self, http: httpx.AsyncClient, gateway: Receiver) -> None:
        """Apps, accounts and tokens are the same; the world it was made from is unharmed."""
        world = small_world(gateway.url)
        world.accounts[0].profile = {"get_started": {"payload": "S"}}
        stripped = bare(world)
        assert await self.run(stripped, http, gateway) == (0, {})
        assert [app.id for app in stripped.apps] == [APP_ID]
        assert [token.value for token in stripped.tokens] == [token.value for token in world.tokens]
        assert all(account.profile == {} for account in stripped.accounts)
        assert world.accounts[0].profile
        assert world.apps[0].subscriptions["page"].callback_url == gateway.url

    async def test_the_token_of_a_page_still_works(self, meta: Meta) -> None:
        assert (await meta.good("GET", "me", PAGE_TOKEN))["id"] == PAGE_ID
