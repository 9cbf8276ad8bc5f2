"""Hands one event to one plugin and writes down what came of it."""

import asyncio
import logging
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Protocol

from pagewire.events import Conversation, Event
from pagewire.telemetry.tracing import TRACING
from pagewire.wire import event_of
from pagewire_gateway.config import DispatchSettings
from pagewire_gateway.deadlines import Deadlines
from pagewire_gateway.dispatch.circuit import Circuit
from pagewire_gateway.dispatch.context import HookContext, Sources
from pagewire_gateway.dispatch.endings import Endings
from pagewire_gateway.dispatch.lane import HELD, SETTLED, Stopping
from pagewire_gateway.dispatch.outcome import Outcome, done, of_raised, of_returned, suppressed, to_mark
from pagewire_gateway.dispatch.restored import in_doubt
from pagewire_gateway.dispatch.settler import Settler
from pagewire_gateway.dispatch.traced import processed
from pagewire_gateway.isolation import Quarantine
from pagewire_gateway.journal.port import LaneState, Mark, Outbound, Pending, Stored
from pagewire_gateway.needs import needs
from pagewire_gateway.plugins import Hook, Plugin, PluginError
from pagewire_gateway.registry.port import Account, PluginUse
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.messaging import Attempts, Hooks
from pagewire_gateway.telling.configs import use_of
from pagewire_gateway.threads import Threads

log = logging.getLogger(__name__)

Gone = Callable[[Stored], bool]
"""Whether the person of an event asked to be forgotten."""

_NOBODY = "no resource names this account"
_BOTH = ("event", "context")
_UNUSED = object()
_Kept = tuple[Account, PluginUse | None, Any]
"""An account, its plugin's place in it, and the configuration read from there."""

_EVENTS_KEPT = 512
_CONFIGS_KEPT = 1024
_KINDS_KEPT = 512
_TELLING = frozenset({"delivery", "read"})
_LOOK = 0.2


class Accounts(Protocol):
    """What dispatch asks of the registry."""

    def account(self, object: str, id: str) -> Account | None:  # noqa: A002 - Meta's words
        """The account with that id."""


class ReplyDesk(Protocol):
    """What dispatch asks of the outbox."""

    def reserve(self, conversation: Conversation) -> bool:
        """Whether a reply to this conversation would go out at once; if so, the turn is kept for the caller."""

    def give_back(self, conversation: Conversation) -> None:
        """The reserved turn is not needed."""

    def take(self, rows: list[Outbound]) -> None:
        """Send these rows, in order, when it is their turn."""


Reach = Callable[[Stored, Event, Account, Any, int, Callable[[], None]], Awaitable[None]]
"""Told an event, its account, the plugin's configuration for it, which attempt it is, and how its time begins anew."""


class Events:
    """Typed events, made once for all lanes that are at about the same place.

    Args:
        gone: whether the person of an event asked to be forgotten, so that no lane hands it out any more.
    """

    def __init__(self, gone: Gone) -> None:
        self.gone = gone
        self._made: OrderedDict[int, Event] = OrderedDict()

    def of(self, stored: Stored) -> Event:
        """The typed event; structs are frozen, so lanes may share it."""
        event = self._made.get(stored.seq)
        if event is None:
            event = self._made[stored.seq] = event_of(stored.item, stored.received, stored.id)
            if len(self._made) > _EVENTS_KEPT:
                self._made.popitem(last=False)
        return event


