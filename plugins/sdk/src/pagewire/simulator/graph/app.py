"""The Graph API as an ASGI application: read the call, apply faults, answer, and only then let echoes go."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import errors, versions
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.faults import FaultKind
from pagewire.simulator.graph import batch, counted
from pagewire.simulator.graph.answer import Answer, refused
from pagewire.simulator.graph.call import Call, Host, read_call
from pagewire.simulator.graph.onlookers import show_request
from pagewire.simulator.graph.route import Route
from pagewire.simulator.graph.routes import find
from pagewire.simulator.graph.spoil import lie_for, reworded, spoil
from pagewire.simulator.graph.strike import strike
from pagewire.simulator.graph.usage import usage_headers
from pagewire.simulator.meta import Meta

BODY_LIMIT = 32 * 1024 * 1024
ABORT = "pagewire.abort"
"""ASGI extension of our server: the transport, so that a connection can be lost without an answer."""


class GraphApp:
    """Plays one of Meta's two hosts.

    Args:
        meta: the simulated company.
        host: what paths without a mount prefix mean.
    """

    def __init__(self, meta: Meta, host: Host = "facebook") -> None:
        self._meta, self._host = meta, host

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one HTTP request."""
        body = await _read(receive)
        call = None
        try:
            call = self._read(scope, body)
        except Refused as error:
            answer = refused(error.refusal, self._meta.ids.trace())
        else:
            answer = await self._serve(call)
        try:
            await self._write(scope, receive, send, answer)
        finally:
            if call is not None and self._meta.hub.watched and call.path.endswith("/messages"):
                show_request(self._meta, call, answer)
            if answer.then is not None:
                answer.then()

    def _read(self, scope: Any, body: bytes | None) -> Call:
        if body is None:
            raise Refused(invalid("The request body is too large."))
        path = scope["raw_path"].decode("latin-1")
        return read_call(scope["method"], path, scope["query_string"], scope["headers"], body, self._host)

    async def _serve(self, call: Call) -> Answer:
        """The answer to a call, whole or one of a batch, with the headers that tell of version and usage."""
        version = versions.NEWEST
        try:
            version = self._version(call)
            answer = await self._answer(call)
        except Refused as error:
            answer = refused(error.refusal, self._meta.ids.trace())
        answer.headers = [(b"facebook-api-version", version.encode()), *answer.headers]
        if call.app is not None:
            answer.headers += usage_headers(self._meta, call)
        return answer

    def _version(self, call: Call) -> str:
        served = versions.served(call.asked, self._meta.clock.now())
        if served is None:
            raise Refused(errors.unknown_path(f"{call.asked}/{call.path}"))
        return self._meta.options.serve_version or served

    async def _answer(self, call: Call) -> Answer:
        meta = self._meta
        route = batch.find(call, self._serve) or find(meta, call)
        record = counted.arrived(meta, call, route.edge)
        try:
            answer = await self._handled(call, route)
        except Refused as error:
            answer = refused(error.refusal, meta.ids.trace())
        counted.answered(meta, record, call, answer)
        return answer

    async def _handled(self, call: Call, route: Route) -> Answer:
        meta = self._meta
        if meta.faults:
            call.struck = strike(meta, call, route.edge)
        delay = meta.options.latency + call.seconds(FaultKind.LATENCY)
        if delay > 0:
            await meta.pause(delay)
        self._use_app_quota(call)
        spoiler = call.spoiler
        if spoiler is None or route.edge == "messages":
            return reworded(call, await route.handler(meta, call))
        truth = await route.handler(meta, call) if spoiler.accept else None
        return spoil(spoiler, meta.ids, truth, None, lie_for(call, route.edge))

    def _use_app_quota(self, call: Call) -> None:
        if self._meta.rates.limits.app_calls_per_hour is None or call.token is None:
            return
        token = self._meta.state.tokens.get(call.token)
        app_id = token.app_id if token is not None else call.token.partition("|")[0]
        if not self._meta.rates.take(app_id, "app_calls_per_hour", self._meta.clock.now()):
            raise Refused(errors.APP_QUOTA)

    async def _write(self, scope: Any, receive: Any, send: Any, answer: Answer) -> None:
        if answer.hang > 0:
            await self._meta.pause(answer.hang)
        if answer.lost:
            await self._lose(scope, receive, send, answer)
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": self._headers(answer)})
        await send({"type": "http.response.body", "body": answer.body})

    async def _lose(self, scope: Any, receive: Any, send: Any, answer: Answer) -> None:
        """Close the connection without an answer, or after the part of one that there is."""
        if answer.body:
            longer = [(b"content-type", answer.content_type), (b"content-length", str(2 * len(answer.body)).encode())]
            await send({"type": "http.response.start", "status": answer.status, "headers": longer})
            await send({"type": "http.response.body", "body": answer.body, "more_body": True})
        await _abort(scope, receive)

    def _headers(self, answer: Answer) -> list[tuple[bytes, bytes]]:
        trace = self._meta.ids.trace().encode()
        return [
            (b"content-type", answer.content_type),
            (b"x-fb-trace-id", trace),
            (b"x-fb-rev", b"1031000000"),
            (b"x-fb-debug", trace),
            (b"cache-control", b"private, no-cache, no-store, must-revalidate"),
            (b"content-length", str(len(answer.body)).encode()),
            *answer.headers,
        ]


async def _read(receive: Any) -> bytes | None:
    """The whole body, or None when it is too large."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > BODY_LIMIT:
            return None
    return b"".join(parts)


async def _abort(scope: Any, receive: Any) -> None:
    """Close the connection without a byte and wait until the server noticed."""
    extension = scope.get("extensions", {}).get(ABORT)
    if extension is None:
        raise ConnectionAbortedError("a fault asked to lose this connection; only the simulator's server can")
    extension["transport"].abort()
    while (await receive())["type"] != "http.disconnect":
        pass
