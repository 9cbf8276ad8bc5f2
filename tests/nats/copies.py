"""Streams as files and back, by the server's own backup and restore: messages, places, configuration and consumers."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import nats
from nats.aio.client import Client

_PATIENCE: Final = 60.0
_CHUNK: Final = 64 << 10


async def save(url: str, folder: Path) -> list[str]:
    """Write every stream of a server into a folder; their names."""
    folder.mkdir(parents=True)
    async with _connected(url) as client:
        names: list[str] = (await _asked(client, "STREAM.NAMES"))["streams"]
        for name in names:
            facts, body = await _snapshot(client, name)
            (folder / f"{name}.json").write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n")
            (folder / f"{name}.snapshot").write_bytes(body)
    return names


async def load(url: str, folder: Path) -> None:
    """Make every stream of a folder, as it was, at a server that has none of them."""
    async with _connected(url) as client:
        for facts in sorted(folder.glob("*.json")):
            opened = await _asked(client, f"STREAM.RESTORE.{facts.stem}", facts.read_bytes())
            body = facts.with_suffix(".snapshot").read_bytes()
            for at in range(0, len(body), _CHUNK):
                await client.request(opened["deliver_subject"], body[at : at + _CHUNK], timeout=_PATIENCE)
            _checked(await client.request(opened["deliver_subject"], b"", timeout=_PATIENCE))


async def _snapshot(client: Client, name: str) -> tuple[dict[str, Any], bytes]:
    to = client.new_inbox()
    chunks = await client.subscribe(to)
    told = await _asked(client, f"STREAM.SNAPSHOT.{name}", json.dumps({"deliver_subject": to}).encode())
    body = bytearray()
    async with asyncio.timeout(_PATIENCE):
        while chunk := await chunks.next_msg(timeout=_PATIENCE):
            if not chunk.data:
                break
            body += chunk.data
            if chunk.reply:
                await chunk.respond(b"")
    await chunks.unsubscribe()
    return {"config": told["config"], "state": told["state"]}, bytes(body)


async def _asked(client: Client, what: str, body: bytes = b"") -> dict[str, Any]:
    return _checked(await client.request(f"$JS.API.{what}", body, timeout=_PATIENCE))


def _checked(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.data)
    assert "error" not in found, found["error"]
    return found


@contextlib.asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Client]:
    client = await nats.connect(url.split(","))
    try:
        yield client
    finally:
        await client.close()
