"""How long each request to the Graph API takes, by its own route."""

from time import perf_counter
from typing import Final

from pagewire.telemetry.calls import answered, endings
from pagewire.telemetry.tracing import TRACING
from pagewire_gateway.outbox.traced import requested
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.facts import HOSTS

_POST: Final = "POST"
MESSAGES: Final = "/{id}/messages"
UPLOAD: Final = "/{id}/message_attachments"
MODERATE: Final = "/{id}/moderate_conversations"


def control(verb: str) -> str:
    """The route of a thread control: ``pass``, ``take``, ``request``, ``release`` or ``extend``."""
    return f"/{{id}}/{verb}_thread_control"


class timed:  # noqa: N801 - it reads as what it does
    """Measure one request, and say the class of Meta's refusal.

    Spelt out, as each message passes here and a generator would cost three times as much.

    Args:
        route: of the request.
        host: of whom it is asked, see `Account.host`.
    """

    __slots__ = ("_began", "_host", "_route", "_span")

    def __init__(self, route: str, host: str) -> None:
        self._route, self._host = route, HOSTS[host]

    def __enter__(self) -> None:
        """Begin."""
        self._began = perf_counter()
        self._span = requested(self._route) if TRACING.on else None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Count."""
        took = perf_counter() - self._began
        metrics.send_duration.record(took, _POST, self._route, self._host, *endings(error))
        if self._span is not None:
            answered(self._span, error)
