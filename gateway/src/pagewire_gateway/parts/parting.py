"""Saying good-bye to plugins."""

import asyncio
import logging
from collections.abc import Mapping

from pagewire_gateway.dispatch.outcome import of_raised
from pagewire_gateway.plugins import Plugin

log = logging.getLogger(__name__)


async def stop_plugins(plugins: Mapping[str, Plugin], seconds: float) -> None:
    """Call ``plugin_stopped`` of all at once; each may take so many seconds."""
    await asyncio.gather(*(_stop(plugin, seconds) for plugin in plugins.values()))


async def _stop(plugin: Plugin, seconds: float) -> None:
    found = plugin.hooks.get("plugin_stopped")
    if found is None:
        return
    try:
        await found.within(seconds, {})
    except Exception as error:  # noqa: BLE001 - one that cannot close its things keeps nobody else from it
        log.error("plugin %s failed to stop: %s", plugin.name, of_raised(error, seconds).reason)  # noqa: TRY400
