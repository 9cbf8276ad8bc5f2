"""How long each request to the Graph API takes, by its own route."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

from pagewire.graph import GraphError
from pagewire_gateway.telemetry import metrics

MESSAGES: Final = "/{id}/messages"
UPLOAD: Final = "/{id}/message_attachments"
MODERATE: Final = "/{id}/moderate_conversations"


def control(verb: str) -> str:
    """The route of a thread control: ``pass``, ``take``, ``request``, ``release`` or ``extend``."""
    return f"/{{id}}/{verb}_thread_control"


@contextmanager
def timed(route: str) -> Iterator[None]:
    """Measure one request; what came of it is ``done``, or the class of Meta's refusal."""
    began, outcome = perf_counter(), "done"
    try:
        yield
    except GraphError as error:
        outcome = error.kind.value
        raise
    finally:
        metrics.send_duration.record(perf_counter() - began, route, outcome)
