"""From an answer to its meaning: status, headers and body in, a decoded struct or an exception out. Pure."""

from typing import NamedTuple, NoReturn, TypeVar

import msgspec

from pagewire.graph.errors import ERRORS, ErrorClass, Fault, GraphError, classify, classify_profile
from pagewire.graph.usage import Rim
from pagewire.graph.wire import ErrorAnswer, ErrorBody, decoder

__all__ = ["Received", "judge", "refuse", "unreadable"]

A = TypeVar("A", bound=ErrorAnswer)

_only_error = decoder(ErrorAnswer)


class Received(NamedTuple):
    """One whole answer."""

    status: int
    body: bytes
    rim: Rim


def judge(received: Received, wanted: msgspec.json.Decoder[A], *, profile: bool = False) -> A:
    """Decode a good answer.

    Args:
        received: the answer.
        wanted: decodes what a good answer holds.
        profile: whether the call only looked for something optional about a person.

    Raises:
        GraphError: the answer holds an `error`, whatever its status, or is not Graph's.
    """
    answer = _decoded(wanted, received.body) if 200 <= received.status < 300 else None
    # An error may stand beside fields of a form that no good answer has.
    found = answer if answer is not None else _decoded(_only_error, received.body)
    if found is not None and found.error is not None:
        refuse(received, found.error, profile=profile)
    return answer if answer is not None else unreadable(received, "The answer is not one of the Graph API.")


def refuse(received: Received, error: ErrorBody, *, profile: bool = False) -> NoReturn:
    """Raise the exception for `error`."""
    kind = classify(
        error.code,
        error.error_subcode,
        http_status=received.status,
        is_transient=error.is_transient,
        message=error.message,
    )
    if profile:
        kind = classify_profile(kind, error.code)
    raise _made(kind, received, error.message or "Meta gave no reason.", error)


def unreadable(received: Received, said: str) -> NoReturn:
    """Raise the exception for an answer that proves nothing: after a send it may have been carried out."""
    raise _made(classify(http_status=received.status, fault=Fault.UNREADABLE), received, said, ErrorBody())


def _made(kind: ErrorClass, received: Received, said: str, error: ErrorBody) -> GraphError:
    usage = received.rim.usage
    waits = [seconds for seconds in (received.rim.retry_after, usage and usage.regain_access) if seconds]
    return ERRORS[kind](
        said,
        code=error.code,
        subcode=error.error_subcode or None,
        fbtrace_id=error.fbtrace_id,
        http_status=received.status,
        retry_after=max(waits, default=None),
        usage=usage,
    )


def _decoded(wanted: msgspec.json.Decoder[A], body: bytes) -> A | None:
    try:
        return wanted.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return None
