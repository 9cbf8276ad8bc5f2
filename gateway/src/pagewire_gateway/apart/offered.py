"""The context as a plugin in a process of its own sees it: what it does not know it asks of the gateway."""

import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pagewire.stores import Kept
from pagewire_gateway.apart.words import Facts, Span
from pagewire_gateway.means import secrets
from pagewire_gateway.means.changing import Changing

CALL: Final = "pagewire_call"
"""Name of the attribute by which a line of the log tells its call; a plain function's thread does not know it otherwise."""
Asker = Callable[..., Awaitable[Any]]
"""Asks the gateway: part, method, what is given, what is given by name."""
_log = logging.getLogger("pagewire.plugin")


class RemoteContext:
    """See `pagewire.Context`, and the contexts of other hooks: one for all of them, with what the gateway's own has.

    Args:
        plugin: its name.
        of: the call.
        facts: what needs no question.
        ask: asks the gateway.
        tell: tells the gateway something.
        folder: where secrets for plugins lie.
    """

    def __init__(
        self, plugin: str, of: int, facts: Facts, ask: Asker, tell: Callable[[Any], None], folder: Path
    ) -> None:
        self.plugin = plugin
        self.__dict__.update(facts.known)
        self.log = logging.LoggerAdapter(_log.getChild(plugin), {**facts.names, CALL: of})
        self.store = RemoteStore("store", ask)
        self.account_store = RemoteStore("account_store", ask)
        self.http = _Remote("http", ask)
        self.people = _Remote("people", ask)
        self.tracer = RemoteTracer(of, tell)
        self._ask, self._folder = ask, folder

    def secret(self, name: str) -> str:
        """See `pagewire.Context`."""
        return secrets.read(self._folder, self.account.namespace, self.plugin, name)  # type: ignore[attr-defined]

    async def person(self) -> Any:
        """See `pagewire.Context`."""
        return await self._ask("", "person")

    async def conversation(self) -> Any:
        """See `pagewire.Context`."""
        return await self._ask("", "conversation")

    async def sent_here(self) -> bool:
        """See `pagewire.Context`."""
        return bool(await self._ask("", "sent_here"))


class _Remote:
    """A part of the context: whatever is called on it is asked of the gateway."""

    def __init__(self, part: str, ask: Asker) -> None:
        self._part, self._ask = part, ask

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        return lambda *given, **named: self._ask(self._part, method, *given, **named)


class RemoteStore(_Remote, Changing):
    """See `pagewire.stores.Store`."""

    async def entry(self, key: str) -> Kept | None:
        """See `Store`."""
        found: Kept | None = await self._ask(self._part, "entry", key)
        return found

    async def replace(self, key: str, value: Any, *, revision: int, ttl: float | None = None) -> int | None:
        """See `Store`."""
        written: int | None = await self._ask(self._part, "replace", key, value, revision=revision, ttl=ttl)
        return written


class RemoteTracer:
    """See `pagewire.offers.Tracer`: the gateway makes the spans, once they are over."""

    def __init__(self, of: int, tell: Callable[[Any], None]) -> None:
        self._of, self._tell = of, tell

    @contextlib.contextmanager
    def start_as_current_span(
        self, name: str, *, attributes: Mapping[str, str | bool | int | float] | None = None
    ) -> Iterator["_Noted"]:
        """See `Tracer`."""
        noted, began = _Noted(dict(attributes or {})), time.time_ns()
        try:
            yield noted
        finally:
            self._tell(Span(of=self._of, name=name, began=began, ended=time.time_ns(), attributes=noted.attributes))


class _Noted:
    """See `pagewire.offers.Span`."""

    def __init__(self, attributes: dict[str, str | bool | int | float]) -> None:
        self.attributes = attributes

    def set_attribute(self, key: str, value: str | bool | int | float) -> None:
        """See `Span`."""
        self.attributes[key] = value
