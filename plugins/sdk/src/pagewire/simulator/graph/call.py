"""One Graph API call, read from an ASGI request: host style, version, path, parameters, token."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

import msgspec
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartParser,
    parse_options_header,
)

from pagewire.simulator import versions
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.faults import SPOILERS, Fault, FaultKind
from pagewire.simulator.identity.quota import Touched
from pagewire.simulator.order import Upload
from pagewire.simulator.world import Account, App

Host = Literal["facebook", "instagram"]
INSTAGRAM_MOUNT = "instagram"
"""First path segment under which the first port also speaks as graph.instagram.com."""

_Headers = Iterable[tuple[bytes, bytes]]


class Call(msgspec.Struct, kw_only=True):
    """A call as the routes see it.

    Attributes:
        method: upper-case verb.
        host: which of Meta's two hosts is being played.
        asked: the version in the path, or None.
        segments: the path after the version.
        params: query and body parameters together; the body wins.
        upload: the ``filedata`` part of a multipart body.
        token: the access token, wherever it was.
        json_body: whether the body was JSON, which not every edge takes.
        touched: the allowances that a test may have set and this call uses; for the usage headers.
        struck: faults that strike this call.
        app, account: filled in once the token is checked, for the usage headers.
    """

    method: str
    host: Host
    asked: str | None
    segments: tuple[str, ...]
    params: dict[str, Any]
    upload: Upload | None = None
    token: str | None = None
    json_body: bool = False
    touched: Touched = []
    struck: list[Fault] = []
    app: App | None = None
    account: Account | None = None

    def text(self, name: str) -> str | None:
        """A parameter as text, or None when it is missing or empty."""
        found = self.params.get(name)
        return str(found) if found not in (None, "") else None

    @property
    def path(self) -> str:
        """The path after the version, for error texts."""
        return "/".join(self.segments)

    @property
    def spoiler(self) -> Fault | None:
        """The fault that replaces the answer, if one struck."""
        return next((fault for fault in self.struck if fault.kind in SPOILERS), None)

    def seconds(self, kind: FaultKind) -> float:
        """Seconds asked for by the faults of one kind together."""
        return sum(fault.seconds for fault in self.struck if fault.kind is kind)


def read_call(method: str, path: str, query: bytes, headers: _Headers, body: bytes, host: Host) -> Call:
    """Read a call.

    Raises:
        Refused: code 100, the body cannot be read as its content type says.
    """
    segments = [unquote(segment) for segment in path.split("/") if segment]
    if segments and segments[0] == INSTAGRAM_MOUNT:
        host = "instagram"
        del segments[0]
    asked = segments.pop(0) if segments and versions.is_version(segments[0]) else None
    params: dict[str, Any] = dict(parse_qsl(query.decode("latin-1"))) if query else {}
    content_type, token = _headers(headers)
    call = Call(method=method, host=host, asked=asked, segments=tuple(segments), params=params)
    if body:
        _read_body(call, content_type, body)
    call.token = token or call.text("access_token")
    return call


def _headers(headers: _Headers) -> tuple[bytes, str | None]:
    content_type, token = b"", None
    for name, value in headers:
        if name == b"content-type":
            content_type = value
        elif name == b"authorization":
            scheme, _, rest = value.decode("latin-1").partition(" ")
            if scheme.lower() in ("bearer", "oauth"):
                token = rest.strip() or None
    return content_type, token


def _read_body(call: Call, content_type: bytes, body: bytes) -> None:
    if content_type.startswith(b"application/json"):
        call.params.update(_json(body))
        call.json_body = True
    elif content_type.startswith(b"multipart/form-data"):
        _multipart(call, content_type, body)
    else:
        call.params.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refused(invalid("The request body is not valid JSON.")) from None
    if not isinstance(found, dict):
        raise Refused(invalid("The request body must be a JSON object."))
    return found


def _multipart(call: Call, content_type: bytes, body: bytes) -> None:
    _, options = parse_options_header(content_type.decode("latin-1"))
    whole = len(body)  # is in memory already: no part needs a file on disk
    try:
        for part in MultipartParser(
            io.BytesIO(body), options.get("boundary", ""), memory_limit=whole, spool_limit=whole
        ):
            if part.name == "filedata":
                kind = (part.content_type or "application/octet-stream").partition(";")[0].strip().lower()
                call.upload = Upload(filename=part.filename or "", content_type=kind, size=part.size, content=part.raw)
            else:
                call.params[part.name] = part.value
    except (MultipartError, UnicodeDecodeError, LookupError):
        raise Refused(invalid("The multipart body cannot be read.")) from None
