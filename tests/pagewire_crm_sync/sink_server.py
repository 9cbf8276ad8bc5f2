"""A real HTTP sink on loopback.

It checks each CloudEvent against the specification, keeps contacts by the documented rules, and answers as a test tells it to.
"""

import asyncio
import re
import ssl
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import h11
import msgspec

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
TIMELINE = "dev.pagewire.timeline.recorded.v1"


@dataclass(frozen=True)
class Says:
    """An ordinary answer. `accepts`: whether the sink keeps what it got."""

    status: int = 204
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    accepts: bool = False


@dataclass(frozen=True)
class Resets:
    """The connection is cut, with or without keeping what came."""

    accepts: bool = False


@dataclass(frozen=True)
class Holds:
    """No answer until `until` is set; then `says`."""

    until: asyncio.Event
    says: Says = Says(204, accepts=True)


@dataclass(frozen=True)
class Drips:
    """An answer that comes byte by byte, for ever."""


Behaviour = Says | Resets | Holds | Drips
ACCEPT = Says(204, accepts=True)


@dataclass
class Received:
    """One request."""

    headers: dict[str, str]
    body: bytes
    events: list[dict[str, Any]]
    path: str


def partial(statuses: dict[str, int], retry_after: float | None = None) -> Says:
    """The documented 207 answer."""
    results = [{"id": id_, "status": status, "retryAfter": retry_after} for id_, status in statuses.items()]
    return Says(207, (("content-type", "application/json"),), msgspec.json.encode({"results": results}))


@dataclass
class Sink:
    """What a test sees of the server."""

    port: int = 0
    scheme: str = "http"
    script: deque[Behaviour] = field(default_factory=deque)
    decide: Callable[[Received], Behaviour] = lambda _: ACCEPT
    requests: list[Received] = field(default_factory=list)
    contacts: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    seen: dict[tuple[str, str], Any] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    under_way: int = 0
    most_under_way: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self.scheme}://127.0.0.1:{self.port}/contacts"

    @property
    def events(self) -> list[dict[str, Any]]:
        """All CloudEvents, in the order of arrival."""
        return [event for request in self.requests for event in request.events]

    async def received(self, count: int) -> None:
        """Wait until `count` requests have arrived."""
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.requests) >= count)

    async def quiet(self) -> None:
        """Wait until every connection is closed."""
        async with self.changed:
            await self.changed.wait_for(lambda: self.open == 0)

    async def tell(self) -> None:
        """Wake whoever waits for a change."""
        async with self.changed:
            self.changed.notify_all()

    def behave(self, request: Received) -> Behaviour:
        """What to do with a request."""
        return self.script.popleft() if self.script else self.decide(request)

    @property
    def entries(self) -> list[dict[str, Any]]:
        """What the timeline got, in the order of arrival."""
        return [event["data"] for event in self.events if event["type"] == TIMELINE]

    def accept(self, event: dict[str, Any]) -> None:
        """Keep a contact by the rules of the manual: earliest, latest, last writer."""
        if not event["type"].startswith("dev.pagewire.contact."):
            return
        new = event["data"]
        key = (new["key"]["object"], new["key"]["account"], new["key"]["scopedId"])
        self.contacts[key] = _merged(self.contacts.get(key), new)


