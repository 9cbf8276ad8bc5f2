"""Asks plugins how they are."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from pagewire.context import AccountInfo
from pagewire.health import Health, HealthStatus
from pagewire_gateway.care.contexts import Standing
from pagewire_gateway.care.serving import uses_of
from pagewire_gateway.config import CareSettings
from pagewire_gateway.dispatch.outcome import of_raised
from pagewire_gateway.plugins import Hook, Plugin, PluginError
from pagewire_gateway.registry.port import Registry
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

_REASON = 500
_PLACES: Final[dict[HealthStatus, float]] = {"ok": 0.0, "degraded": 1.0, "failing": 2.0}


class Told(Struct, frozen=True):
    """What a plugin said, and when, in milliseconds since 1970."""

    health: Health
    at: int


class HealthWatch:
    """Keeps the latest word of every plugin that has one.

    Args:
        plugins: by name.
        registry: for the configurations.
        settings: how often, and for how long.
        clock: milliseconds since 1970.
    """

    def __init__(
        self,
        plugins: Mapping[str, Plugin],
        registry: Registry,
        settings: CareSettings,
        clock: Callable[[], int],
    ) -> None:
        self._plugins = [plugin for plugin in plugins.values() if "health" in plugin.hooks]
        self._registry = registry
        self._every = settings.health_every
        self._timeout = settings.health_timeout
        self._clock = clock
        self.latest: dict[str, Told] = {}
        """The latest word of each plugin that was asked."""
        metrics.plugin_health.read = lambda: [
            ((name,), _PLACES[told.health.status]) for name, told in self.latest.items()
        ]

    async def run(self) -> None:
        """Ask at once and from time to time, for ever; plugins do not wait for each other."""
        await asyncio.gather(*(self._follow(plugin) for plugin in self._plugins))

    async def _follow(self, plugin: Plugin) -> None:
        while True:
            told = Told(await self._ask(plugin, plugin.hooks["health"]), self._clock())
            self._note(plugin.name, told)
            await asyncio.sleep(self._every)

    def _note(self, plugin: str, told: Told) -> None:
        before = self.latest.get(plugin)
        self.latest[plugin] = told
        if told.health.status != ("ok" if before is None else before.health.status):
            log.warning("plugin %s is %s %s", plugin, told.health.status, told.health.reason)

    async def _ask(self, plugin: Plugin, hook: Hook) -> Health:
        context = Standing(plugin.name, lambda: self._configs(plugin))
        try:
            said = await hook.within(self._timeout, {"context": context})
        except TimeoutError:
            return Health(status="failing", reason=f"no answer within {self._timeout:g} s")
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises concerns that plugin alone
            return Health(status="failing", reason=f"health raised {of_raised(error, self._timeout).reason}")
        if not isinstance(said, Health) or said.status not in _PLACES or not isinstance(said.reason, str):
            return Health(status="failing", reason="health returned something else than pagewire.Health")
        return Health(status=said.status, reason=said.reason[:_REASON])

    def _configs(self, plugin: Plugin) -> dict[AccountInfo, Any]:
        """Of each account; what does not fit is left out. Accounts with the same configuration share what was read."""
        read: dict[bytes, Any] = {}
        found: dict[AccountInfo, Any] = {}
        for account, use in uses_of(plugin.name, self._registry.accounts()).values():
            raw = bytes(use.config)
            try:
                if raw not in read:
                    read[raw] = plugin.read_config(use.config)
            except PluginError:
                continue
            found[account] = read[raw]
        return found
