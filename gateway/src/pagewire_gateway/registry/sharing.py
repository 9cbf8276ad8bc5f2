"""Equal values kept once. A hundred thousand Pages name the same app, namespace and plugins."""

from collections.abc import Hashable
from typing import Any, TypeVar

import msgspec

from pagewire.resources import Plugin

from .port import NO_CONFIG, PluginUse

T = TypeVar("T", bound=Hashable)


class Shared:
    """Gives back the first of equal values. Let it live for one pass over all documents, so that nothing old is held."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        return len(self._seen)

    def one(self, value: T) -> T:
        """The first value equal to this one."""
        found: T = self._seen.setdefault(value, value)
        return found

    def plugins(self, plugins: list[Plugin]) -> tuple[PluginUse, ...]:
        """The plugins of an account, their configs as JSON."""
        told = tuple((plugin.name, msgspec.json.encode(plugin.config)) for plugin in plugins)
        if told not in self._seen:
            self._seen[told] = tuple(PluginUse(self.one(name), _config(config)) for name, config in told)
        uses: tuple[PluginUse, ...] = self._seen[told]
        return uses


def _config(config: bytes) -> msgspec.Raw:
    return NO_CONFIG if config == bytes(NO_CONFIG) else msgspec.Raw(config)
