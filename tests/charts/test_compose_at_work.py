"""What deploy/compose.yaml starts works together: its commands and variables as processes, each at an address of its own."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.charts.node.container import entrypoint
from tests.charts.test_compose import EXAMPLES, SERVICES
from tests.nats.servers import PROGRAM
from tests.whole.system import QUICK, die_with_parent

SECRETS: Final = {"PAGEWIRE_ADMIN_TOKEN": "a-token-of-the-admin-port-for-tests"}
NETWORK: Final = f"127.{48 + (os.getpid() >> 8) % 16}.{os.getpid() % 256}"
HOSTS: Final = {name: f"{NETWORK}.{number}" for number, name in enumerate((*SERVICES, "worker-2"), 2)}
"""The address of each service, as Compose's own network would give it."""


class Composed:
    """One service as a process.

    Args:
        service: its name.
        host: where it is.
        folder: what it writes is in there.
    """

    def __init__(self, service: str, host: str, folder: Path) -> None:
        self._said: dict[str, Any] = SERVICES[service]
        self._host, self._folder = host, folder
        own = {"/manifests": str(EXAMPLES), "/tmp/": f"{folder}/", "0.0.0.0": host, "127.0.0.1": host}
        self._here = own | {f"//{name}": f"//{address}" for name, address in HOSTS.items()}

    def command(self) -> list[str]:
        """The image's program with the service's words."""
        if self._said["image"].startswith("docker.io/library/nats"):
            return [str(PROGRAM), "--addr", self._host, *self._localised(self._said["command"])]
        program, *words = entrypoint(self._said["image"])
        return [str(Path(sys.executable).with_name(program)), *words, *self._localised(self._said["command"])]

    def environment(self) -> dict[str, str]:
        """What the file says, with its variables filled in as Compose does it."""
        told = {name: _filled(value) for name, value in self._said.get("environment", {}).items()}
        return {**os.environ, **QUICK, **dict(zip(told, self._localised(list(told.values())), strict=True))}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """As long as the block lasts."""
        self._folder.mkdir()
        with (self._folder / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *self.command(), env=self.environment(), stdout=log, stderr=log, preexec_fn=die_with_parent
            )
        try:
            yield
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), 60)

    async def healthy(self) -> None:
        """Wait until its own health check says so."""
        program, *words = self._localised(self._said["healthcheck"]["test"][1:])
        async with asyncio.timeout(90):
            while await self._asked(program, *words):
                await asyncio.sleep(0.2)

    async def _asked(self, program: str, *words: str) -> int:
        asked = await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).with_name(program)), *words), env=self.environment(), stderr=subprocess.DEVNULL
        )
        return await asked.wait()

    def _localised(self, words: list[str]) -> list[str]:
        pattern = "|".join(re.escape(one) for one in sorted(self._here, key=len, reverse=True))
        return [re.sub(pattern, lambda found: self._here[found[0]], word) for word in words]


def _filled(value: str) -> str:
    return re.sub(r"\$\{(\w+):[?-][^}]*\}", lambda found: SECRETS.get(found[1], ""), value)


@pytest.mark.slow(15)
@pytest.mark.timeout(300)
async def test_a_message_is_answered_by_what_it_starts(tmp_path: Path) -> None:
    named = {
        name: Composed(name.removesuffix("-2"), HOSTS[name], tmp_path / name) for name in HOSTS if name != "prometheus"
    }
    async with AsyncExitStack() as stack:
        for name in ("nats", "simulator", "gateway", "worker", "worker-2"):
            await stack.enter_async_context(named[name].running())
        for name in ("gateway", "worker", "worker-2"):
            await named[name].healthy()
        async with asyncio.timeout(120), httpx.AsyncClient(trust_env=False, timeout=60) as client:
            meta = f"http://{HOSTS['simulator']}:8090"
            said = {"account": "108000000000001", "person": "ann", "text": "What are your hours?"}
            (await client.post(f"{meta}/_control/say", json=said)).raise_for_status()
            while "9 to 5" not in (await client.get(f"{meta}/_control/sends")).text:
                await asyncio.sleep(0.2)
            admin = f"http://{HOSTS['gateway']}:9090/api/v1/events"
            assert (await client.get(admin)).status_code == httpx.codes.UNAUTHORIZED
            events = await client.get(admin, headers={"Authorization": f"Bearer {SECRETS['PAGEWIRE_ADMIN_TOKEN']}"})
            assert "message" in {one["kind"] for one in events.raise_for_status().json()["events"]}
