"""From the overview to the cause of each fault in at most three clicks, in Chromium."""

import asyncio

import httpx
import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import expect

from pagewire import Refused, Text, hookimpl
from pagewire.people import ScopedId
from pagewire_gateway.config import CareSettings
from pagewire_gateway.journal.port import Retention
from pagewire_gateway.plugins import load
from tests.browser import chromium
from tests.pagewire_gateway import making
from tests.pagewire_gateway.console.browsing import visit
from tests.pagewire_gateway.console.clicking import find
from tests.pagewire_gateway.console.faults import BY_NAME, FAULTS, MOST_CLICKS
from tests.pagewire_gateway.stage import DISPATCH, OUTBOX, plugins, staged
from tests.ports import free_port

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow(40)]

ELSEWHERE = {"unsubscribed", "login-ended", "end-not-told"}
HERE = [one.name for one in FAULTS if one.name not in ELSEWHERE]
TOKEN = "EAAPAGE"
ROOM = 400 * 1024 * 1024


class Answers:
    """Answers whoever asks."""

    @hookimpl
    async def message_received(self, event):
        return Text(text="here you are") if event.text == "answer me" else None


class Stuck:
    """Never comes back from some events."""

    def __init__(self, gate):
        self.gate = gate

    @hookimpl
    async def message_received(self, event):
        if event.text == "hang":
            await self.gate.wait()


class Broken:
    """Knows no orders."""

    @hookimpl
    async def message_received(self, event):
        if event.text == "order":
            raise ValueError("no such order")


class Quiet:
    """Does nothing."""

    @hookimpl
    async def message_received(self, event):
        pass


class Stubborn:
    """Forgets nobody."""

    @hookimpl
    async def message_received(self, event):
        pass

    @hookimpl
    async def person_deleted(self, person, context):
        raise Refused("not without a form")


class Place:
    """A gateway, and the hands that do it harm."""

    def __init__(self, stage):
        self.stage, self.sim, self.gateway = stage, stage.sim, stage.gateway
        self.manifest = (stage.manifests / "all.yaml").read_text()

    async def make(self, name):
        await getattr(self, name.replace("-", "_"))()

    async def mend(self, name):
        """Take back what would hide the next fault."""
        self.sim.identity.expire_token(TOKEN, at=0)
        self.sim.identity.set_usage("messenger", making.PAGE, None)
        self.sim.faults.clear()
        if name in {"no-token", "mistake"}:
            await self.tell(self.manifest)

    async def tell(self, manifest):
        (self.stage.manifests / "all.yaml").write_text(manifest)
        await self.gateway.registry.reload()

    async def token_dies(self):
        self.sim.identity.expire_token(TOKEN)
        await self.sim.say(making.PAGE, "t", "answer me")

    async def no_token(self):
        await self.tell(self.manifest.replace(", page-token: EAAPAGE", ""))

    async def crm_down(self):
        await self.stage.deliver(making.message("hello", "81"))

    async def plugin_stuck(self):
        await self.stage.deliver(*(making.message("hang", f"82{number}") for number in range(5)))

    async def plugin_raises(self):
        await self.stage.deliver(making.message("order", "83"))

    async def plugin_paused(self):
        await self.gateway.steering.pause("quiet")

    async def throttled(self):
        self.sim.identity.set_usage("messenger", making.PAGE, 100)
        await self.sim.say(making.PAGE, "u", "answer me")

    async def meta_fails(self):
        self.sim.faults.inject("html", edge="*", times=None)
        await self.sim.say(making.PAGE, "v", "answer me")

    async def secret_reset(self):
        content = making.body(making.message("hello", "84"))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.gateway.public_port}") as client:
            answer = await client.post(
                "/webhooks/support/acme", content=content, headers=making.signed(content, "the-new-secret")
            )
        assert answer.status_code == 403

    async def mistake(self):
        await self.tell(
            self.manifest.replace('"tokenRef": {"name": "harbour"}', '"tokenRef": {"name": "nobodys-token"}')
        )

    async def little_room(self):
        """So it began."""

    async def not_forgotten(self):
        await self.gateway.deletion.request([ScopedId("page", making.PAGE, "85")], "operator")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory):
    gate = asyncio.Event()
    own = plugins(answers=Answers, stuck=Stuck(gate), broken=Broken, quiet=Quiet, stubborn=Stubborn)
    crm = {"name": "crm-sync", "config": {"url": f"http://127.0.0.1:{free_port()}/"}}
    dispatch = msgspec.structs.replace(DISPATCH, circuit_pause=600.0)
    async with staged(
        tmp_path_factory.mktemp("clicks"),
        own | load(["crm-sync"]),
        dispatch=dispatch,
        outbox=msgspec.structs.replace(OUTBOX, echo_wait=60.0),
        care=CareSettings(health_every=0.2),
        enabled=[*({"name": name} for name in own), crm],
        also={"retention": Retention(max_bytes=ROOM)},
    ) as stage:
        yield Place(stage)
        gate.set()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with chromium() as started:
        yield started


@pytest.mark.parametrize("name", HERE)
async def test_the_cause_of_a_fault_is_at_most_three_clicks_away(place, browser, name):
    fault = BY_NAME[name]
    assert len(fault.clicks) <= MOST_CLICKS
    await place.make(name)
    async with visit(browser, place.stage) as page:
        await find(page, fault)
        await expect(page.get_by_text(fault.sees).first).to_be_visible()
    await place.mend(name)
