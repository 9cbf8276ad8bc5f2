"""The named steps of an event's way, and where in the code each is: what a process can be told to die at."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from msgspec import Struct

from pagewire_gateway.journal.sqlite.ops import Append, Record, Settle

Moment = Literal["before", "after"]
Role = Literal["serve", "work"]


class Step(Struct, frozen=True, kw_only=True):
    """One place to die.

    Attributes:
        name: what is going on there, and ``before`` or ``after`` it.
        what: the same for people.
        where: ``module:name`` or ``module:Class.name`` of the function that is wrapped.
        moment: before it begins or after it ended; for what is asked of the journal, ended means durable.
        batch: only while the journal's writer does a batch with an operation of this type.
        counts: whether a call with these arguments counts.
        role: of the process that takes the step, where the work is shared.
    """

    name: str
    what: str
    where: str
    moment: Moment
    batch: type | None = None
    counts: Callable[..., bool] = lambda *_, **__: True
    role: Role = "serve"


def _both(
    name: str, what: str, where: str, counts: Callable[..., bool] = lambda *_, **__: True, role: Role = "serve"
) -> list[Step]:
    moments: tuple[Moment, ...] = ("before", "after")
    return [
        Step(name=f"{name}.{moment}", what=f"{moment} {what}", where=where, moment=moment, counts=counts, role=role)
        for moment in moments
    ]


def _commit(name: str, what: str, operation: type, role: Role = "serve") -> list[Step]:
    """Just before the word ``commit``, and just after it, when nobody has been told yet."""
    tail = "pagewire_gateway.journal.sqlite.tail:Tail"
    return [
        Step(
            name=f"{name}.before",
            what=f"before {what}",
            where=f"{tail}.fold",
            moment="after",
            batch=operation,
            role=role,
        ),
        Step(
            name=f"{name}.after",
            what=f"after {what}",
            where=f"{tail}.commit",
            moment="before",
            batch=operation,
            role=role,
        ),
    ]


def _says(state: str) -> Callable[..., bool]:
    return lambda _journal, marks, *_: any(mark.state == state for mark in marks)


def _accepted(_transport: Any, _headers: Any, status_line: bytes, _rest: bytes) -> bool:
    return status_line.startswith(b"HTTP/1.1 200")


def _is_send(_connection: Any, request: bytes, *_: Any) -> bool:
    line = request.partition(b"\r\n")[0]
    return line.startswith(b"POST ") and b"/messages" in line


def _has_echo(_outbox: Any, stored: Any) -> bool:
    return any(event.item.kind == "message_echo" for event in stored)


_JOURNAL = "pagewire_gateway.journal.sqlite.journal:SqliteJournal"

STEPS: tuple[Step, ...] = (
    *_both("signature", "the signature is checked", "pagewire_gateway.ingress.delivery:Ingress._verify"),
    *_both(
        "append", "the events are in line for the journal", "pagewire_gateway.journal.sqlite.group:GroupCommit.append"
    ),
    *_commit("append.commit", "the events are committed", Append),
    *_both("answer", "the 200 is written", "pagewire_gateway.at_once:write", _accepted),
    *_both("handover", "dispatch has the events", "pagewire_gateway.dispatch.dispatcher:Dispatcher.feed"),
    *_both("hook", "the plugin's hook has run", "pagewire_auto_reply:message_received"),
    *_both("settle", "the outcome and its replies are stored", f"{_JOURNAL}.settle"),
    *_commit("settle.commit", "the outcome is committed", Settle),
    *_both("begin", "the request is noted as begun", f"{_JOURNAL}.record", _says("sending")),
    *_both("send", "the request is written to Meta", "pagewire.graph.connection:Connection.ask", _is_send),
    *_both("read", "Meta's answer is understood", "pagewire_gateway.outbox.sender:Sender.send"),
    *_both("end", "the end of the request is stored", f"{_JOURNAL}.record", _says("sent")),
    *_commit("end.commit", "the end of the request is committed", Record),
    *_both("echo", "the echo is seen", "pagewire_gateway.outbox.outbox:Outbox.observe", _has_echo),
)


_STREAM = "pagewire_gateway.journal.jetstream"
_PARTITION = f"{_STREAM}.journal:JetStreamJournal"
_PUBLISH = f"{_STREAM}.publishing:Publisher._once"
_APPEND = f"{_STREAM}.ingest:JetStreamIngest.append"


def _is_deed(_publisher: Any, parcels: Any) -> bool:
    """Whether something that was done goes to the stream, rather than events."""
    return any(parcel.ordered for parcel in parcels)


def _worked(name: str, what: str, where: str, counts: Callable[..., bool] = lambda *_, **__: True) -> list[Step]:
    return _both(f"work.{name}", what, where, counts, "work")


NATS_STEPS: tuple[Step, ...] = (
    *_both("serve.signature", "the signature is checked", "pagewire_gateway.ingress.delivery:Ingress._verify"),
    *_both("serve.append", "the stream has the events", _APPEND),
    *_both("serve.publish", "a shipment of events is published", _PUBLISH),
    *_both("serve.answer", "the 200 is written", "pagewire_gateway.at_once:write", _accepted),
    *_commit("work.append.commit", "the events of the stream are in the partition's file", Append, "work"),
    *_worked("handover", "dispatch has the events", "pagewire_gateway.dispatch.dispatcher:Dispatcher.feed"),
    *_worked("hook", "the plugin's hook has run", "pagewire_auto_reply:message_received"),
    *_worked("settle", "the outcome and its replies are in the stream and in the file", f"{_PARTITION}.settle"),
    *_worked("publish", "a shipment of outcomes is published", _PUBLISH, _is_deed),
    *_commit("work.settle.commit", "the outcome is in the partition's file", Settle, "work"),
    *_worked("begin", "the request is noted as begun", f"{_PARTITION}.record", _says("sending")),
    *_worked("send", "the request is written to Meta", "pagewire.graph.connection:Connection.ask", _is_send),
    *_worked("read", "Meta's answer is understood", "pagewire_gateway.outbox.sender:Sender.send"),
    *_worked("end", "the end of the request is stored", f"{_PARTITION}.record", _says("sent")),
    *_commit("work.end.commit", "the end of the request is in the partition's file", Record, "work"),
    *_worked("echo", "the echo is seen", "pagewire_gateway.outbox.outbox:Outbox.observe", _has_echo),
)
"""Where the work is shared over NATS."""


def step_of(name: str) -> Step:
    """The step of that name.

    Raises:
        KeyError: there is none.
    """
    return {step.name: step for step in (*STEPS, *NATS_STEPS)}[name]


def spread(steps: Sequence[Step], rounds: int) -> list[Step]:
    """The step of each round: fewer rounds than steps are spread over all of them."""
    return [steps[number * max(len(steps), rounds) // rounds % len(steps)] for number in range(rounds)]
