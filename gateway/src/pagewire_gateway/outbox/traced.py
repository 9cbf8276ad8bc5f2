"""Requests to the Graph API: a span each, within the trace of the hook that asked for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from pagewire.telemetry.calls import call_facts
from pagewire.telemetry.tracing import TRACING, Span, SpanKind, traceparent
from pagewire_gateway.journal.port import Outbound
from pagewire_gateway.outbox.echoes import SENDS
from pagewire_gateway.registry.port import Account
from pagewire_gateway.telemetry.facts import HOSTS, Facts, of_account, parent_of

_POST: Final = "POST"


class Sending:
    """One attempt to send a row.

    Args:
        row: which.
        account: who sends.
        now: milliseconds since 1970.
    """

    def __init__(self, row: Outbound, account: Account, now: int) -> None:
        self._row, self._account = row, account
        self._parent = parent_of(row.trace, row.attempts, now - row.created)

    def begin(self, route: str) -> Span:
        """A request goes out."""
        attributes: Facts = {
            **call_facts(_POST, route, HOSTS[self._account.host]),
            "pagewire.plugin.name": self._row.plugin,
            "pagewire.attempt": self._row.attempts,
            **of_account(self._account),
        }
        name = f"{_POST} {route}"
        span = TRACING.begin(name, SpanKind.CLIENT, attributes, parent=self._parent, links=(self._row.trace,))
        SENDS.begun(self._row.id, traceparent(span))
        return span


_SENDING: ContextVar[Sending | None] = ContextVar("pagewire_sending", default=None)


@contextmanager
def sending(row: Outbound, account: Account, now: int) -> Iterator[None]:
    """Requests that are made meanwhile are for this row."""
    token = _SENDING.set(Sending(row, account, now))
    try:
        yield
    finally:
        _SENDING.reset(token)


def requested(route: str) -> Span | None:
    """Begin the span of a request; nothing if it is for no row that is traced."""
    at_work = _SENDING.get()
    return at_work.begin(route) if at_work else None
