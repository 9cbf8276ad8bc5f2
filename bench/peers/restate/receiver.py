"""The receiver in front of Restate: checks the signature, hands every item over under its message id, then answers.

Plain ASGI, so that as little as possible of what is measured is ours.
"""

import asyncio
import os
from collections import defaultdict
from typing import Any

import aiohttp

from bench.peers.talk import verified_items

INGRESS = f"http://127.0.0.1:{os.environ['PORT_2']}/Conversation/"


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        headers = dict(scope["headers"])
        items = verified_items(await read(receive), headers.get(b"x-hub-signature-256", b"").decode())
        await reply(send, 403 if items is None else await accept(items))


async def read(receive: Any) -> bytes:
    content, more = b"", True
    while more:
        part = await receive()
        content, more = content + part.get("body", b""), part.get("more_body", False)
    return content


async def reply(send: Any, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def accept(items: list[dict[str, Any]]) -> int:
    """Conversations side by side, the items of one in turn."""
    several: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in items:
        several[item["sender"]["id"]].append(item)
    done = await asyncio.gather(*(in_turn(person, said) for person, said in several.items()))
    return 200 if all(done) else 503


async def in_turn(person: str, items: list[dict[str, Any]]) -> bool:
    for item in items:
        headers = {"idempotency-key": item["message"]["mid"]}
        async with session().post(f"{INGRESS}{person}/message/send", json=item, headers=headers) as answer:
            if answer.status not in {200, 202}:
                return False
    return True


_made: list[aiohttp.ClientSession] = []


def session() -> aiohttp.ClientSession:
    if not _made:
        _made.append(aiohttp.ClientSession())
    return _made[0]
