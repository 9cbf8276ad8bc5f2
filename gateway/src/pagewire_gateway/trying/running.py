"""Runs gateway and simulator together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pagewire.simulator import Simulator
from pagewire_gateway.app import Gateway
from pagewire_gateway.config import Address, Settings
from pagewire_gateway.journal.port import EventFilter, EventView
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.trying.places import APP, CALLBACK, PAGE, world, write

__all__ = ["PAGE", "Tried", "trying"]


class Tried:
    """A running gateway, the simulated Meta, and a Page between them.

    Attributes:
        gateway: the gateway.
        sim: Meta; `Simulator` has reactions, postbacks, comments and faults besides what is here.
        page: id of the Page.
    """

    page = PAGE

    def __init__(self, gateway: Gateway, sim: Simulator, manifests: Path) -> None:
        self.gateway, self.sim = gateway, sim
        self._manifests = manifests

    @property
    def chat_url(self) -> str:
        """The chat page."""
        return self.sim.chat_url

    @property
    def admin_url(self) -> str:
        """The admin port."""
        return f"http://127.0.0.1:{self.gateway.admin_port}"

    async def say(self, text: str, person: str = "ann") -> None:
        """Somebody writes to the Page; the webhook comes in by itself."""
        await self.sim.say(PAGE, person, text)

    async def replies(self, count: int) -> list[str | None]:
        """The texts that went out, once there are so many; ``None`` for what is no text.

        Raises:
            TimeoutError: there are not within 30 seconds.
        """
        return [(send.message or {}).get("text") for send in await self.sim.wait_for_sends(count, timeout=30)]

    async def events(self) -> list[EventView]:
        """What is in the journal, oldest first."""
        return await self.gateway.journal.events(EventFilter())

    async def settled(self, plugin: str, count: int = 1) -> list[EventView]:
        """The events, once a plugin is through with so many: done, or parked.

        Raises:
            TimeoutError: it is not within 30 seconds.
        """
        async with asyncio.timeout(30):
            while True:
                found = await self.events()
                ended = [one for one in found if plugin in one.lanes and one.lanes[plugin].state in ("done", "parked")]
                if len(ended) >= count:
                    return ended
                await asyncio.sleep(0.02)

    async def until(self, condition: Callable[[], Any]) -> None:
        """Wait for a condition, up to 30 seconds.

        Raises:
            TimeoutError: it did not come to hold.
        """
        async with asyncio.timeout(30):
            while not condition():  # noqa: ASYNC110 - whatever a test waits for
                await asyncio.sleep(0.02)

    def configure(self, **plugins: Any) -> None:
        """Enable these plugins with these configurations from now on, and no others."""
        write(self._manifests, plugins)


@asynccontextmanager
async def trying(
    plugins: dict[str, Plugin], configs: Mapping[str, Any], folder: Path, *, chat: int = 0, **also: Any
) -> AsyncIterator[Tried]:
    """Run a gateway with these plugins, enabled for a Page and an Instagram account.

    Args:
        plugins: by name, loaded.
        configs: of those that are enabled, by name.
        folder: for manifests and data; what plugins keep stays there.
        chat: port of the simulator and its chat page; 0 picks a free one.
        also: settings besides, see `Settings`.
    """
    manifests = folder / "manifests"
    write(manifests, configs)
    async with Simulator(world("http://127.0.0.1:9/"), port=chat) as sim:
        settings = Settings(
            private_addresses="all",  # the developer's own machine
            manifests=manifests,
            data=folder / "data",
            public=Address("127.0.0.1", 0),
            admin=Address("127.0.0.1", 0),
            graph_url=sim.graph_url,
            instagram_graph_url=sim.instagram_graph_url,
            **also,
        )
        async with Gateway(settings, plugins) as gateway:
            for subscription in sim.meta.state.apps[APP].subscriptions.values():
                subscription.callback_url = f"http://127.0.0.1:{gateway.public_port}{CALLBACK}"
            yield Tried(gateway, sim, manifests)
