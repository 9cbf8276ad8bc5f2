"""A folder of manifests, a simulated Meta, and commands as people type them."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from pagewire.simulator import DeliveryOptions, Simulator, small_world, unlimited
from pagewire.simulator.settings.bare import bare
from pagewire_gateway.cli.root import pagewire
from tests.pagewire.simulator.receiver import Receiver, Request
from tests.pagewire_operator.brain import manifests

__all__ = ["Shop", "shop", "stat"]


def challenge(request: Request) -> str:
    return request.query.partition("hub.challenge=")[2].partition("&")[0]


class Shop:
    """One folder and one Meta."""

    def __init__(self, folder: Path, sim: Simulator) -> None:
        self.folder = folder
        self.sim = sim

    def write(self, *documents: dict[str, Any]) -> None:
        (self.folder / "all.json").write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": documents}))

    async def run(self, *words: str, **environment: str) -> Result:
        """Run `pagewire` in a thread of its own, as its event loop is its own."""
        found = {
            "PAGEWIRE_GRAPH_URL": self.sim.graph_url,
            "PAGEWIRE_INSTAGRAM_GRAPH_URL": self.sim.instagram_graph_url,
            **environment,
        }
        command: click.Command = pagewire
        return await asyncio.to_thread(CliRunner().invoke, command, words, env=found)

    async def plan(self) -> tuple[int, dict[str, Any]]:
        """Exit code and JSON of `pagewire plan`."""
        done = await self.run("plan", "-f", str(self.folder), "-o", "json")
        found: dict[str, Any] = json.loads(done.stdout) if done.stdout else {"said": done.stderr}
        return done.exit_code, found


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A Page of a small shop, not yet set up at Meta; the gateway answers the verification call."""
    async with Receiver(answer=challenge) as hook:
        base = hook.url.removesuffix("/webhooks/support/acme")
        world = bare(small_world())
        async with Simulator(world, limits=unlimited(), delivery=DeliveryOptions(webhook_base=base)) as sim:
            shop = Shop(tmp_path / "manifests", sim)
            shop.folder.mkdir()
            shop.write(*whole())
            yield shop


def whole() -> list[dict[str, Any]]:
    return [
        manifests.app_secret(),
        manifests.secret("harbour-token", token="EAAPAGETOKEN1"),
        manifests.app(),
        manifests.token(),
        manifests.subscription(),
        manifests.page(),
    ]
