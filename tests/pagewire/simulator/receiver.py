"""A webhook receiver for tests: keeps every request, answers as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from pagewire.simulator.server import Listener


@dataclass
class Request:
    """One request as it came in."""

    method: str
    query: str
    headers: dict[str, str]
    body: bytes
    client: tuple[str, int]

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def items(self) -> list[dict[str, Any]]:
        """Every item of every entry, with the channel it came in."""
        return [
            {**item, "channel": channel, "entry": entry["id"]}
            for entry in self.json["entry"]
            for channel in ("messaging", "standby", "changes")
            for item in entry.get(channel, [])
        ]


@dataclass
class Receiver:
    """``async with Receiver() as hook``: answers 200 "ok" unless ``status`` or ``answer`` says otherwise."""

    status: int = 200
    answer: Callable[[Request], str] = lambda _: "ok"
    requests: list[Request] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    most_at_once: int = 0

    async def __aenter__(self) -> Self:
        self.open.set()
        self._now = 0
        self._listener = Listener(self._app)
        await self._listener.start()
        self.url = f"{self._listener.origin}/webhooks/support/acme"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.open.set()
        await self._listener.stop()

    @property
    def items(self) -> list[dict[str, Any]]:
        return [item for request in self.requests if request.method == "POST" for item in request.items]

    @property
    def texts(self) -> list[str]:
        return [item["message"]["text"] for item in self.items if "text" in item.get("message", {})]

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [item for item in self.items if kind in item]

    @property
    def echoes(self) -> list[dict[str, Any]]:
        return [item for item in self.items if item.get("message", {}).get("is_echo")]

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        request = Request(scope["method"], scope["query_string"].decode(), headers, body, tuple(scope["client"]))
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        self.requests.append(request)
        await self.open.wait()
        self._now -= 1
        answer = b"" if self.status == 204 else self.answer(request).encode()
        headers_out = [(b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": headers_out})
        await send({"type": "http.response.body", "body": answer})