@asynccontextmanager
async def running(tls: ssl.SSLContext | None = None) -> AsyncIterator[Sink]:
    """A sink on a free port, gone with the block."""
    sink = Sink(scheme="https" if tls else "http")
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        sink.connections += 1
        sink.open += 1
        try:
            await _serve(sink, reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            tasks.discard(task)
            sink.open -= 1
            await sink.tell()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert not sink.violations


async def _serve(sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection = h11.Connection(h11.SERVER)
    while True:
        request = await _request(sink, connection, reader)
        if request is None:
            return
        sink.under_way += 1
        sink.most_under_way = max(sink.most_under_way, sink.under_way)
        sink.requests.append(request)
        await sink.tell()
        try:
            behaviour = sink.behave(request)
            if isinstance(behaviour, Holds):
                if not await _held(behaviour.until, reader):
                    return
                behaviour = behaviour.says
            if isinstance(behaviour, Drips):
                await _drip(connection, writer)
                return
            going_on = await _answer(sink, behaviour, request, connection, writer)
        finally:
            sink.under_way -= 1
        if not going_on or connection.our_state is h11.MUST_CLOSE:
            return
        connection.start_next_cycle()


async def _request(sink: Sink, connection: h11.Connection, reader: asyncio.StreamReader) -> Received | None:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            data = await reader.read(65536)
            if not data and connection.their_state is h11.IDLE:
                return None
            connection.receive_data(data)
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            assert head is not None
            headers = {name.decode(): value.decode() for name, value in head.headers}
            return Received(headers, bytes(body), _events(sink, headers, bytes(body)), head.target.decode())
        else:
            return None


async def _drip(connection: h11.Connection, writer: asyncio.StreamWriter) -> None:
    writer.write(connection.send(h11.Response(status_code=200, headers=[("content-length", "1000000")])) or b"")
    while not writer.is_closing():
        writer.write(connection.send(h11.Data(data=b" ")) or b"")
        await writer.drain()
        await asyncio.sleep(0.1)


async def _held(until: asyncio.Event, reader: asyncio.StreamReader) -> bool:
    """Wait until the answer may go; whether the other side is still there."""
    answer, gone = asyncio.create_task(until.wait()), asyncio.create_task(reader.read(1))
    try:
        done, _ = await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
        return answer in done
    finally:
        answer.cancel()
        gone.cancel()


async def _answer(
    sink: Sink, behaviour: Says | Resets, request: Received, connection: h11.Connection, writer: asyncio.StreamWriter
) -> bool:
    if behaviour.accepts:
        for event in request.events:
            sink.accept(event)
    if isinstance(behaviour, Resets):
        writer.transport.abort()
        return False
    if behaviour.status == 207:
        results = msgspec.json.decode(behaviour.body)["results"] if behaviour.body.startswith(b"{") else []
        good = {result["id"] for result in results if result["status"] < 300}
        for event in request.events:
            if event["id"] in good:
                sink.accept(event)
    headers = [*behaviour.headers]
    if behaviour.status != 204:
        headers.append(("content-length", str(len(behaviour.body))))
    writer.write(connection.send(h11.Response(status_code=behaviour.status, headers=headers)) or b"")
    if behaviour.body:
        writer.write(connection.send(h11.Data(data=behaviour.body)) or b"")
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    await writer.drain()
    return True


def _events(sink: Sink, headers: dict[str, str], body: bytes) -> list[dict[str, Any]]:
    media_type = headers["content-type"].split(";")[0]
    decoded = msgspec.json.decode(body)
    events: list[dict[str, Any]] = decoded if media_type == BATCH else [decoded]
    if media_type not in {BATCH, STRUCTURED}:
        sink.violations.append(f"content type {media_type}")
    if not events or len(events) > 100 or len(body) > 512 * 1024:
        sink.violations.append(f"{len(events)} events, {len(body)} bytes")
    for event in events:
        sink.violations.extend(_violations(event))
        known = sink.seen.setdefault((event["source"], event["id"]), event)
        if known != event:
            sink.violations.append(f"id {event['id']} came with other data")
    return events


def _violations(event: dict[str, Any]) -> list[str]:
    """CloudEvents 1.0.2: required attributes, naming, and the types of the optional ones we use."""
    found = [
        f"{name} is missing or empty"
        for name in ("id", "source", "specversion", "type", *(() if event["type"] == TIMELINE else ("subject",)))
        if not isinstance(event.get(name), str) or not event[name]
    ]
    found += [f"attribute {name}" for name in event if not re.fullmatch(r"[a-z0-9]{1,20}", name)]
    if event.get("specversion") != "1.0":
        found.append("specversion")
    if not re.fullmatch(r"/pagewire/(page|instagram)/[0-9]+", event.get("source", "")):
        found.append(f"source {event.get('source')}")
    if event.get("datacontenttype") != "application/json" or not isinstance(event.get("data"), dict):
        found.append("data")
    if datetime.fromisoformat(event["time"]).tzinfo is None:
        found.append(f"time {event['time']}")
    return found


def _merged(old: dict[str, Any] | None, new: dict[str, Any]) -> dict[str, Any]:
    """The receiver's side of the manual, written apart from the plugin's own merge. UTC texts of one form compare as times."""
    if old is None:
        return new
    merged = {**old, **({"profile": new["profile"]} if "profile" in new else {})}
    merged["firstSeen"] = min(old["firstSeen"], new["firstSeen"], key=_when)
    if _when(new["lastSeen"]) >= _when(old["lastSeen"]):
        merged.update(lastSeen=new["lastSeen"], lastKind=new["lastKind"])
    if "referral" in new:
        touches = [*old.get("referral", new["referral"]).values(), *new["referral"].values()]
        first, last = (choose(touches, key=lambda touch: _when(touch["at"])) for choose in (min, max))
        merged["referral"] = {"first": first, "last": last}
    opt_ins = {(each.get("type"), each.get("topic")): each for each in old.get("optIns", [])}
    for each in new.get("optIns", []):
        name = (each.get("type"), each.get("topic"))
        if name not in opt_ins or _when(each["at"]) >= _when(opt_ins[name]["at"]):
            opt_ins[name] = each
    if opt_ins:
        merged["optIns"] = list(opt_ins.values())
    return merged


def _when(text: str) -> datetime:
    return datetime.fromisoformat(text)
