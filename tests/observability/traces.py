"""One story in the store: from a webhook to Meta's echo of the answer."""

import asyncio
from typing import Any, Final

import httpx

STORY: Final = (
    "POST /webhooks/{namespace}/{app}",
    "publish events",
    "process events",
    "hook message_received auto-reply",
    "POST /{id}/messages",
    "receive echo",
)
"""Spans that a message with an answer leaves, in one trace."""


async def story(origin: str, seconds: float = 180) -> list[str]:
    """The span names of a trace that has the whole story, once the store has one; empty if it never has.

    Args:
        origin: of Jaeger's API.
        seconds: how long to wait: the Collector keeps one of ten, and waits for half a minute before it decides.
    """
    async with httpx.AsyncClient(base_url=origin, trust_env=False) as client:
        for _ in range(int(seconds)):
            for trace in await _traces(client):
                names = {span["operationName"] for span in trace["spans"]}
                if names >= set(STORY):
                    return sorted(names)
            await asyncio.sleep(1)
    return []


async def _traces(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    asked = {"service": "pagewire-gateway", "limit": 500, "lookback": "1h"}
    answer = await client.get("/api/traces", params=asked)
    found: list[dict[str, Any]] = answer.json().get("data") or [] if answer.status_code == httpx.codes.OK else []
    return found
