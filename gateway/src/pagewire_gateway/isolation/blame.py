"""Whose code a stack runs. Pure but for the frames it is given."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import CodeType, FrameType
from typing import Any

from pagewire_gateway.plugins import Plugin


class Owners:
    """Knows code by plugin.

    Args:
        plugins: by name.
    """

    def __init__(self, plugins: Mapping[str, Plugin]) -> None:
        self._codes: dict[CodeType, str] = {}
        packages = Counter(package for plugin in plugins.values() for package in _packages(plugin))
        self._packages: dict[str, str] = {}
        for name, plugin in plugins.items():
            self._codes.update(
                {hook.function.__code__: name for hook in plugin.hooks.values() if _has_code(hook.function)}
            )
            # A package that several plugins come from is nobody's: only the hooks themselves tell them apart.
            self._packages.update({package: name for package in _packages(plugin) if packages[package] == 1})

    def of(self, frame: FrameType | None) -> str | None:
        """The plugin whose code runs in a frame, or called what does."""
        while frame is not None:
            package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
            owner = self._codes.get(frame.f_code) or self._packages.get(package)
            if owner is not None:
                return owner
            frame = frame.f_back
        return None


def _packages(plugin: Plugin) -> set[str]:
    return {str(hook.function.__module__).partition(".")[0] for hook in plugin.hooks.values()}


def _has_code(function: Any) -> bool:
    return hasattr(function, "__code__")


def culprit(seen: Iterable[str | None], share: float) -> str | None:
    """Who was at work in at least this share of the looks, if anybody was."""
    counts = Counter(seen)
    for name, count in counts.most_common(1):
        return name if count >= share * counts.total() else None
    return None
