"""Faults that replace an answer, and the echo faults of a send."""

from __future__ import annotations

from typing import Any

from pagewire.simulator.announce import EchoPlan
from pagewire.simulator.errors import Refusal
from pagewire.simulator.faults import Fault, FaultKind
from pagewire.simulator.graph.answer import Answer, ok, refused
from pagewire.simulator.graph.call import Call
from pagewire.simulator.ids import Ids

_PAGE = b"<!DOCTYPE html><html><body><h1>Sorry, something went wrong.</h1></body></html>"
_HALF = b'{"recipient_id":'
_WORDS = {
    1: "An unknown error occurred",
    2: "Service temporarily unavailable",
    4: "Application request limit reached",
    17: "User request limit reached",
    32: "Page request limit reached",
    368: "The action attempted has been deemed abusive or is otherwise disallowed",
    551: "This person isn't available right now.",
    613: "Calls to this api have exceeded the rate limit.",
    80001: "There have been too many calls to this Page account. Wait a bit and try again.",
    80002: "There have been too many calls to this Instagram account. Wait a bit and try again.",
    80006: "There have been too many messaging calls. Wait a bit and try again.",
}


def refusal_of(fault: Fault) -> Refusal:
    """The refusal an ``error`` fault stands for."""
    words = fault.message or f"(#{fault.code}) {_WORDS.get(fault.code, 'A fault was asked for')}"
    usual = 500 if fault.code in (1, 2) else 400
    transient = fault.transient
    if transient is None and fault.code == 2:
        transient = True
    return Refusal(
        fault.code,
        fault.subcode,
        words,
        status=200 if fault.kind is FaultKind.ERROR_IN_200 else fault.status or usual,
        transient=transient,
    )


def spoil(fault: Fault, ids: Ids, truth: Answer | None, person: str | None, lie: Any = None) -> Answer:
    """The answer a fault gives instead of the truth.

    Args:
        fault: one of ``SPOILERS``.
        ids: for the trace id.
        truth: the answer of a call that was accepted all the same; its ``send`` and ``then`` live on.
        person: the recipient, for an answer without message id.
        lie: what a ``lie`` tells; an invented message when left out.
    """
    answer = _spoilt(fault, ids, person, lie)
    if truth is not None:
        answer.then = truth.then
        answer.send = truth.send
        if answer.send is not None:
            answer.send.fault = fault.kind.value
            answer.send.status = None if answer.lost else answer.status
    return answer


def lie_for(call: Call, edge: str) -> dict[str, Any]:
    """What a call hears that is told of success while nothing is done; a read finds nothing."""
    if call.method == "GET":
        return {"data": []}
    return {"result": "success"} if edge == "messenger_profile" else {"success": True}


def reworded(call: Call, answer: Answer) -> Answer:
    """The answer with ``success`` as a string, if such a fault struck."""
    if answer.body == b'{"success":true}' and any(f.kind is FaultKind.SUCCESS_TEXT for f in call.struck):
        answer.body = b'{"success":"true"}'
    return answer


def _spoilt(fault: Fault, ids: Ids, person: str | None, lie: Any) -> Answer:
    match fault.kind:
        case FaultKind.NO_MESSAGE_ID:
            return ok({"recipient_id": person} if person else {})
        case FaultKind.LIE:
            return ok(lie or {"recipient_id": person, "message_id": ids.mid("page")})
        case FaultKind.DROP | FaultKind.HANG:
            return Answer(status=0, lost=True, hang=fault.seconds if fault.kind is FaultKind.HANG else 0)
        case FaultKind.CUT:
            return Answer(body=_HALF, lost=True)
        case FaultKind.ERROR | FaultKind.ERROR_IN_200:
            return refused(refusal_of(fault), ids.trace())
        case _:
            return _strange(fault)


def _strange(fault: Fault) -> Answer:
    """An answer that is no JSON object at all."""
    match fault.kind:
        case FaultKind.HTML:
            return Answer(status=fault.status or 500, body=_PAGE, content_type=b"text/html; charset=utf-8")
        case FaultKind.PLAIN_429:
            return Answer(status=429, body=b"Too Many Requests", content_type=b"text/plain")
        case FaultKind.NULL:
            return Answer(status=fault.status or 200, body=b"null")
        case _:
            return Answer(status=fault.status or 200)


def echo_plan(call: Call) -> EchoPlan:
    """What the faults that struck do to the echo."""
    kinds = {fault.kind for fault in call.struck}
    if not kinds:
        return _PLAIN
    return EchoPlan(
        lost=FaultKind.ECHO_LOST in kinds,
        twice=FaultKind.ECHO_TWICE in kinds,
        first=FaultKind.ECHO_FIRST in kinds,
        late=call.seconds(FaultKind.ECHO_LATE),
        surfaces=call.seconds(FaultKind.MEDIA_LATE),
    )


_PLAIN = EchoPlan()
