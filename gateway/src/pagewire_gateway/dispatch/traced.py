"""One event in one plugin's lane: a span for the attempt, and one for each hook."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import copy_context
from typing import Any

from msgspec import structs

from pagewire.telemetry.tracing import TRACING, SpanKind, traceparent
from pagewire_gateway.dispatch.outcome import Outcome
from pagewire_gateway.journal.port import Pending
from pagewire_gateway.outbox.echoes import SENDS
from pagewire_gateway.plugins import Hook
from pagewire_gateway.registry.port import Account
from pagewire_gateway.telemetry.facts import Facts, of_account, of_event, of_operation, parent_of
from pagewire_gateway.threads import Threads

Call = Callable[[Sequence[Hook]], Awaitable[tuple[Outcome, float]]]


async def processed(
    pending: Pending, account: Account, plugin: str, hooks: Sequence[Hook], now: int, call: Call
) -> tuple[Outcome, float]:
    """Call an event's hooks within a span; the outcome carries it on to the replies, and comes with its seconds.

    Args:
        pending: the event.
        account: which it is for.
        plugin: whose hooks.
        hooks: the hooks.
        now: milliseconds since 1970.
        call: calls them.
    """
    stored, attempt = pending.stored, pending.attempts + 1
    cause = stored.item.trace
    span = TRACING.begin(
        "process events",
        SpanKind.CONSUMER,
        {**_of_lane(plugin, attempt), **of_event(stored.item), **of_account(account)},
        parent=parent_of(cause, attempt, now - stored.received),
        links=(cause, SENDS.of_echo(stored)),
    )
    with TRACING.within(span):
        outcome, seconds = await call([_Traced.of(hook, plugin) for hook in hooks])
        span.set_attribute("pagewire.outcome", outcome.name)
        if outcome.error_type:
            TRACING.blame(span, outcome.error_type)
    return structs.replace(outcome, trace=traceparent(span)), seconds


def _of_lane(plugin: str, attempt: int) -> Facts:
    return {
        **TRACING.common,
        **of_operation("process", "process"),
        "messaging.consumer.group.name": plugin,
        "pagewire.plugin.name": plugin,
        "pagewire.attempt": attempt,
    }


class _Traced(Hook, eq=False):
    """A hook that is called within a span."""

    hook: Hook
    plugin: str

    @classmethod
    def of(cls, hook: Hook, plugin: str) -> "_Traced":
        """The same hook, traced; `is_async` is what makes callers use `call`."""
        return cls(hook.name, hook.function, hook.arguments, False, hook.threads, hook, plugin)

    async def call(self, known: Mapping[str, Any], threads: Threads | None = None) -> Any:
        """See `Hook.call`; a plain function finds the span in its thread as well."""
        facts = {"pagewire.hook.name": self.name, "pagewire.plugin.name": self.plugin}
        with TRACING.within(TRACING.child(f"hook {self.name} {self.plugin}", SpanKind.INTERNAL, facts)):
            if self.hook.is_async:
                return await self.hook.call(known, threads)
            values = [known[name] for name in self.arguments]
            pool = threads or self.threads
            return await asyncio.get_running_loop().run_in_executor(pool, copy_context().run, self.function, *values)
