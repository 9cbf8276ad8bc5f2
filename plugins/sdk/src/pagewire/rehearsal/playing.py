"""Plays events to one plugin as the gateway does: its hooks in order, each in its time, their replies checked."""

import asyncio
import inspect
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from pagewire.configs import read_config
from pagewire.context import AccountInfo, ConversationState, Person
from pagewire.contract import implementations
from pagewire.errors import Refused, TryLater
from pagewire.events import Event, struct_of
from pagewire.installed import config_of
from pagewire.offers import Http
from pagewire.rehearsal.desk import Given, RehearsedContext, Stores
from pagewire.replies import Reply, ReplyError, check, normalise
from pagewire.surfaces import surface_of

Outcome = Literal["done", "later", "refused", "failed", "no hook"]


class Played(Struct, frozen=True, kw_only=True):
    """What an event came to.

    Attributes:
        hooks: those that were called.
        outcome: ``done``; ``later`` and ``refused`` as the plugin says; ``failed`` for what it raised besides; ``no hook``.
        replies: what would be sent.
        reason: why it is not ``done``.
    """

    hooks: tuple[str, ...] = ()
    outcome: Outcome = "done"
    replies: tuple[Reply, ...] = ()
    reason: str = ""


class Rehearsal:
    """One plugin and what it has kept so far.

    Args:
        name: of the plugin.
        subject: the module or object it is.
        config: as a resource has it.
        timeout: seconds a hook may take; the gateway's own default is 10.
        profile: who people are.
        state: what is known of conversations.
        clock: seconds since 1970, for what the plugin keeps.
        http: what `Context.http` is; none without.
        secrets: what `Context.secret` tells, by name.

    Raises:
        PluginError: the configuration does not fit.
    """

    def __init__(  # noqa: PLR0913 - every part can be given
        self,
        name: str,
        subject: Any,
        config: Any = None,
        *,
        timeout: float = 10.0,
        profile: Person | None = None,
        state: ConversationState | None = None,
        clock: Callable[[], float] = time.time,
        http: Http | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self.subject = name, subject
        self.config = read_config(name, config_of(name, subject), config)
        self.hooks = implementations(subject)
        self.timeout = timeout
        self.profile, self.state = profile, state
        self.stores = Stores(clock)
        self.given = Given(http=http, secrets=secrets or {})

    def context(self, event: Event | None = None, *, attempt: int = 1, account: AccountInfo | None = None) -> Any:
        """What a hook would be handed."""
        return RehearsedContext(
            self.name,
            self.config,
            event=event,
            account=account or account_of(event),
            attempt=attempt,
            stores=self.stores,
            profile=self.profile,
            state=self.state,
            given=self.given,
        )

    def hooks_for(self, event: Event) -> tuple[str, ...]:
        """The plugin's hooks that an event calls, in order, as its configuration needs them."""
        own = "standby_received" if event.channel == "standby" else struct_of(event.kind).hook
        wanted = dict.fromkeys(("event_received", own))
        needs = getattr(self.config, "needs", None)
        return tuple(hook for hook in wanted if hook in self.hooks and (needs is None or needs(hook)))

    async def play(self, event: Event, attempt: int = 1) -> Played:
        """Hand the plugin an event; never raises for what the plugin does."""
        names = self.hooks_for(event)
        if not names:
            return Played(outcome="no hook", reason=f"the plugin has no hook for {event.kind}")
        context = self.context(event, attempt=attempt)
        try:
            returned = [await self.call(name, event=event, context=context) for name in names]
            return Played(hooks=names, replies=self._checked(event, returned))
        except Exception as error:  # noqa: BLE001 - whatever it raises is what is asked for
            outcome, reason = _said(error, self.timeout)
            return Played(hooks=names, outcome=outcome, reason=reason)

    async def call(self, hook: str, **known: Any) -> Any:
        """Call one hook with what it asks for.

        Raises:
            TimeoutError: it took longer.
            Exception: whatever it raised.
        """
        function, names = self.hooks[hook]
        values = [known[name] for name in names]
        async with asyncio.timeout(self.timeout):
            if inspect.iscoroutinefunction(function):
                return await function(*values)
            return await asyncio.to_thread(function, *values)

    async def explain(self, event: Event) -> tuple[str, ...]:
        """What the plugin says of how it comes to its answer, line by line; nothing if it has no ``explain_event``.

        That is a function, not a hook: the gateway never calls it. It is given event and context, and returns lines.
        """
        explain = getattr(self.subject, "explain_event", None)
        if explain is None:
            return ()
        said = explain(event, self.context(event))
        said = await said if inspect.isawaitable(said) else said
        lines: Iterable[object] = said.splitlines() if isinstance(said, str) else said or ()
        return tuple(map(str, lines))

    def _checked(self, event: Event, returned: list[Any]) -> tuple[Reply, ...]:
        replies = tuple(reply for value in returned for reply in normalise(value))
        for reply in replies:
            check(reply, surface_of(event.object))
        return replies


def _said(error: Exception, timeout: float) -> tuple[Outcome, str]:
    match error:
        case TryLater():
            return "later", error.reason or "TryLater"
        case Refused():
            return "refused", error.reason
        case ReplyError():
            return "refused", f"ReplyError: {error}"
        case TimeoutError():
            return "failed", f"no end within {timeout:g} s"
    return "failed", f"{type(error).__name__}: {error}"


def account_of(event: Event | None) -> AccountInfo:
    """The account of an event, or one of a rehearsal."""
    object_, id_ = (event.object, event.account) if event else ("page", "108000000000001")
    return AccountInfo(object=object_, id=id_, namespace="rehearsal", name="rehearsal", app_id="990000000000001")
