"""Several calls in one: ``POST /`` with ``batch``, and ``GET /?ids=`` (graph.md 1.4, 1.5)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

import msgspec

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.graph import access
from pagewire.simulator.graph.answer import Answer, ok, refused
from pagewire.simulator.graph.batch_refs import fill_in, referred
from pagewire.simulator.graph.call import Call, read_call
from pagewire.simulator.graph.route import Route
from pagewire.simulator.meta import Meta
from pagewire.simulator.settings.values import flag, listed, parsed

MOST = 50
"""Operations in one batch."""

Serve = Callable[[Call], Awaitable[Answer]]
"""Answers one call as if it had come alone."""


class Operation(msgspec.Struct):
    """One entry of ``batch``; keys that it does not have are ignored."""

    method: str
    relative_url: str
    body: str = ""
    name: str | None = None
    omit_response_on_success: bool = True
    headers: list[dict[str, str]] = []


def find(call: Call, serve: Serve) -> Route | None:
    """The route of a call that stands for several, or None for any other.

    Args:
        call: the call.
        serve: answers each of the calls it stands for.
    """
    if call.method == "POST" and call.segments in ((), ("me",)) and "batch" in call.params:
        return Route("batch", partial(_run, serve))
    if call.method == "GET" and not call.segments and call.params.get("ids"):
        return Route("ids", partial(_read_ids, serve))
    return None


async def _run(serve: Serve, meta: Meta, call: Call) -> Answer:
    """Do every operation in turn; one that fails leaves the others alone."""
    access.authenticate(meta, call)
    operations = _operations(call)
    wanted = {name for operation in operations for name in referred(operation.relative_url, operation.body)}
    headers = flag({"include_headers": "true"} | call.params, "include_headers")
    results: dict[str, Any] = {}
    items: list[dict[str, Any] | None] = []
    after: list[Callable[[], None]] = []
    for operation in operations:
        answer = await _one(serve, meta, call, operation, results)
        if answer.then is not None:
            after.append(answer.then)
        good = answer.status == 200 and answer.refusal is None
        if operation.name is not None and good:
            results[operation.name] = _decoded(answer)
        hidden = good and operation.name in wanted and operation.omit_response_on_success
        items.append(None if answer.lost or hidden else _item(answer, headers=headers))
    whole = ok(items)
    whole.then = lambda: _all(after)
    return whole


def _operations(call: Call) -> list[Operation]:
    try:
        operations = msgspec.convert(parsed(call.params["batch"]), list[Operation])
    except msgspec.ValidationError as error:
        raise Refused(invalid(f"param batch must be an array of operations: {error}")) from None
    if len(operations) > MOST:
        raise Refused(invalid(f"Too many requests in batch message. Maximum batch size is {MOST}"))
    return operations


async def _one(serve: Serve, meta: Meta, call: Call, operation: Operation, results: dict[str, Any]) -> Answer:
    try:
        url, body = fill_in(operation.relative_url, results), fill_in(operation.body, results)
        path, _, query = url.partition("?")
        headers = [
            (h["name"].lower().encode(), h["value"].encode())
            for h in operation.headers
            if {"name", "value"} <= h.keys()
        ]
        one = read_call(operation.method.upper(), path, query.encode(), headers, body.encode(), call.host)
    except Refused as error:
        return refused(error.refusal, meta.ids.trace())
    if one.token is None:
        one.token = call.token
        one.params |= {name: call.params[name] for name in ("appsecret_proof", "appsecret_time") if name in call.params}
    if one.asked is None:
        one.asked = call.asked
    return await serve(one)


def _item(answer: Answer, *, headers: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"code": answer.status}
    if headers:
        pairs = [(b"Content-Type", answer.content_type), *answer.headers]
        shown["headers"] = [{"name": name.decode(), "value": value.decode()} for name, value in pairs]
    return shown | {"body": answer.body.decode()}


def _all(after: list[Callable[[], None]]) -> None:
    for then in after:
        then()


async def _read_ids(serve: Serve, meta: Meta, call: Call) -> Answer:
    """``GET /?ids=a,b``: an object keyed by id; one that cannot be read fails them all."""
    access.authenticate(meta, call)
    names = listed(call.params, "ids") or []
    if not 0 < len(names) <= MOST:
        raise Refused(invalid(f"param ids must have between 1 and {MOST} elements."))
    found: dict[str, Any] = {}
    rest = {name: value for name, value in call.params.items() if name not in ("ids", "access_token")}
    for name in names:
        query = urlencode(rest).encode()
        one = read_call("GET", f"/{call.asked}/{name}" if call.asked else name, query, [], b"", call.host)
        one.token = call.token
        answer = await serve(one)
        if answer.refusal is not None:
            raise Refused(answer.refusal)
        if answer.lost:
            raise Refused(errors.TRANSIENT)
        found[name] = _decoded(answer)
    return ok(found)


def _decoded(answer: Answer) -> Any:
    """The JSON of an answer; None for a body that a fault left without any."""
    try:
        return msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return None
