"""Tells plugins which accounts they serve."""

import asyncio
import logging
from collections.abc import Mapping

from pagewire_gateway.care.contexts import AccountContext
from pagewire_gateway.care.serving import Change, Key, Use, changes, uses_of
from pagewire_gateway.dispatch.outcome import of_raised
from pagewire_gateway.means.offered import Means
from pagewire_gateway.plugins import Plugin, PluginError
from pagewire_gateway.registry.port import Registry
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

HOOKS = ("page_added", "page_removed")
_GATHER = 0.2
"""Seconds in which changes of the registry are taken together."""


class Pages:
    """Calls ``page_added`` and ``page_removed``.

    Args:
        plugins: by name.
        registry: tells of changes.
        timeout: seconds a call may take.
        means: what contexts offer.
    """

    def __init__(self, plugins: Mapping[str, Plugin], registry: Registry, timeout: float, means: Means) -> None:
        self._plugins = [plugin for plugin in plugins.values() if any(hook in plugin.hooks for hook in HOOKS)]
        self._registry = registry
        self._timeout = timeout
        self._means = means

    async def run(self) -> None:
        """Tell all that is so now, then every change. Runs for ever; plugins do not wait for each other."""
        await asyncio.gather(*(self._follow(plugin) for plugin in self._plugins))

    async def introduce(self, plugin: Plugin) -> None:
        """Tell a plugin that begins anew of all accounts that it serves."""
        for use in uses_of(plugin.name, self._registry.accounts()).values():
            await self._tell(plugin, Change("page_added", use))

    async def _follow(self, plugin: Plugin) -> None:
        told: dict[Key, Use] = {}
        revision = 0
        while True:
            revision = await self._registry.changed(revision)
            now = uses_of(plugin.name, self._registry.accounts())
            for change in list(changes(told, now)):
                await self._tell(plugin, change)
            told = now
            await asyncio.sleep(_GATHER)

    async def _tell(self, plugin: Plugin, change: Change) -> None:
        hook = plugin.hooks.get(change.hook)
        if hook is None:
            return
        outcome = "failed"
        try:
            account, config = change.what.account, plugin.read_config(change.what.use.config)
            store = self._means.account_store(plugin.name, account)
            context = AccountContext(plugin.name, account, config, store)
            await hook.within(self._timeout, {"context": context})
            outcome = "done"
        except PluginError:
            outcome = "done"  # Events wait until the configuration is mended; so does the plugin.
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises concerns that plugin alone
            reason = of_raised(error, self._timeout).reason
            log.warning("plugin %s failed at %s of %s: %s", plugin.name, change.hook, change.what.account.id, reason)
        metrics.care_calls.add(plugin.name, change.hook, outcome)