class Worker:
    """One plugin at work.

    Args:
        plugin: which one.
        settler: where outcomes go.
        accounts: where configurations are.
        desk: where replies go.
        sources: for what contexts tell and offer.
        settings: time-outs, concurrency, patience.
        clock: milliseconds since 1970.
        events: typed events, shared by all lanes.
    """

    def __init__(
        self,
        plugin: Plugin,
        settler: Settler,
        accounts: Accounts,
        desk: ReplyDesk,
        sources: Sources,
        settings: DispatchSettings,
        clock: Callable[[], int],
        events: Events,
    ) -> None:
        self.plugin = plugin
        self._events = events
        self._endings = Endings(plugin.name)
        self._timed, self._attempts = Hooks(plugin.name), Attempts(settler.journal.system, plugin.name)
        self.quarantine: Quarantine | None = None
        """Where the plugin goes if it fails for too long; nowhere without."""
        self.reaching: Reach | None = None
        """Tells the plugin how far its messages came, if it wants to know."""
        self._hooks_of: dict[tuple[str, str], list[Hook]] = {}
        self._chosen: dict[tuple[int, str, str], tuple[Any, Sequence[Hook], Reach | None]] = {}
        self._choosy = callable(getattr(plugin.config, "needs", None))
        self.circuit = Circuit(settings.circuit_failures, int(settings.circuit_pause * 1000))
        self.in_flight = self.handled = self.failed = 0
        self.stopped = False
        self.resumed = asyncio.Event()
        self.resumed.set()
        self._settler = settler
        self._journal = settler.journal
        self._accounts = accounts
        self._desk = desk
        self._sources = sources
        self._settings = settings
        self._clock = clock
        self._deadlines = Deadlines(settings.hook_timeout)
        self.threads = Threads(f"plugin-{plugin.name}", settings.threads)
        self._configs: dict[tuple[str, str], _Kept] = {}
        self._shared: OrderedDict[bytes, Any] = OrderedDict()

    def wants(self, pending: Pending) -> bool:
        """Whether an event is any of this plugin's business: it has a hook for it, or the journal has a row to end."""
        item = pending.stored.item
        return bool(self._hooks(item.kind, item.channel)) or self._tells(item.kind) or _has_row(pending)

    def _tells(self, kind: str) -> bool:
        """Whether the event may tell the plugin how far its messages came."""
        return self.reaching is not None and kind in _TELLING

    def _hooks(self, kind: str, channel: str) -> list[Hook]:
        """The plugin's hooks for an event, remembered: this is asked of every event."""
        found = self._hooks_of.get((kind, channel))
        if found is None:
            if len(self._hooks_of) >= _KINDS_KEPT:  # Meta may name kinds at will
                self._hooks_of.clear()
            found = self._hooks_of[kind, channel] = self.plugin.hooks_for(kind, channel)
        return found

    async def handle(self, pending: Pending, then: Callable[[int], None]) -> None:
        """Handle one event; see `pagewire_gateway.dispatch.lane.Handle`."""
        if self._events.gone(pending.stored):
            self._skip(pending, then)
            return
        account = account_for(self._accounts, pending.stored)
        if account is None:
            self._wait_or_park(pending, _NOBODY, then)
            return
        try:
            config = self._configured(account)
        except PluginError as error:
            self._wait_or_park(pending, str(error), then)
            return
        if config is _UNUSED:
            self._skip(pending, then)
            return
        hooks, reaching = self._needed(pending, config)
        if not hooks and reaching is None:
            self._skip(pending, then)
            return
        if TRACING.on and pending.stored.item.trace:
            call = partial(self._call, pending, account, config, reaching=reaching)
            outcome, seconds = await processed(pending, account, self.plugin.name, hooks, self._clock(), call)
        else:
            outcome, seconds = await self._call(pending, account, config, hooks, reaching)
        self._settle(pending, outcome, int(seconds * 1000), then)

    def _needed(self, pending: Pending, config: Any) -> tuple[Sequence[Hook], Reach | None]:
        """What an event calls, without what the configuration has no need of."""
        item = pending.stored.item
        if not self._choosy:
            return self._hooks(item.kind, item.channel), self.reaching if self._tells(item.kind) else None
        key = (id(config), item.kind, item.channel)
        kept = self._chosen.get(key)
        if kept is None or kept[0] is not config:
            if len(self._chosen) >= _KINDS_KEPT:
                self._chosen.clear()
            kept = self._chosen[key] = (config, *self._choose(item.kind, item.channel, config))
        return kept[1], kept[2]

    def _choose(self, kind: str, channel: str, config: Any) -> tuple[Sequence[Hook], Reach | None]:
        told = self.reaching if self._tells(kind) and needs(config, "on_delivered") else None
        return [hook for hook in self._hooks(kind, channel) if needs(config, hook.name)], told

    async def note(self, pending: Pending) -> None:
        """Give an event that is held a row of its own, so that the lane's low-water mark need not wait for it.

        Raises:
            JournalError: it could not be written; the mark waits.
        """
        if not _has_row(pending):
            mark = self._mark(pending, "retry", f"held: {self._why_held(pending)}")
            await self._journal.settle([mark], self._settler.fence)

    def _why_held(self, pending: Pending) -> str:
        account = account_for(self._accounts, pending.stored)
        if account is None:
            return _NOBODY
        try:
            self._configured(account)
        except PluginError as error:
            return str(error)
        return "an older event of this account is held"

    def _wait_or_park(self, pending: Pending, reason: str, then: Callable[[int], None]) -> None:
        days = (self._clock() - pending.stored.received) / 86_400_000
        if days * 86_400 <= self._settings.retry.patience:
            then(HELD)
        else:
            self._store(pending, self._mark(pending, "parked", f"{reason}, for {days:.1f} days"), then)

    def _skip(self, pending: Pending, then: Callable[[int], None]) -> None:
        """The account does not use the plugin, or not for this; only what has a row already needs an end."""
        if _has_row(pending):
            self._settler.put(self._mark(pending, "done", ""), lambda rows: None if rows is None else then(SETTLED))
        else:
            then(SETTLED)

    def _mark(self, pending: Pending, state: LaneState, error: str) -> Mark:
        now = self._clock()
        return Mark(
            seq=pending.stored.seq,
            plugin=self.plugin.name,
            state=state,
            attempts=pending.attempts,
            at=now,
            due=now if state == "retry" else 0,
            error=error,
            generation=pending.generation,
        )

    def _configured(self, account: Account) -> Any:
        """What the account says to the plugin, or `_UNUSED`; remembered for as long as the registry has the same account.

        Raises:
            PluginError: the configuration does not fit.
        """
        key = (account.object, account.id)
        kept = self._configs.get(key)
        if kept is None or kept[0] is not account:
            kept = self._configs[key] = (account, *self._config(account, kept))
        return kept[2]

    def _config(self, account: Account, kept: "_Kept | None") -> tuple[PluginUse | None, Any]:
        use = use_of(account, self.plugin.name)
        if use is None:
            return None, _UNUSED
        if kept is not None and kept[1] == use:
            return use, kept[2]
        return use, self._read(use)

    def _read(self, use: PluginUse) -> Any:
        """A configuration; accounts that say the same share it, if nobody can change it for the others."""
        struct = self.plugin.config
        if struct is None or not struct.__struct_config__.frozen:
            return self.plugin.read_config(use.config)
        text = bytes(use.config)
        if text not in self._shared:
            self._shared[text] = self.plugin.read_config(use.config)
            if len(self._shared) > _CONFIGS_KEPT:
                self._shared.popitem(last=False)
        return self._shared[text]

    async def _call(
        self, pending: Pending, account: Account, config: Any, hooks: Sequence[Hook], reaching: Reach | None
    ) -> tuple[Outcome, float]:
        event = self._events.of(pending.stored)
        context = HookContext(
            event, account, self.plugin.name, config, pending.attempts + 1, self._sources,
            partial(self._events.gone, pending.stored),
        )  # fmt: skip
        if self.stopped or self.circuit.opens_at is not None or not self.resumed.is_set():
            await self._turn()
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # noqa: S101 - a lane's hand
        began = at = loop.time()
        self.in_flight += 1
        late, hook = False, None
        self._deadlines.begin(task)
        try:
            try:
                returned = []
                for hook in hooks:
                    if hook.is_async and hook.arguments == _BOTH:  # spelt out, as each step between costs every event
                        returned.append(await hook.function(event, context))
                    else:
                        returned.append(await hook.call({"event": event, "context": context}, self.threads))
                    at, since = loop.time(), at
                    self._timed[hook.name](at - since)
                hook = None
                if reaching is not None:
                    renew = partial(self._deadlines.renew, task)
                    await reaching(pending.stored, event, account, config, context.attempt, renew)
            finally:
                self.in_flight -= 1
                late = self._deadlines.end(task)
            outcome = of_returned(event, returned, account.surface, self._clock())
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError) and task.cancelling():
                self.circuit.abandoned()
                raise
            # Whatever a plugin raises concerns that plugin alone, also sys.exit and its own cancelled tasks.
            missed = late and isinstance(error, asyncio.CancelledError)
            outcome = of_raised(TimeoutError() if missed else error, self._settings.hook_timeout)
            if hook is not None:
                self._timed.raised(hook.name, loop.time() - at, outcome.raised)
        seconds = loop.time() - began
        self._account_for(pending, outcome, seconds)
        if outcome.notices:
            self._endings.note(outcome.notices)
        return outcome, seconds

    async def _turn(self) -> None:
        while True:
            if self.stopped:
                raise Stopping
            now = self._clock()
            if self.resumed.is_set() and self.circuit.admit(now):
                return
            opens_at = self.circuit.opens_at or now
            await asyncio.sleep(min(max(0.05, (opens_at - now) / 1000), _LOOK))

    def _account_for(self, pending: Pending, outcome: Outcome, seconds: float) -> None:
        if outcome.name == "done":
            self._attempts.done(seconds)
        else:
            self._attempts.ended(seconds, outcome.name, outcome.error_type)
        self.handled += 1
        if not outcome.blames_plugin:
            self.circuit.succeeded()
            return
        self.failed += 1
        was_open = self.circuit.opens_at is not None
        self.circuit.failed(pending.stored.seq, self._clock())
        if self.quarantine is not None and self.circuit.probes >= self._settings.quarantine_probes:
            why = f"it failed at {self.circuit.probes} trials in a row, the last time with {outcome.reason}"
            self.quarantine.put(self.plugin.name, why)
        if self.circuit.opens_at is not None and not was_open:
            log.error("plugin %s fails at everything (%s); its circuit is open", self.plugin.name, outcome.reason)

    def _settle(self, pending: Pending, outcome: Outcome, took: int, then: Callable[[int], None]) -> None:
        if outcome.name == "done" and not outcome.replies:
            self._store(pending, done(pending, self.plugin.name, self._clock(), (), took), then)
            return
        conversation = pending.stored.item.conversation
        sends = bool(outcome.replies) and not pending.quiet
        reserved = sends and conversation is not None and self._desk.reserve(conversation)
        mark = to_mark(
            pending,
            self.plugin.name,
            outcome,
            self._settings.retry,
            now=self._clock(),
            chance=random.random(),  # noqa: S311 - jitter
            send_first=reserved,
            took=took,
        )
        if pending.quiet:
            self._store(pending, suppressed(mark), then)
            return
        self._store(pending, in_doubt(mark, pending, self._journal.restored), then, conversation if reserved else None)

    def _store(
        self, pending: Pending, mark: Mark, then: Callable[[int], None], reserved: Conversation | None = None
    ) -> None:
        def stored(rows: list[Outbound] | None) -> None:
            if rows and not pending.quiet:
                self._desk.take(rows)
            elif reserved is not None:
                self._desk.give_back(reserved)
            if rows is not None:
                self._report(pending, mark)
                then(mark.due if mark.state == "retry" else SETTLED)

        self._settler.put(mark, stored)

    def _report(self, pending: Pending, mark: Mark) -> None:
        if mark.state == "retry":
            metrics.retries.add(self.plugin.name)
            return
        metrics.completion.record((mark.at - pending.stored.received) / 1000, self.plugin.name, mark.state)
        if mark.state == "parked":
            metrics.parked.add(self.plugin.name)
            log.warning("event %s parked for plugin %s: %s", pending.stored.id, self.plugin.name, mark.error)

    def close(self) -> None:
        """Call nothing more that waits for a thread; a thread that never ends is left behind."""
        self.threads.shutdown(cancel_futures=True)


def _has_row(pending: Pending) -> bool:
    return bool(pending.attempts or pending.due or pending.generation)


def account_for(accounts: Accounts, stored: Stored) -> Account | None:
    """The account an event is for, if a resource in the app's own namespace, or of the same app, names it.

    Whoever holds the secret of one app must not be able to speak for the Pages of another namespace.
    """
    item = stored.item
    account = accounts.account(item.object, item.account)
    if account is None or stored.app == "/".join(account.app):
        return account
    return account if stored.app.partition("/")[0] == account.namespace else None
