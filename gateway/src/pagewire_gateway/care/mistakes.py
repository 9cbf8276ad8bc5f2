"""What resources say to plugins and plugins do not take: told at the start and at every change, before any event meets it."""

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from pagewire.manifests.problems import Problem, Severity
from pagewire_gateway.plugins import Plugin, PluginError
from pagewire_gateway.registry.port import Account, PluginUse, Registry, RegistryClosedError

log = logging.getLogger(__name__)

MOST_LOGGED: Final = 100
_GATHER: Final = 0.2
"""Seconds in which changes of the registry are taken together."""
_SLICE: Final = 50
"""Configurations that are read before others have a turn."""

_Key = tuple[str, str, int]
"""Object and id of an account, and which of its plugins."""


class _Judged(NamedTuple):
    use: PluginUse
    problem: Problem | None


class Mistakes:
    """Holds what accounts say to plugins against the plugins at work.

    Args:
        plugins: by name.
        registry: tells of changes.
        all_installed: every plugin that is installed is at work, so one that is not at work is missing.
    """

    def __init__(self, plugins: Mapping[str, Plugin], registry: Registry, *, all_installed: bool) -> None:
        self._plugins, self._registry = plugins, registry
        self._all_installed = all_installed
        self._judged: dict[_Key, _Judged] = {}

    def problems(self) -> list[Problem]:
        """All that is wrong with the resources: what the registry found, then what plugins do not take."""
        return [*self._registry.problems(), *self._of_plugins()]

    async def run(self) -> None:
        """Judge all there is now, then every change, and log what is new. Runs for ever."""
        known: set[str] = set()
        revision = 0
        with contextlib.suppress(RegistryClosedError):
            while True:
                revision = await self._registry.changed(revision)
                await self._judge()
                now = {str(problem): problem for problem in self._of_plugins()}
                _tell([problem for said, problem in now.items() if said not in known])
                if known and not now:
                    log.info("every plugin that is named is there and takes its configuration now")
                known = set(now)
                await asyncio.sleep(_GATHER)

    def _of_plugins(self) -> Iterator[Problem]:
        return (one.problem for one in self._judged.values() if one.problem is not None)

    async def _judge(self) -> None:
        """What was judged and is the same counts; equal configurations are read once."""
        judged: dict[_Key, _Judged] = {}
        same: dict[tuple[str, bytes], str] = {}
        for number, (account, at, use) in enumerate(_uses(self._registry.accounts()), 1):
            key = (account.object, account.id, at)
            before = self._judged.get(key)
            is_known = before is not None and before.use is use
            judged[key] = before if before and is_known else _Judged(use, self._problem(account, at, use, same))
            if number % _SLICE == 0:
                await asyncio.sleep(0)
        self._judged = judged

    def _problem(self, account: Account, at: int, use: PluginUse, same: dict[tuple[str, bytes], str]) -> Problem | None:
        plugin = self._plugins.get(use.name)
        if plugin is None:
            said = f"plugin {use.name} is not installed: install it with pip beside the gateway, or take it out"
            return _said(account, at, Severity.WARNING, said) if self._all_installed else None
        key = (use.name, bytes(use.config))
        if key not in same:
            same[key] = _refusal(plugin, use)
        return _said(account, at, Severity.ERROR, same[key]) if same[key] else None


def _uses(accounts: Iterable[Account]) -> Iterator[tuple[Account, int, PluginUse]]:
    return ((account, at, use) for account in accounts for at, use in enumerate(account.plugins))


def _refusal(plugin: Plugin, use: PluginUse) -> str:
    try:
        plugin.read_config(use.config)
    except PluginError as error:
        return f"{error}; its events wait until it is mended"
    return ""


def _said(account: Account, at: int, severity: Severity, message: str) -> Problem:
    resource = f"{account.kind} {account.namespace}/{account.name}"
    return Problem(severity=severity, resource=resource, path=f"spec.plugins[{at}]", message=message)


def _tell(news: list[Problem]) -> None:
    for problem in news[:MOST_LOGGED]:
        log.log(logging.ERROR if problem.severity is Severity.ERROR else logging.WARNING, "%s", problem)
    if len(news) > MOST_LOGGED:
        log.error("%d more problems with plugins; `pagewire doctor` shows all", len(news) - MOST_LOGGED)
