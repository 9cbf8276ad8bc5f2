"""What contexts offer besides what they know: HTTP within a budget, and spans."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

import msgspec
from msgspec import Struct

__all__ = ["Answer", "Http", "Span", "Tracer"]


class Answer(Struct, frozen=True, kw_only=True):
    """What a server answered.

    Attributes:
        status: HTTP status; whatever it is, it is no error here.
        headers: names in lower case.
        body: at most 1 MiB.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: it is none.
        """
        return msgspec.json.decode(self.body)


class Http(Protocol):
    """Asks other systems; `pagewire.Context.http`.

    A plugin has eight requests in flight at a time; more wait, within their time. Redirects are not followed.
    """

    async def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 5.0,  # noqa: ASYNC109 - the whole budget, waiting for a turn included
        trace: bool = False,
    ) -> Answer:
        """Make a request and read the whole answer.

        Args:
            method: such as ``POST``.
            url: ``http://`` or ``https://``.
            json: sent as JSON; or
            content: sent as it is.
            headers: sent along.
            timeout: seconds for all of it.
            trace: send a ``traceparent`` along if the event is traced, so that the other system's spans join its story;
                only for systems that may know of it. Nothing else of the trace is sent.

        Raises:
            TryLater: there was no answer in time, or no connection; the event is handed over again.
            Refused: the answer is larger than 1 MiB, or the address is none.
        """


class Span(Protocol):
    """One stretch of work in a trace."""

    def set_attribute(self, key: str, value: str | bool | int | float) -> None:
        """Note a fact; never text or ids of people."""


class Tracer(Protocol):
    """Makes spans; an OpenTelemetry tracer, or one that does nothing where no SDK is set up."""

    def start_as_current_span(
        self, name: str, *, attributes: Mapping[str, str | bool | int | float] | None = None
    ) -> AbstractContextManager[Span]:
        """A span for as long as the ``with`` block lasts; spans made meanwhile are its children."""
