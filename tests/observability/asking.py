"""Questions to Prometheus and Jaeger, and the place that Alertmanager tells."""

import asyncio
import json
import time
from typing import Any, Self

import httpx

Sample = tuple[dict[str, str], float]


class Questions:
    """Asks a Prometheus."""

    def __init__(self, origin: str) -> None:
        self._client = httpx.AsyncClient(base_url=origin, trust_env=False, timeout=60)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def now(self, expr: str) -> list[Sample]:
        """What a query gives now; a scalar as one sample without labels."""
        answer = (await self._client.post("/api/v1/query", data={"query": expr})).raise_for_status().json()["data"]
        if answer["resultType"] == "scalar":
            return [({}, float(answer["result"][1]))]
        return [(one["metric"], float(one["value"][1])) for one in answer["result"]]

    async def since(self, expr: str, seconds: float) -> list[list[float]]:
        """The values of each series of a query in the last seconds."""
        end = time.time()
        asked = {"query": expr, "start": end - seconds, "end": end, "step": max(1, seconds // 200)}
        answer = (await self._client.post("/api/v1/query_range", data=asked)).raise_for_status().json()["data"]
        return [[float(value) for _, value in one["values"]] for one in answer["result"]]

    async def names(self) -> set[str]:
        """Every name of a series."""
        answer = await self._client.get("/api/v1/label/__name__/values")
        return set(answer.raise_for_status().json()["data"])

    async def rules(self) -> list[dict[str, Any]]:
        """Every rule, and how it is: ``health``, ``lastError``."""
        answer = (await self._client.get("/api/v1/rules")).raise_for_status().json()["data"]
        return [rule for group in answer["groups"] for rule in group["rules"]]


class People:
    """Whom Alertmanager tells: a webhook that remembers, with the moment."""

    def __init__(self) -> None:
        self.told: list[tuple[float, dict[str, Any]]] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    def since(self, moment: float, status: str = "firing") -> list[tuple[float, dict[str, Any]]]:
        """Alerts of this status they were told of after a moment, each with when it was."""
        return [(at, one) for at, one in self.told if at >= moment and one["status"] == status]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            body = json.loads(await reader.readexactly(length))
            self.told += [(time.time(), alert) for alert in body["alerts"]]
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            await writer.drain()
        finally:
            writer.close()
