"""Keeps count of calls: who was called when a call arrives, and how it ended."""

from __future__ import annotations

from pagewire.simulator.graph.answer import Answer
from pagewire.simulator.graph.call import Call
from pagewire.simulator.meta import Meta
from pagewire.simulator.settings.calls import CallRecord


def arrived(meta: Meta, call: Call, edge: str) -> CallRecord:
    """Count a call whose path is known, before anything else looks at it, and wake who waits for it."""
    record = meta.calls.arrived(call.method, edge, _node(meta, call), meta.clock.now_ms())
    meta.ledger.poke()
    return record


def answered(meta: Meta, record: CallRecord, call: Call, answer: Answer) -> None:
    """Write down how a call ended."""
    record.status = None if answer.lost else answer.status
    if answer.refusal is not None:
        record.code, record.subcode = answer.refusal.code, answer.refusal.subcode
    record.fault = call.spoiler.kind.value if call.spoiler is not None else None
    meta.calls.answered(record)


def _node(meta: Meta, call: Call) -> str:
    """The id in the path; ``me`` is whatever the token stands for."""
    named = call.segments[0] if call.segments else ""
    if named != "me":
        return named
    token = meta.state.tokens.get(call.token or "")
    return (token.account_id or token.user_id) if token is not None else named
