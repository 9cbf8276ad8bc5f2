"""What is asked of Meta besides sending: each look-up is measured by its route, and a span where it belongs to a trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

from pagewire.telemetry.calls import answered, call_facts, endings
from pagewire.telemetry.tracing import TRACING, Span, SpanKind, ids
from pagewire_gateway.registry.port import Account
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.facts import HOSTS, of_account

PROFILE: Final = "/{id}"
MATCHING: Final = "/{id}/ids_for_pages"
CONVERSATIONS: Final = "/{id}/conversations"
CONVERSATION: Final = "/{conversation}"
MESSAGES: Final = "/{conversation}/messages"

_GET: Final = "GET"


@contextmanager
def looked_up(route: str, account: Account, cause: str = "", parent: str = "") -> Iterator[None]:
    """Measure one look-up.

    A part of the current span, or of `parent`; where neither is traced, one of so many begins a trace of its own.

    Args:
        route: template of its path.
        account: for which it is made.
        cause: traceparent of what it has to do with.
        parent: the same while that is fresh, see `parent_of`.
    """
    began = perf_counter()
    span = _begun(route, account, cause, parent) if TRACING.on else None
    failure: BaseException | None = None
    try:
        yield
    except BaseException as error:
        failure = error
        raise
    finally:
        took, host = perf_counter() - began, HOSTS[account.host]
        metrics.send_duration.record(took, _GET, route, host, *endings(failure))
        if span is not None:
            answered(span, failure)


def _begun(route: str, account: Account, cause: str, parent: str) -> Span | None:
    name, facts = f"{_GET} {route}", call_facts(_GET, route, HOSTS[account.host]) | of_account(account)
    if cause:
        return TRACING.begin(name, SpanKind.CLIENT, facts, parent=parent, links=(cause,))
    if ids() is not None:
        return TRACING.child(name, SpanKind.CLIENT, facts)
    return TRACING.begin(name, SpanKind.CLIENT, facts) if TRACING.chosen(account.trace_ratio) else None
