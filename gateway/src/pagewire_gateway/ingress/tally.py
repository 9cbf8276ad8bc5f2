"""What the public port did, counted and timed; and in the log where it refused."""

from time import monotonic, perf_counter
from typing import Final

from pagewire.telemetry.tracing import TRACING
from pagewire_gateway.ingress import answers
from pagewire_gateway.ingress.answers import Answer
from pagewire_gateway.ingress.arrival import ROUTE, refused
from pagewire_gateway.ingress.complaints import Complaints
from pagewire_gateway.registry.port import App
from pagewire_gateway.telemetry import metrics

_TRACED: Final = frozenset(
    one.outcome for one in (answers.ACCEPTED, answers.DUPLICATE, answers.FULL, answers.UNAVAILABLE)
)
"""Whether these are traced was decided when the body was read."""
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_OTHER: Final = "_OTHER"
"""OpenTelemetry's word for methods that anybody may make up."""


class Tally:
    """Counts answers."""

    def __init__(self) -> None:
        self._complaints = Complaints(monotonic)

    def count(self, app: App | None, method: str, answer: Answer) -> None:
        """An answer is about to be given."""
        name = f"{app.namespace}/{app.name}" if app else ""
        counter = metrics.handshakes if method == "GET" else metrics.deliveries
        counter.add(name, answer.outcome)
        if answer.status >= 400 and app is not None:
            whose = f"{'handshake' if method == 'GET' else 'delivery'} {name}"
            self._complaints.note(whose, answer.status, answer.outcome)

    def answered(self, began: float, method: str, answer: Answer) -> None:
        """It was given, to a request that began then on `perf_counter`'s clock."""
        known = method if method in _METHODS else _OTHER
        seconds = perf_counter() - began
        metrics.acknowledgement.record(seconds, ROUTE, known, answer.code, answer.error)
        if TRACING.on and answer.outcome not in _TRACED:
            refused(known, answer.status, answer.outcome, seconds)
