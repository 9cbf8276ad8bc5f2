"""Public clients drive the Send API, profiles, personas, labels and settings without an error."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

import pytest

from pagewire.simulator import Simulator, unlimited
from pagewire.simulator.world import PAGE_ID
from tests.pagewire.simulator.clients.install import HERE, node_folder, python_folder

NPM = {
    "messaging-api-messenger": ["text", "image", "button", "generic", "receipt", "image", "text", "text"],
    "@warriorteam/messenger-sdk": ["text", "image", "image", "generic", "button", "media", "product"],
    "fb-messenger-bot-api": ["text", "image", "button", "text"],
}
PYPI = {
    "fbmessenger": ["text", "image", "generic", "button"],
    "pymessenger": ["text", "button", "generic", "image"],
    "pyfacebook": ["text"],
}


async def drive(sim: Simulator, command: list[str], **environment: str) -> dict[str, Any]:
    """Run a client's script as a program of its own; what it was told."""
    sim.meta.rates.limits = unlimited()
    await sim.say(PAGE_ID, "ada", "hello")
    known = {
        "GRAPH_URL": sim.graph_url,
        "TOKEN": "EAAPAGETOKEN1",
        "SECRET": "s3cr3t-app-secret-for-tests",
        "PERSON": sim.scoped_id(PAGE_ID, "ada"),
        "PAGE": PAGE_ID,
    }
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1", **known, **environment},
    )
    told, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()[-2000:]
    found: dict[str, Any] = json.loads(told)
    return found


def kinds(sim: Simulator) -> list[str]:
    """What was sent, in order: text, a medium, or the kind of template."""
    return [_kind(send.message or {}) for send in sim.sends]


def _kind(message: dict[str, Any]) -> str:
    attachment = message.get("attachment") or {}
    return attachment.get("payload", {}).get("template_type") or attachment.get("type") or "text"


@pytest.mark.parametrize("client", NPM)
async def test_from_npm(sim: Simulator, client: str) -> None:
    """Everything was accepted, nothing refused, and the answers are what the client expects."""
    folder = await asyncio.to_thread(node_folder)
    told = await drive(sim, ["node", str(HERE / "drive.cjs"), client], CLIENTS=str(folder))
    assert kinds(sim) == NPM[client]
    assert not sim.refused
    assert "Ito" in json.dumps(told["profile"])
    assert sim.scoped_id(PAGE_ID, "ada") in json.dumps(told["sent"])


@pytest.mark.parametrize("client", PYPI)
async def test_from_pypi(sim: Simulator, client: str) -> None:
    """The same for Python."""
    folder = await asyncio.to_thread(python_folder)
    command = [sys.executable, str(HERE / "drive.py"), client]
    told = await drive(sim, command, PYTHONPATH=str(folder))
    assert kinds(sim) == PYPI[client]
    assert not sim.refused
    assert told["sent"]["recipient_id"] == sim.scoped_id(PAGE_ID, "ada")
