"""What a hook call came to, and what to write down for it. Pure."""

import hashlib
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct

from pagewire.deprecations import Notice
from pagewire.errors import Refused, TryLater
from pagewire.events import Event
from pagewire.replies import Reply, ReplyError, check, encode, normalise
from pagewire.stores import StoreError
from pagewire.surfaces import Surface
from pagewire_gateway.journal.port import SUPPRESSED, Mark, NewReply, Pending
from pagewire_gateway.outbox.wishes import target_of, wish_of
from pagewire_gateway.plugin_errors import PluginLeft
from pagewire_gateway.retry import Again, Decision, Park, RetryPolicy, decide, put_off

_SUPPRESSED = "replayed without leave to send"
_WELL: Final = frozenset({"done", "later"})


class Outcome(Struct, frozen=True, kw_only=True):
    """One hook call's outcome.

    Attributes:
        name: ``done``, ``later``, ``refused`` or ``failed``.
        replies: for ``done``.
        reason: for people, without message text.
        after: seconds the plugin asked to wait.
        notices: what the replies use and Meta will end soon.
        trace: traceparent of the attempt; empty if nobody records it.
    """

    name: str
    replies: tuple[Reply, ...] = ()
    reason: str = ""
    after: float | None = None
    notices: tuple[Notice, ...] = ()
    trace: str = ""

    @property
    def raised(self) -> str:
        """The class of what the hook raised, or of what is wrong with what it returned; empty if nothing is."""
        said = self.reason.partition(":")[0]
        return said if " " not in said else ReplyError.__name__

    @property
    def error_type(self) -> str:
        """The same where something went wrong; to ask for another try is none."""
        return "" if self.name in _WELL else self.raised

    @property
    def blames_plugin(self) -> bool:
        """Whether it counts against the plugin's circuit."""
        return self.name == "failed"


_NOTHING_TO_SAY = Outcome(name="done")


def of_returned(event: Event, returned: list[object], surface: Surface, now: int) -> Outcome:
    """The outcome of hooks that returned; their replies keep to the limits of the surface now, or none is sent."""
    if returned.count(None) == len(returned):
        return _NOTHING_TO_SAY
    try:
        replies = tuple(reply for value in returned for reply in normalise(value))
        notices = _checked(replies, surface, now)
    except ReplyError as error:
        return Outcome(name="refused", reason=f"ReplyError: {error}")
    if why := next(filter(None, (_misplaced(event, reply) for reply in replies)), None):
        return Outcome(name="refused", reason=f"replied although {why}")
    return Outcome(name="done", replies=replies, notices=notices)


def _misplaced(event: Event, reply: Reply) -> str | None:
    """Why an event cannot be answered so: on standby a thread may only be asked for, a comment only answered privately."""
    if event.conversation is None:
        return None if target_of(reply) else f"a {event.kind} event concerns no person"
    if event.channel == "standby" and wish_of(reply).body != "thread_control":
        return "another app owns the thread (standby)"
    return None


def _checked(replies: tuple[Reply, ...], surface: Surface, now: int) -> tuple[Notice, ...]:
    if not replies:
        return ()
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    return tuple(notice for reply in replies for notice in check(reply, surface, today))


def of_raised(error: BaseException, hook_timeout: float) -> Outcome:
    """The outcome of a hook that raised. Only the class of an unforeseen error is kept: its text may quote a message."""
    if isinstance(error, TryLater):
        return Outcome(name="later", reason=f"TryLater: {error.reason}", after=error.after)
    if isinstance(error, Refused):
        return Outcome(name="refused", reason=f"Refused: {error.reason}")
    if isinstance(error, PluginLeft) and error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, TimeoutError):
        return Outcome(name="failed", reason=f"TimeoutError: no end within {hook_timeout:g} s")
    if isinstance(error, StoreError):
        return Outcome(name="failed", reason=f"StoreError: {error}")
    return Outcome(name="failed", reason=f"{type(error).__module__}.{type(error).__qualname__}")


def to_mark(
    pending: Pending,
    plugin: str,
    outcome: Outcome,
    policy: RetryPolicy,
    *,
    now: int,
    chance: float,
    send_first: bool,
    took: int = 0,
) -> Mark:
    """What the journal has to remember of an outcome."""
    attempts = pending.attempts + 1
    generation = pending.generation
    if outcome.name == "done":
        replies = _rows(pending, plugin, outcome, send_first=send_first) if outcome.replies else ()
        return done(pending, plugin, now, replies, took)
    common = {"seq": pending.stored.seq, "plugin": plugin, "attempts": attempts, "at": now, "took": took}
    decision = _decision(outcome, policy, attempts, chance, age=(now - pending.stored.received) / 1000)
    if isinstance(decision, Again):
        due = now + int(decision.after * 1000)
        return Mark(**common, state="retry", due=due, error=outcome.reason, generation=generation)  # type: ignore[arg-type]
    return Mark(**common, state="parked", error=outcome.reason, generation=generation)  # type: ignore[arg-type]


def done(pending: Pending, plugin: str, now: int, replies: tuple[NewReply, ...] = (), took: int = 0) -> Mark:
    """What the journal has to remember of an event that the plugin is through with."""
    return Mark(
        seq=pending.stored.seq,
        plugin=plugin,
        state="done",
        attempts=pending.attempts + 1,
        at=now,
        replies=replies,
        generation=pending.generation,
        took=took,
    )


def suppressed(mark: Mark) -> Mark:
    """The mark of an event that was replayed without leave to send: its replies are shown, and go nowhere."""
    replies = tuple(
        msgspec.structs.replace(reply, state="dropped", error=_SUPPRESSED, code=SUPPRESSED) for reply in mark.replies
    )
    return msgspec.structs.replace(mark, replies=replies)


def _decision(outcome: Outcome, policy: RetryPolicy, attempts: int, chance: float, *, age: float) -> Decision:
    if outcome.name == "refused":
        return Park()
    if outcome.name == "later":
        return put_off(policy, attempts, chance, after=outcome.after, age=age)
    return decide(policy, attempts, chance)


def reply_id(event_id: str, plugin: str, index: int, generation: int) -> str:
    """Id of a reply: the same each time this (event, plugin) is settled, so that it is stored and sent once."""
    text = f"{event_id}:{plugin}:{index}:{generation}"
    return "pw" + hashlib.sha256(text.encode()).hexdigest()[:30]


def _rows(pending: Pending, plugin: str, outcome: Outcome, *, send_first: bool) -> tuple[NewReply, ...]:
    return tuple(
        NewReply(
            id=reply_id(pending.stored.id, plugin, index, pending.generation),
            index=index,
            body=encode(reply),
            state="sending" if send_first and index == 0 else "queued",
            target=target_of(reply),
            trace=outcome.trace,
        )
        for index, reply in enumerate(outcome.replies)
    )
