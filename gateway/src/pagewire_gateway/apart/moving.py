"""Which plugins have a process of their own, and how one that harms the others moves into one while the gateway runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from pagewire_gateway.admin.ports import ProcessInfo
from pagewire_gateway.apart.host import Host, Limits, begin_of
from pagewire_gateway.isolation.quarantine import Quarantine
from pagewire_gateway.plugins import Hook, Plugin

log = logging.getLogger(__name__)

NAME: Final = "apart.json"
_PARTING: Final = 5.0
"""Seconds for what is left of a plugin in the gateway once it has moved."""
CAUGHT, ALL, NONE = "caught", "all", "none"


class Apart:
    """Plugins with a process of their own.

    Args:
        plugins: by name.
        which: ``caught``: those that once kept the event loop; ``all``; ``none``; or names with commas between, from the start.
        folder: where it is kept which were caught.
        limits: of each process.
        secrets: folder of secrets for plugins.
        quarantine: for those whose process ends again and again.
    """

    def __init__(
        self,
        plugins: Mapping[str, Plugin],
        which: str,
        folder: Path,
        limits: Limits,
        secrets: Path,
        quarantine: Quarantine,
    ) -> None:
        self._plugins, self._which = plugins, which
        self._path = folder / NAME
        self._limits, self._secrets, self._quarantine = limits, secrets, quarantine
        self._loop: asyncio.AbstractEventLoop | None = None
        self._moved: set[str] = set()
        self._moving: set[str] = set()
        self._leaving: list[asyncio.Future[None]] = []
        self.introduce: Callable[[Plugin], Awaitable[None]] | None = None
        """Tells a plugin of the accounts that it serves."""
        self.hosts: dict[str, Host] = {}

    async def start(self) -> None:
        """Give those their processes that have to have one from the start; they begin to run with their first call."""
        self._loop = asyncio.get_running_loop()
        named = {name.strip() for name in self._which.split(",")}
        if unknown := sorted(named - {CAUGHT, ALL, NONE, *self._plugins}):
            log.warning("no plugin %s is installed, so it gets no process of its own", ", ".join(unknown))
        wanted = set(self._plugins) if ALL in named else named | (self._caught() if CAUGHT in named else set())
        names = sorted(wanted & set(self._plugins))
        await asyncio.gather(*(self._move(name, caught=name in self._caught()) for name in names))

    def caught(self, plugin: str) -> bool:
        """Move a plugin that keeps the event loop, from any thread. Returns whether it moves: nobody moves twice."""
        if plugin in self._moving:
            return True
        if self._which == NONE or self._loop is None or plugin in self._moved or not self._plugins[plugin].point:
            return False
        self._moving.add(plugin)
        self._moved.add(plugin)
        self._keep()  # now, as the plugin may never give the loop back
        log.warning("plugin %s moves into a process of its own, for good: it kept the event loop", plugin)
        self._loop.call_soon_threadsafe(self._move_now, plugin)
        return True

    async def aclose(self) -> None:
        """End all processes."""
        await asyncio.gather(*self._leaving)
        await asyncio.gather(*(host.aclose() for host in self.hosts.values()))

    def processes(self) -> dict[str, ProcessInfo]:
        """Those that run now, by their plugins' names."""
        found = {name: host.process for name, host in self.hosts.items()}
        return {name: process for name, process in found.items() if process is not None}

    def _move_now(self, name: str) -> None:
        self._leaving.append(asyncio.ensure_future(self._leave(name)))

    async def _leave(self, name: str) -> None:
        """Move; then what of the plugin is left here closes its connections, and ends what it began."""
        stopped = self._plugins[name].hooks.get("plugin_stopped")
        before = stopped and msgspec.structs.replace(stopped)
        await self._move(name, caught=True, begins_anew=True)
        self._moving.discard(name)
        if before is None:
            return
        try:
            await before.within(_PARTING, {})
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises concerns that plugin alone
            log.warning("plugin %s did not end well before it moved: %s", name, type(error).__name__)

    async def _move(self, name: str, *, caught: bool, begins_anew: bool = False) -> None:
        """Start the process, and have it asked in place of the plugin here once it works."""
        plugin = self._plugins[name]
        if not plugin.point:
            log.warning("plugin %s cannot have a process of its own: no module of it can be imported there", name)
            return
        self._moved.add(name)

        moved = asyncio.Event()

        async def introduce() -> None:
            await moved.wait()  # what is told of the accounts is the plugin there
            if self.introduce is not None and "page_added" in plugin.hooks:
                await self.introduce(plugin)

        begin = begin_of(name, plugin.point, self._secrets)
        host = Host(begin, self._limits, self._quarantine.put, introduce)
        host.caught, host.begins_anew = caught, begins_anew
        await host.warm()
        for hook in plugin.hooks.values():
            hook.function, hook.is_async = _asking(host, hook), True
        self.hosts[name] = host
        moved.set()

    def _keep(self) -> None:
        try:
            self._path.write_bytes(msgspec.json.encode(sorted(self._moved | self._caught())))
        except OSError as error:
            log.warning("%s cannot be written (%s): the next start does not know of it", self._path, error.strerror)

    def _caught(self) -> set[str]:
        try:
            return set(msgspec.json.decode(self._path.read_bytes(), type=list[str]))
        except FileNotFoundError:
            return set()
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("%s cannot be read (%s): nobody is known to have been caught", self._path, type(error).__name__)
            return set()


def _asking(host: Host, hook: Hook) -> Callable[..., Awaitable[Any]]:
    names = hook.arguments

    async def ask(*values: Any) -> Any:
        if hook.name == "plugin_stopped" and host.pid is None:
            return None  # nothing runs that could be stopped
        return await host.call(hook.name, dict(zip(names, values, strict=True)))

    return ask
