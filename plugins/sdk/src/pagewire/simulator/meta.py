"""The simulated company as a whole: one world, one clock, one ledger, and who is told what."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import msgspec

from pagewire.simulator.clock import Clock
from pagewire.simulator.faults import Faults
from pagewire.simulator.hub import Hub
from pagewire.simulator.ids import Ids
from pagewire.simulator.kept import Kept
from pagewire.simulator.ledger import Ledger
from pagewire.simulator.limits import Limits
from pagewire.simulator.media import WebFile
from pagewire.simulator.post import DeliveryOptions
from pagewire.simulator.publish import Publisher
from pagewire.simulator.rates import Rates
from pagewire.simulator.settings.calls import Calls
from pagewire.simulator.settings.options import SettingsOptions
from pagewire.simulator.state import State
from pagewire.simulator.world import World


class Options(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How the simulator behaves as a whole.

    Attributes:
        latency: real seconds every Graph API answer takes longer.
        auto_read: people read every message as soon as it is delivered.
        keep: records kept in each list of the ledger.
        keep_messages: newest messages kept per conversation.
        keep_conversations: conversations kept.
        serve_version: the version that serves every call; None leaves it to the path.
        flat_instagram_token: ``api.instagram.com`` answers with the flat token object seen in practice instead of
            the documented list.
        template_review: status a new utility template gets at once; Meta reviews them within seconds.
    """

    latency: float = 0.0
    auto_read: bool = False
    keep: int = 100_000
    keep_messages: int = 200
    keep_conversations: int = 100_000
    serve_version: str | None = None
    flat_instagram_token: bool = False
    template_review: str = "APPROVED"


class Meta:
    """Everything the routes act on. Make it inside a running event loop.

    Args:
        world: what exists at the start.
        clock: real time when left out.
        seed: see ``Ids``.
        options, delivery, limits: their defaults are Meta's own behaviour, without mischief.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        clock: Clock | None = None,
        seed: int | None = None,
        options: Options | None = None,
        delivery: DeliveryOptions | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.options = options or Options()
        self.delivery = delivery or DeliveryOptions()
        self.clock = clock or Clock()
        self.ids = Ids(seed)
        self.hub = Hub()
        self.state = State(
            world or World(),
            keep_messages=self.options.keep_messages,
            keep_conversations=self.options.keep_conversations,
        )
        self.ledger = Ledger(keep=self.options.keep)
        self.calls = Calls(keep=self.options.keep)
        self.settings = SettingsOptions()
        self.faults = Faults(self.ids.random)
        self.rates = Rates(limits or Limits())
        self.web: dict[str, WebFile] = {}
        self.kept = Kept(self.ids)
        self.publisher = Publisher(
            self.state, clock=self.clock, ledger=self.ledger, hub=self.hub, ids=self.ids, options=self.delivery
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something in the background until the simulator closes."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def pause(self, seconds: float) -> None:
        """Wait for so many real seconds, or until the simulator closes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    async def replace_world(self, world: World) -> None:
        """Begin anew with another world; records, faults and pending deliveries go too."""
        await self._quiet()
        self.state.replace(world)
        self.ledger.clear()
        self.calls.clear()
        self.settings.refused_fields.clear()
        self.faults.clear()
        self.rates.clear()
        self.web.clear()
        self.kept.clear()

    async def drained(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109 - a limit of the API
        """Wait until no delivery is outstanding; postponed retries are not waited for.

        Raises:
            TimeoutError: after ``timeout`` real seconds.
        """
        await self.ledger.wait_until(lambda: self.publisher.outstanding == 0, timeout)

    def wind_down(self) -> None:
        """End every live view and every pause, so that what is being answered can finish."""
        self._closing.set()
        self.hub.close()

    async def close(self) -> None:
        """Stop everything that runs in the background; nothing may be answered any more."""
        self.wind_down()
        await self._quiet()

    async def _quiet(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.publisher.close()
