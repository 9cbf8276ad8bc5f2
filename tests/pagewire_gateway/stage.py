"""A whole gateway in the test's own process, with plugins the test writes and the simulator as Meta."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from pagewire.simulator import Clock, Simulator, World, unlimited
from pagewire.simulator.world import Account, App, Subscription, Token
from pagewire.wire import read
from pagewire_gateway.app import Gateway, now
from pagewire_gateway.budgets import Limits
from pagewire_gateway.config import (
    Address,
    CareSettings,
    DispatchSettings,
    HealingSettings,
    OutboxSettings,
    Settings,
    TellingSettings,
)
from pagewire_gateway.journal.port import Appended, EventFilter, EventView
from pagewire_gateway.plugins import Plugin, load
from pagewire_gateway.retry import RetryPolicy
from tests.pagewire_gateway import making

QUICK = RetryPolicy(attempts=3, first=0.05, factor=1.0, jitter=0.0)
DISPATCH = DispatchSettings(retry=QUICK, hook_timeout=0.5, circuit_pause=0.2, lease_ttl=1.0)
LIMITS = Limits(
    rate=10_000, burst=10_000, media=10_000, bulky=10_000, conversations=10_000, thread_rate=10_000, thread_burst=10_000
)
OUTBOX = OutboxSettings(
    retry=QUICK,
    echo_wait=0.3,
    pause=0.3,
    throttled=0.3,
    limits=LIMITS,
    timeout=1.0,
    media_timeout=1.0,
    look_every=1.0,
)
CARE = CareSettings()
HEALING = HealingSettings(every=0, settle=0, pause=0.1)
TELLING = TellingSettings()


def plugins(**found: Any) -> dict[str, Plugin]:
    """Plugins made of objects: ``plugins(greeter=Greeter)``."""
    points = []
    for name, subject in found.items():
        module = ModuleType(f"plugin_on_stage_{name}")
        module.subject = subject  # type: ignore[attr-defined]
        sys.modules[module.__name__] = module
        points.append(EntryPoint(name, f"{module.__name__}:subject", "pagewire"))
    return load(found=points)


class Stage:
    """A running gateway and the world around it."""

    def __init__(self, gateway: Gateway, sim: Simulator, manifests: Path) -> None:
        self.gateway = gateway
        self.sim = sim
        self.manifests = manifests

    async def deliver(self, *items: dict[str, Any], account: str = making.PAGE, object_: str = "page") -> Appended:
        """Put items into the journal, as ingress does."""
        reading = read(making.body(*items, account=account, object_=object_), now())
        return await self.gateway.journal.append(reading.items, now(), "support/acme")

    async def view(self, event_id: str) -> EventView:
        """One event as people see it."""
        return (await self.gateway.journal.events(EventFilter(id=event_id)))[0]

    async def state(self, event_id: str, plugin: str) -> str:
        """The state of one lane for one event."""
        return (await self.view(event_id)).lanes[plugin].state

    async def until(self, condition: Callable[[], Any], seconds: float = 60.0) -> None:
        """Wait until a condition holds; it may be async."""
        async with asyncio.timeout(seconds):
            while True:
                held = condition()
                if await held if asyncio.iscoroutine(held) else held:
                    return
                await asyncio.sleep(0.01)

    async def until_state(self, event_id: str, plugin: str, state: str) -> None:
        """Wait until a lane is in this state for the event."""

        async def there() -> bool:
            return await self.state(event_id, plugin) == state

        await self.until(there)


def world(callback: str) -> World:
    """Meta's side of `making`'s manifests."""
    installed = {making.APP_ID: {"*"}}
    app = App(
        id=making.APP_ID,
        secret=making.SECRET,
        verify_token="letmein",
        subscriptions={name: Subscription(callback_url=callback) for name in ("page", "instagram")},
    )
    page = Account(id=making.PAGE, object="page", subscribed=installed)
    instagram = Account(id=making.INSTAGRAM, object="instagram", page_id=making.PAGE, subscribed=installed)
    token = Token(value="EAAPAGE", type="PAGE", app_id=making.APP_ID, account_id=making.PAGE)
    return World(apps=[app], accounts=[page, instagram], tokens=[token])


@contextlib.asynccontextmanager
async def staged(
    folder: Path,
    found: dict[str, Plugin],
    *,
    dispatch: DispatchSettings = DISPATCH,
    outbox: OutboxSettings = OUTBOX,
    care: CareSettings = CARE,
    telling: TellingSettings = TELLING,
    enabled: list[dict[str, Any]] | None = None,
    sim: Simulator | None = None,
    deletion: RetryPolicy = QUICK,
    healing: HealingSettings = HEALING,
    clock: Clock | None = None,
    also: Mapping[str, Any] = MappingProxyType({}),
) -> AsyncIterator[Stage]:
    """A gateway with these plugins, all enabled on the Page unless `enabled` says otherwise; `also` sets more."""
    uses = [{"name": name} for name in found] if enabled is None else enabled
    manifests = making.write(folder / "manifests", making.page_manifest(*uses), making.instagram_manifest(*uses))
    async with contextlib.AsyncExitStack() as stack:
        if sim is None:
            sim = await stack.enter_async_context(
                Simulator(world("http://127.0.0.1:9/"), clock=clock, limits=unlimited())
            )
        settings = Settings(
            manifests=manifests,
            data=folder / "data",
            public=Address("127.0.0.1", 0),
            graph_url=sim.graph_url,
            instagram_graph_url=sim.instagram_graph_url,
            dispatch=dispatch,
            outbox=outbox,
            deletion=deletion,
            care=care,
            healing=healing,
            telling=telling,
            stop_grace=1.0,
            **{"admin": Address("127.0.0.1", 0), "private_addresses": "127.0.0.0/8", **also},
        )
        gateway = await stack.enter_async_context(Gateway(settings, found))
        for subscription in sim.meta.state.apps[making.APP_ID].subscriptions.values():
            subscription.callback_url = f"http://127.0.0.1:{gateway.public_port}/webhooks/support/acme"
        yield Stage(gateway, sim, manifests)
