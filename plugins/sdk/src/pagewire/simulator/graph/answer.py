"""One Graph API answer: status, JSON, and what has to happen once it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from pagewire.simulator.errors import Refusal, envelope
from pagewire.simulator.ledger import Send

_encode = msgspec.json.Encoder().encode


class Answer(msgspec.Struct, kw_only=True):
    """What to write back.

    Attributes:
        status: HTTP status.
        body: the bytes.
        content_type: their type.
        headers: further headers.
        refusal: the refusal it tells of, if it does.
        send: the accepted send behind it, whose ledger entry learns the fate of the answer.
        then: run after the answer is written, or lost.
        lost: close the connection after what `body` has of the answer.
        hang: real seconds to keep the caller waiting before that.
    """

    status: int = 200
    body: bytes = b""
    content_type: bytes = b"application/json; charset=UTF-8"
    headers: list[tuple[bytes, bytes]] = []
    refusal: Refusal | None = None
    send: Send | None = None
    then: Callable[[], None] | None = None
    lost: bool = False
    hang: float = 0.0


def ok(value: Any) -> Answer:
    """HTTP 200 with JSON."""
    return Answer(body=_encode(value))


def refused(refusal: Refusal, trace: str) -> Answer:
    """An error answer in Meta's envelope."""
    answer = Answer(status=refusal.status, body=_encode(envelope(refusal, trace)), refusal=refusal)
    if refusal.code == 190:
        challenge = f'OAuth "Facebook Platform" "invalid_token" "{refusal.message}"'
        answer.headers = [(b"www-authenticate", challenge.encode())]
    return answer
