"""Configurations of plugins, read once."""

from typing import Any

from pagewire_gateway.needs import needs
from pagewire_gateway.plugins import Plugin, PluginError
from pagewire_gateway.registry.port import Account, PluginUse

_KEPT = 4096


class Configs:
    """What accounts say to plugins. Accounts are made anew by the registry when they change, so a use stands for its text."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, bytes], Any] = {}
        self._needed: dict[tuple[int, str], tuple[PluginUse, bool]] = {}

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

    def needs(self, plugin: Plugin, use: PluginUse, hook: str) -> bool:
        """Whether the configuration needs a hook; one that cannot be read does. Asked once, as this is asked for each message."""
        kept = self._needed.get((id(use), hook))
        if kept is None or kept[0] is not use:
            if len(self._needed) >= _KEPT:
                self._needed.clear()
            kept = self._needed[id(use), hook] = (use, self._asked(plugin, use, hook))
        return kept[1]

    def _asked(self, plugin: Plugin, use: PluginUse, hook: str) -> bool:
        try:
            return needs(self.of(plugin, use), hook)
        except PluginError:
            return True


def use_of(account: Account | None, plugin: str) -> PluginUse | None:
    """The plugin's place in an account, if it is enabled there."""
    if account is None:
        return None
    for use in account.plugins:
        if use.name == plugin:
            return use
    return None
