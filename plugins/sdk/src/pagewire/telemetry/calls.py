"""Requests to the Graph API, as spans and measured, by templates of their paths: no id and no address of Meta's is in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from pagewire.graph.errors import GraphError
from pagewire.telemetry.instruments import Histogram
from pagewire.telemetry.tracing import TRACING, Attributes, Span, SpanKind, ids

if TYPE_CHECKING:
    from pagewire.graph.admin.caller import Watch


def call_facts(method: str, template: str, host: str) -> dict[str, str | bool | int | float]:
    """What is known of a request before it is answered.

    Args:
        method: as in ``GET``.
        template: of its path, as in ``/{id}/messages``.
        host: which answers.
    """
    return {"http.request.method": method, "url.template": template, "server.address": host}


@contextmanager
def asked(method: str, template: str, host: str) -> Iterator[None]:
    """A request that is made meanwhile is a part of the current span, if that is recorded."""
    if not TRACING.on or ids() is None:
        yield
        return
    span = TRACING.child(f"{method} {template}", SpanKind.CLIENT, call_facts(method, template, host))
    with ended(span):
        yield


def measured(durations: Histogram) -> "Watch":
    """What watches over requests as `asked` does, and measures each.

    Args:
        durations: seconds, by method, template, host, and what `endings` says.
    """

    @contextmanager
    def watch(method: str, template: str, host: str) -> Iterator[None]:
        began, failure = perf_counter(), None
        try:
            with asked(method, template, host):
                yield
        except BaseException as error:
            failure = error
            raise
        finally:
            durations.record(perf_counter() - began, method, template, host, *endings(failure))

    return watch


def endings(error: BaseException | None) -> tuple[str, str]:
    """How a request ended, as labels: status of the answer, and class of Meta's refusal or of what went wrong.

    The status is empty if there was no answer, and the class if all went well.
    """
    if error is None:
        return "200", ""
    if isinstance(error, GraphError):
        return "" if error.http_status is None else str(error.http_status), error.kind.value
    return "", type(error).__name__


@contextmanager
def ended(span: Span, more: Attributes | None = None) -> Iterator[None]:
    """End a request's span with what comes of it."""
    try:
        yield
    except BaseException as error:
        answered(span, error, more)
        raise
    answered(span, None, more)


def answered(span: Span, error: BaseException | None, more: Attributes | None = None) -> None:
    """End a request's span: by Meta's codes, or by the class of what went wrong.

    Args:
        span: of the request.
        error: what it ended with; None if all went well.
        more: attributes besides.
    """
    facts = dict(more or {})
    if not isinstance(error, GraphError):
        facts |= {} if error else {"http.response.status_code": 200}
        TRACING.end(span, type(error).__name__ if error else "", facts)
        return
    told = {"code": error.code, "subcode": error.subcode}
    facts |= {f"pagewire.graph.error.{name}": value for name, value in told.items() if value is not None}
    if error.http_status is not None:
        facts["http.response.status_code"] = error.http_status
    TRACING.end(span, error.kind.value, facts)
