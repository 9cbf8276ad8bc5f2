"""Meta's echo of what was sent, back to the request that sent it."""

from collections import OrderedDict
from typing import Final

from pagewire.telemetry.tracing import TRACING, SpanKind
from pagewire_gateway.journal.port import Stored
from pagewire_gateway.outbox.reconcile import echo_of
from pagewire_gateway.telemetry.facts import of_event, of_operation

_KEPT: Final = 10_000


class Sends:
    """Remembers the spans of requests for as long as echoes may come: the last ten thousand that were traced."""

    def __init__(self) -> None:
        self._spans: OrderedDict[str, str] = OrderedDict()

    def begun(self, row: str, span: str) -> None:
        """A request went out, with the row's id as metadata; the echo may be faster than the answer."""
        self._keep(row, span)

    def sent(self, row: str, mid: str) -> None:
        """Meta told the message's id, the only name that Instagram's echo knows it by."""
        span = self._spans.get(row)
        if span and mid:
            self._keep(mid, span)

    def of_echo(self, stored: Stored) -> str:
        """The traceparent of the request that an event is the echo of; empty if it is none, or nobody knows."""
        if stored.item.kind != "message_echo" or not self._spans:
            return ""
        echo = echo_of(stored)
        if echo is None:
            return ""
        return self._spans.get(echo.metadata or "", "") or self._spans.get(echo.mid, "")

    def heard(self, stored: Stored) -> None:
        """An echo became durable: it ends the story that its request is part of."""
        span = self.of_echo(stored)
        if span:
            attributes = {**TRACING.common, **of_operation("receive", "receive"), **of_event(stored.item)}
            links = (stored.item.trace,)
            TRACING.end(TRACING.begin("receive echo", SpanKind.CONSUMER, attributes, parent=span, links=links))

    def _keep(self, name: str, span: str) -> None:
        self._spans[name] = span
        self._spans.move_to_end(name)
        if len(self._spans) > _KEPT:
            self._spans.popitem(last=False)


SENDS: Final = Sends()
"""Those of this process."""
