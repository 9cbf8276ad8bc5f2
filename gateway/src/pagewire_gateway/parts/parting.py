"""Saying good-bye to plugins."""

import logging
from collections.abc import Mapping

from pagewire_gateway.dispatch.outcome import of_raised
from pagewire_gateway.plugins import Plugin

log = logging.getLogger(__name__)


async def stop_plugins(plugins: Mapping[str, Plugin], seconds: float) -> None:
    """Call ``plugin_stopped``; each may take so many seconds."""
    for plugin in plugins.values():
        found = plugin.hooks.get("plugin_stopped")
        if found is None:
            continue
        try:
            await found.within(seconds, {})
        except Exception as error:  # noqa: BLE001 - one that cannot close its things keeps nobody else from it
            log.error("plugin %s failed to stop: %s", plugin.name, of_raised(error, seconds).reason)  # noqa: TRY400
