"""``pagewire simulate --subscriptions enforced``: the manifests' world, with nothing subscribed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import httpx
import pytest

from tests.whole.system import die_with_parent

EXAMPLES = Path(__file__).parents[4] / "deploy" / "examples"


@pytest.mark.parametrize(("mode", "subscribed"), [("open", True), ("enforced", False)])
async def test_how_it_begins(mode: str, subscribed: bool) -> None:
    """Accounts and tokens are there either way."""
    arguments = ["--port", "0", "--manifests", str(EXAMPLES), "--subscriptions", mode]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pagewire.simulator", *arguments),
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=die_with_parent,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            url = (await process.stdout.readline()).decode().split()[2]
            while b"Ctrl-C" not in await process.stdout.readline():
                assert process.returncode is None
        async with httpx.AsyncClient(trust_env=False) as client:
            state = (await client.get(f"{url}/_control/state")).json()
    finally:
        process.terminate()
        await process.communicate()
    assert state["accounts"]
    assert state["tokens"]
    assert all(bool(app["subscriptions"]) is subscribed for app in state["apps"])
    assert all(bool(account["subscribed"]) is subscribed for account in state["accounts"])
