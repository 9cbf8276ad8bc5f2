"""A replica as a process of its own: started, asked, stopped and killed."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Self

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.whole.system import die_with_parent

ROOT = Path(__file__).parents[3]


class ReplicaProcess:
    """One replica. Its Meta is a folder that outlives it.

    Args:
        folder: for its log and, unless another is given, its Meta.
        kubeconfig: who it is.
        namespaces: the only ones it looks at; all if there are none here.
        environment: more variables.
    """

    def __init__(self, folder: Path, kubeconfig: Path, *namespaces: str, **environment: str) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.meta = folder, Path(environment.get("META", folder / "meta"))
        self.meta.mkdir(exist_ok=True)
        self.log = folder / "log"
        self._environment: Mapping[str, str] = {
            **os.environ,
            "KUBECONFIG": str(kubeconfig),
            "META": str(self.meta),
            "PAGEWIRE_NAMESPACES": ",".join(namespaces),
            "PAGEWIRE_LISTEN": "127.0.0.1:0",
            "PAGEWIRE_LEADER_ELECTION": "false",
            "PAGEWIRE_STOP_GRACE": "5",
            "NO_PROXY": "127.0.0.1",
            **environment,
        }

    async def __aenter__(self) -> Self:
        await self.start()
        await self.until_ready()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start it, and wait for nothing."""
        self.log.write_text("")
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.pagewire_operator.machine.replica",
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
            )

    async def until_ready(self) -> None:
        """Wait until its readiness probe says so."""

        async def ready() -> bool:
            return await self.probe("readyz") == 200

        await self.until(ready, "ready")

    async def until_called(self, line: str, times: int = 1) -> None:
        """Wait until its brain was asked that often."""

        async def called() -> bool:
            return self.calls().count(line) >= times

        await self.until(called, f"asked for {line}")

    async def until_meta(self, number: int, value: str | None) -> None:
        """Wait until Meta has this token for a Page, or no such Page any more."""
        file = self.meta / f"{108000000000000 + number}.json"

        async def agrees() -> bool:
            return (json.loads(file.read_text())["token"] if file.exists() else None) == value

        await self.until(agrees, f"done with Page {number}")

    async def until(self, check: Callable[[], Awaitable[bool]], what: str) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(60):
            while not await check():
                if self.process.returncode is not None:
                    raise RuntimeError(f"it ended before it was {what}: {self.log.read_text()[-4000:]}")
                await asyncio.sleep(0.05)

    async def probe(self, path: str) -> int:
        """Status of a probe; 0 if nobody answers."""
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(f"{self.url}/{path}")).status_code
        except (httpx.TransportError, LookupError):
            return 0

    @property
    def url(self) -> str:
        """Where it listens, as its log says."""
        said = "probes and metrics on "
        (found,) = [line["message"] for line in self.lines() if line["message"].startswith(said)][:1] or [""]
        if not found:
            raise LookupError("it does not listen yet")
        return str(found.removeprefix(said))

    def lines(self) -> list[dict[str, Any]]:
        """Its log."""
        whole = self.log.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines() if line.startswith("{")] or [{"message": ""}]

    async def metric(self, name: str, **labels: str) -> float:
        """Sum of all samples of that name that have these labels."""
        async with httpx.AsyncClient(trust_env=False) as client:
            text = (await client.get(f"{self.url}/metrics")).text
        samples = [one for family in text_string_to_metric_families(text) for one in family.samples if one.name == name]
        return sum(one.value for one in samples if labels.items() <= one.labels.items())

    async def requests(self, verb: str, resource: str) -> float:
        """How many such requests it made to the API server."""
        return await self.metric("pagewire_operator_api_requests_total", verb=verb, resource=resource)

    def calls(self) -> list[str]:
        """What the brain was asked to reconcile, in order."""
        file = self.meta / "calls"
        return file.read_text().splitlines() if file.exists() else []

    async def kill(self) -> None:
        """kill -9, if it still runs."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM, and what it ends with."""
        self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), 30)
