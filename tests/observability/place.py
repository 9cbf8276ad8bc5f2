"""The whole system that is looked at: API server, operator, gateway and plugins, a simulated Meta, a CRM, people who write."""

import asyncio
import contextlib
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

import httpx

from pagewire.simulator import World
from tests.chaos.field import INSTALLED
from tests.e2e.programs import ROOT, Program
from tests.e2e.shop import Shop
from tests.e2e.town import Town
from tests.kube.cluster import Cluster
from tests.whole.system import Crm

_FAR: Final = 60 * 86_400
PAUSE: Final = 0.25
"""Seconds between two messages of the load."""
FIELDS: Final = frozenset({"messages", "messaging_postbacks", "message_echoes"})
ENVIRONMENT: Final = {
    "PYTHONPATH": os.pathsep.join([str(INSTALLED), str(Path(__file__).parent / "installed"), str(ROOT)]),
    "PAGEWIRE_HOOK_TIMEOUT": "3",
    "PAGEWIRE_HOOK_ATTEMPTS": "1000",
    "PAGEWIRE_HOOK_RETRY_LONGEST": "5",
    "PAGEWIRE_CIRCUIT_PAUSE": "5",
    "PAGEWIRE_HEALTH_EVERY": "2",
    "PAGEWIRE_HEAL_EVERY": "3600",
    "PAGEWIRE_HEAL_AFTER": "1",
    "PAGEWIRE_HEAL_SETTLE": "5",
    "PAGEWIRE_SEND_PAUSE": "3",
    "PAGEWIRE_SEND_THROTTLED": "3",
}
"""Waits cut short; and attempts without end, so that no fault outlasts itself."""


class Place:
    """Everything that Prometheus scrapes, with a hand on each part.

    Args:
        cluster: nobody else's.
        folder: for data and logs.
        environment: more variables for gateway and operator.
    """

    def __init__(self, cluster: Cluster, folder: Path, environment: Mapping[str, str] = {}) -> None:
        self.folder, self._environment = folder, {**ENVIRONMENT, **environment}
        self.town = Town(cluster, folder, World(subscriptions="enforced"))
        self.crm = Crm()
        self._programs: list[Program] = []
        self._speaking: asyncio.Task[None] | None = None
        self.behave("ok")

    async def __aenter__(self) -> Self:
        await self.crm.start()
        await self.town.__aenter__()
        watched = {**self._spec(), "managementPolicy": "Observe"}
        pages = {"harbour": self._spec(), "watched": watched}
        self.shop = Shop(self.town, pages, webhooks={"fields": sorted(FIELDS)})
        self.operator, self.gateway = self.make_operator(), self.make_gateway()
        await asyncio.gather(self.operator.start(), self.gateway.start())
        await self._open()
        self._speaking = asyncio.create_task(self._speak())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._speaking:
            self._speaking.cancel()
        for program in self._programs:
            if program.process is not None:
                await program.kill()
        await self.town.__aexit__()
        await self.crm.stop()

    def make_gateway(self, **environment: str) -> Program:
        """A gateway on the same ports and data; not started."""
        self._programs.append(self.town.gateway(**self._environment, **environment))
        return self._programs[-1]

    def make_operator(self) -> Program:
        """An operator; not started."""
        self._programs.append(self.town.operator(PYTHONPATH=self._environment["PYTHONPATH"]))
        return self._programs[-1]

    @property
    def targets(self) -> dict[str, str]:
        """What to scrape."""
        origin = self.operator._origin.removeprefix("http://")
        return {"gateway": f"127.0.0.1:{self.town.admin}", "operator": origin}

    async def replace_gateway(self, **environment: str) -> None:
        """End the gateway and start another on the same data."""
        await self.gateway.stop()
        self.gateway = self.make_gateway(**environment)
        await self.gateway.start()

    async def knows_room(self) -> bool:
        """Whether the gateway has looked at its journal since it started."""
        return bool(await self.gateway.samples("pagewire_journal_free_bytes"))

    def behave(self, mode: str) -> None:
        """Tell the unruly plugin what to do: ``ok``, ``raise``, ``hang``, ``block SECONDS``."""
        path = self.folder / "mode"
        path.with_suffix(".new").write_text(mode)
        path.with_suffix(".new").replace(path)

    async def resume(self, plugin: str) -> None:
        """``pagewire plugins --resume``: out of a quarantine."""
        async with self.admin() as client:
            (await client.post(f"/api/v1/plugins/{plugin}/resume")).raise_for_status()

    def admin(self) -> httpx.AsyncClient:
        """A client of the admin port."""
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.town.admin}", trust_env=False, timeout=30)

    def _spec(self) -> dict[str, Any]:
        rules = [{"when": {"regex": "^no ([0-9]+)$"}, "reply": {"text": "re {1}"}}]
        return {
            "plugins": [
                {"name": "logging", "config": {"destination": str(self.folder / "events.jsonl")}},
                {"name": "auto-reply", "config": {"rules": rules}},
                {"name": "crm-sync", "config": {"url": self.crm.url, "interval": "1s", "include": {"profile": True}}},
                {"name": "reporter"},
                {"name": "unruly", "config": {"path": str(self.folder / "unruly")}},
            ],
            "subscribedFields": sorted(FIELDS),
        }

    async def _open(self) -> None:
        """Open the shop; the Page that is only watched is subscribed by somebody's hand."""
        await self.shop.settle_in()
        await self.shop.says("MessengerPage", "harbour", Ready="True", Synced="True")
        self.town.sim.settings.install(self.shop.page_id("watched"), FIELDS, self.shop.app_id)
        # One token has an end, far away, so that there are days left to be shown.
        self.town.sim.identity.expire_token(self.shop.token("watched"), int(time.time()) + _FAR)

    async def _speak(self) -> None:
        """Ten people write on each Page, one after the other, for ever."""
        number = 0
        while True:
            number += 1
            page = self.shop.page_id(("harbour", "watched")[number % 2])
            with contextlib.suppress(LookupError):
                await self.town.sim.say(page, f"person-{number % 20}", f"no {number}")
            await asyncio.sleep(PAUSE)
