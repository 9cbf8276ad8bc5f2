"""The answers of the public port, built once."""

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

from pagewire_gateway.at_once import EXTENSION, Write

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[Any], Awaitable[None]]

_CLOSE = (b"connection", b"close")
_LATER = (b"retry-after", b"2")


class Answer:
    """A whole HTTP answer in plain text.

    Args:
        status: HTTP status.
        text: body; one line that tells a person what to do.
        outcome: how the answer is counted.
        headers: further headers.

    Attributes:
        status_line: as it is written, with its end.
        rest: its headers, those of all answers aside, and its body, as they are written.
        closes: the connection ends with it.
    """

    __slots__ = ("body", "closes", "code", "error", "outcome", "rest", "start", "status", "status_line")

    def __init__(self, status: int, text: str, outcome: str, *headers: tuple[bytes, bytes]) -> None:
        body = text.encode()
        lines = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"cache-control", b"no-store"),
            *headers,
        ]
        self.status = status
        self.outcome = outcome
        self.code = str(status)
        self.error = self.code if status >= 500 else ""
        self.start = {"type": "http.response.start", "status": status, "headers": lines}
        self.body = {"type": "http.response.body", "body": body}
        self.closes = _CLOSE in headers
        self.status_line = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
        self.rest = b"".join([*(b"%b: %b\r\n" % line for line in lines), b"\r\n", body])

    async def send(self, scope: Scope, send: Send) -> None:
        """Write it, in one step where the server can."""
        write: Write | None = scope.get("extensions", {}).get(EXTENSION)
        whole = write is not None and not self.closes and scope["method"] != "HEAD"
        if write is None or not whole or not write(self.status_line, self.rest):
            await send(self.start)
            await send(self.body)


ACCEPTED = Answer(200, "EVENT_RECEIVED", "accepted")
DUPLICATE = Answer(200, "EVENT_RECEIVED", "duplicate")
EMPTY = Answer(200, "EVENT_RECEIVED", "no_items")
NOT_FOUND = Answer(404, "There is no webhook at this address.\n", "unknown_app")
NOT_READY = Answer(503, "The apps have not been read yet; /readyz on the admin port says why.\n", "not_ready", _LATER)
WRONG_METHOD = Answer(
    405, "Meta calls this address with GET and POST only.\n", "wrong_method", (b"allow", b"GET, POST")
)
WRONG_TYPE = Answer(415, "Send application/json without a content encoding.\n", "wrong_type", _CLOSE)
TOO_LARGE = Answer(413, "The body is larger than this gateway takes.\n", "too_large", _CLOSE)
TOO_SLOW = Answer(408, "The body did not arrive in time.\n", "too_slow", _CLOSE)
MALFORMED = Answer(400, "The body is signed, but it is no JSON that can be read.\n", "malformed")
UNSIGNED = Answer(401, "X-Hub-Signature-256 is missing.\n", "no_signature")
FORGED = Answer(403, "X-Hub-Signature-256 does not fit the body and any secret of the app.\n", "bad_signature")
NO_SECRET = Answer(503, "No app secret is configured, so nothing is accepted here.\n", "no_secret", _LATER)
OVERLOADED = Answer(503, "More is waiting than this gateway can take; come again.\n", "overloaded", _LATER, _CLOSE)
TOO_MANY = Answer(
    503, "More connections are open than this gateway can take; come again.\n", "too_many_connections", _LATER, _CLOSE
)
FULL = Answer(503, "The journal is full; nothing was stored.\n", "journal_full", _LATER)
BROKEN = Answer(500, "The gateway stumbled; its log tells over what.\n", "failed")
UNAVAILABLE = Answer(503, "The journal is not available; nothing was stored.\n", "journal_unavailable", _LATER)

BAD_HANDSHAKE = Answer(400, "hub.mode=subscribe, hub.verify_token and hub.challenge are needed.\n", "incomplete")
WRONG_TOKEN = Answer(403, "hub.verify_token is not the one configured.\n", "wrong_token")
NO_TOKEN = Answer(503, "No verify token is configured, so this address cannot be verified.\n", "no_token", _LATER)
