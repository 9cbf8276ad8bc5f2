"""Configurations of plugins, read once."""

from typing import Any

from pagewire_gateway.plugins import Plugin
from pagewire_gateway.registry.port import Account, PluginUse

_KEPT = 4096


class Configs:
    """What accounts say to plugins. Accounts are made anew by the registry when they change, so a use stands for its text."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, bytes], Any] = {}

    def of(self, plugin: Plugin, use: PluginUse) -> Any:
        """The configuration, read into the plugin's struct.

        Raises:
            PluginError: it does not fit.
        """
        key = (plugin.name, bytes(use.config))
        if key not in self._read:
            if len(self._read) >= _KEPT:
                self._read.clear()
            self._read[key] = plugin.read_config(use.config)
        return self._read[key]


def use_of(account: Account | None, plugin: str) -> PluginUse | None:
    """The plugin's place in an account, if it is enabled there."""
    if account is None:
        return None
    return next((use for use in account.plugins if use.name == plugin), None)
