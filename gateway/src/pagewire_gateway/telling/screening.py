"""Asks plugins before a message goes: in the order of the resource, each in its time, with a policy for those who fail."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pagewire.errors import Refused, TryLater
from pagewire.replies import Reply, ReplyError, check
from pagewire_gateway.config import TellingSettings
from pagewire_gateway.dispatch.circuit import Circuit
from pagewire_gateway.dispatch.context import Sources
from pagewire_gateway.dispatch.outcome import of_raised
from pagewire_gateway.journal.port import Outbound
from pagewire_gateway.outbox.screens import Failed, Go, Held
from pagewire_gateway.plugins import Plugin, PluginError
from pagewire_gateway.registry.port import Account, PluginUse
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telling.configs import Configs
from pagewire_gateway.telling.contexts import ReplyContext
from pagewire_gateway.telling.facts import swapped

log = logging.getLogger(__name__)


_QUARANTINE_LOOK = 30.0
"""Seconds after which a message that a plugin in quarantine stands in the way of is looked at again."""


class PluginFailure(Exception):
    """The call came to nothing; says why, without what the plugin may have quoted.

    Args:
        reason: why.
        down: the plugin, or what it asks, is away as a whole, as far as one can tell.
        after: seconds until it is to be asked again, if that is known.
    """

    def __init__(self, reason: str, *, down: bool = False, after: float | None = None) -> None:
        super().__init__(reason)
        self.down = down
        self.after = after


class Screening:
    """All plugins that stand in the way of messages.

    Args:
        plugins: by name.
        sources: of what contexts tell.
        settings: time and policy.
        clock: milliseconds since 1970.
    """

    def __init__(
        self, plugins: Mapping[str, Plugin], sources: Sources, settings: TellingSettings, clock: Callable[[], int]
    ) -> None:
        self._plugins = {name: plugin for name, plugin in plugins.items() if "before_send" in plugin.hooks}
        self._circuits = {name: Circuit(5, 5_000) for name in self._plugins}
        self._passed = dict.fromkeys(self._plugins, 0)
        self._configs = Configs()
        self._sources = sources
        self._settings = settings
        self._clock = clock
        self.held: Callable[[str], bool] = lambda _plugin: False
        """Whether a plugin is in quarantine, and must not be asked."""

    def asked(self, account: Account) -> Sequence[PluginUse]:
        """The plugins to ask about messages in this account's name, in order."""
        if not self._plugins:
            return ()
        return [use for use in account.plugins if use.name in self._plugins and self._needs(use)]

    def _needs(self, use: PluginUse) -> bool:
        # What a configuration that cannot be read would say is not known, so it is for the policy to decide.
        return self._configs.needs(self._plugins[use.name], use, "before_send")

    async def screen(self, account: Account, row: Outbound, reply: Reply) -> Go | Held | Failed:
        """What the plugins make of a message."""
        for use in self.asked(account):
            try:
                said = await self._ask(self._plugins[use.name], use, account, row, reply)
                reply = reply if said is None else self._checked(account, reply, said)
            except Refused as no:
                self._count(use.name, "held_back")
                return Held(f"held back by plugin {use.name}: {no.reason}")
            except PluginFailure as failure:
                self._count(use.name, "failed")
                log.warning("before_send of plugin %s failed for reply %s: %s", use.name, row.id, failure)
                if self._settings.before_send_failure == "closed":
                    why = f"before_send of plugin {use.name} failed: {failure}"
                    return Failed(why, failure.down, self._passed[use.name], failure.after)
            else:
                self._count(use.name, "passed" if said is None else "altered")
        return Go(reply)

    async def _ask(self, plugin: Plugin, use: PluginUse, account: Account, row: Outbound, reply: Reply) -> object:
        if self.held(plugin.name):
            raise PluginFailure("it is in quarantine", down=True, after=_QUARANTINE_LOOK)
        circuit = self._circuits[plugin.name]
        if not circuit.admit(self._clock()):
            after = max(0.0, ((circuit.opens_at or 0) - self._clock()) / 1000)
            raise PluginFailure("it failed too often of late and is not asked for a while", down=True, after=after)
        try:
            said = await self._call(plugin, use, account, row, reply)
        except PluginFailure:
            circuit.failed(row.seq, self._clock())
            raise
        except BaseException:
            circuit.abandoned()
            raise
        circuit.succeeded()
        self._passed[plugin.name] = self._clock()
        if isinstance(said, Refused):
            raise said
        return said

    async def _call(self, plugin: Plugin, use: PluginUse, account: Account, row: Outbound, reply: Reply) -> object:
        try:
            config = self._configs.of(plugin, use)
            context = ReplyContext(plugin.name, row, account, config, row.attempts + 1, self._sources)
            known = {"reply": reply, "conversation": row.conversation, "context": context}
            return await plugin.hooks["before_send"].within(self._settings.before_send_timeout, known)
        except Refused as no:
            return no
        except TimeoutError as late:
            raise PluginFailure(f"no answer within {self._settings.before_send_timeout:g} s", down=True) from late
        except TryLater as later:
            raise PluginFailure(f"TryLater: {later.reason}", down=True, after=later.after) from later
        except PluginError as error:
            raise PluginFailure(str(error)) from error
        except Exception as error:
            reason = of_raised(error, self._settings.before_send_timeout).reason
            raise PluginFailure(reason, down=_is_outage(error)) from error

    def _checked(self, account: Account, before: Reply, after: Any) -> Reply:
        if (why := swapped(before, after)) is not None:
            raise PluginFailure(why)
        try:
            check(after, account.surface, datetime.fromtimestamp(self._clock() / 1000, UTC).date())
        except ReplyError as error:
            raise PluginFailure(f"ReplyError: {error}") from error
        replaced: Reply = after
        return replaced

    def _count(self, plugin: str, outcome: str) -> None:
        metrics.screened.add(plugin, outcome)


def _is_outage(error: BaseException | None) -> bool:
    """Whether something that the plugin asks cannot be reached: what clients of networks raise comes from an ``OSError``."""
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, OSError):  # a TimeoutError is one
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False
