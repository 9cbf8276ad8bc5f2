"""Which plugins are installed, and whether they keep the contract.

pluggy is registry and contract here; the fan-out is `pagewire_gateway.dispatch`'s, because pluggy stops at the first exception.
"""

import asyncio
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint
from typing import Any

import msgspec
import pluggy
from msgspec import Struct

from pagewire import hooks
from pagewire.configs import PluginError, read_config
from pagewire.contract import mistakes, version_of_api
from pagewire.events import struct_of
from pagewire.installed import config_of, missing, subject_of, version_of
from pagewire.installed import points as installed
from pagewire_gateway.plugin_errors import PluginLeft
from pagewire_gateway.threads import Threads

__all__ = ["Hook", "Plugin", "PluginError", "load"]

_THREADS = 8


class Hook(Struct, eq=False):
    """One implementation of one hook.

    Attributes:
        function: what is called; another takes its place if the plugin moves into a process of its own.
        threads: where a plain function runs; its own, so that calls that hang use up those of no other hook.
    """

    name: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    is_async: bool
    threads: Threads

    async def call(self, known: Mapping[str, Any], threads: Threads | None = None) -> Any:
        """Call it with the arguments it asks for; a plain function runs in a thread, of `threads` if they are given."""
        values = [known[name] for name in self.arguments]
        if self.is_async:
            return await self.function(*values)
        return await asyncio.get_running_loop().run_in_executor(threads or self.threads, self.function, *values)

    async def within(self, seconds: float, known: Mapping[str, Any]) -> Any:
        """Call it, for so many seconds at most; whatever it raises concerns this plugin alone.

        Raises:
            TimeoutError: it took longer.
            PluginLeft: it raised ``SystemExit``, the cancellation of a task of its own, or the like.
            Exception: it raised that.
        """
        task = asyncio.current_task()
        try:
            async with asyncio.timeout(seconds):
                return await self.call(known)
        except Exception:
            raise
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
                raise
            raise PluginLeft from error


class Plugin(Struct, frozen=True):
    """An installed plugin.

    Attributes:
        name: name of its entry point, and of its lane.
        version: version of its distribution.
        api_version: of the contract it was written for.
        config: the struct its configuration is read into, or ``None`` for a plain dict.
        hooks: its implementations by hook name.
        point: where it is, as its entry point says; empty for an object that no other process could import.
    """

    name: str
    version: str
    api_version: int
    config: type[Struct] | None
    hooks: dict[str, Hook]
    point: str = ""

    def hooks_for(self, kind: str, channel: str) -> list[Hook]:
        """The hooks that an event calls: ``event_received``, and the one of its kind, or that of standby."""
        own = "standby_received" if channel == "standby" else struct_of(kind).hook
        names = ("event_received",) if own == "event_received" else ("event_received", own)
        return [self.hooks[name] for name in names if name in self.hooks]

    def read_config(self, raw: Any) -> Any:
        """Read an account's configuration for this plugin.

        Raises:
            PluginError: naming the field that does not fit.
        """
        return read_config(self.name, self.config, raw)

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the configuration."""
        return msgspec.json.schema(self.config) if self.config else {"type": "object"}


def load(only: Iterable[str] | None = None, found: Iterable[EntryPoint] | None = None) -> dict[str, Plugin]:
    """Load the installed plugins and hold each to the contract.

    Args:
        only: names to load; ``None`` loads all. A name that is not installed is an error.
        found: entry points to take instead of the installed ones.

    Raises:
        PluginError: a plugin cannot be imported, misspells a hook or an argument, or was written for a newer contract.
    """
    points = installed() if found is None else {point.name: point for point in found}
    wanted = set(points) if only is None else set(only)
    if absent := sorted(wanted - set(points)):
        raise missing(absent[0], points)
    manager = pluggy.PluginManager("pagewire")
    manager.add_hookspecs(hooks)
    return {name: _register(manager, name, points[name]) for name in sorted(wanted)}


def _register(manager: pluggy.PluginManager, name: str, point: EntryPoint) -> Plugin:
    subject = subject_of(name, point)
    try:
        api_version = version_of_api(subject)
    except ValueError as error:
        raise PluginError(f"plugin {name}: {error}") from error
    if (wrong := next(mistakes(subject), None)) is not None:
        raise PluginError(f"plugin {name}: {wrong}")
    try:
        manager.register(subject, name=name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(f"plugin {name}: {error}") from error
    config = config_of(name, subject)
    implementations = {hook.name: hook for hook in _implementations(manager, name, subject)}
    if not implementations:
        raise PluginError(f"plugin {name} implements no hook: mark its functions with @pagewire.hookimpl")
    return Plugin(name, version_of(point), api_version, config, implementations, _importable(point))


def _importable(point: EntryPoint) -> str:
    module = sys.modules.get(point.module)
    return point.value if module is not None and module.__spec__ is not None else ""


def _implementations(manager: pluggy.PluginManager, name: str, subject: Any) -> Iterable[Hook]:
    for caller in manager.get_hookcallers(subject) or []:
        for found in caller.get_hookimpls():
            if found.plugin is subject:
                is_async = inspect.iscoroutinefunction(found.function)
                threads = Threads(f"{name}-{caller.name}", _THREADS)
                yield Hook(caller.name, found.function, found.argnames, is_async, threads)
