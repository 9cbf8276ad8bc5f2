"""The life of one pod: started, probed, restarted, stopped."""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Any, Final

import httpx

from tests.charts.helm import ROOT, Manifest
from tests.charts.node.api import Api
from tests.whole.system import die_with_parent

_LOOK: Final = 0.1
"""Seconds between two probes; those of the chart are longer, as a cluster's machines have more to do."""


class RunningPod:
    """A pod's container as a process.

    Args:
        manifest: of the pod.
        address: its own.
        command: its command line.
        environment: its variables.
        log: the file it writes to.
        api: where its status goes.
        hurry: by what the seconds of preStop are multiplied.
    """

    def __init__(
        self,
        manifest: Manifest,
        address: str,
        command: list[str],
        environment: dict[str, str],
        log: Path,
        api: Api,
        hurry: float,
    ) -> None:
        self.manifest, self.address, self.log = manifest, address, log
        self._command, self._environment, self._api, self._hurry = command, environment, api, hurry
        self._container: Manifest = manifest["spec"]["containers"][0]
        self.ready, self.stopping, self.restarts = False, False, 0
        self._ended: int | None = None
        self.process: asyncio.subprocess.Process | None = None

    async def live(self) -> None:
        """Run it until it is to go, and start it again whenever it ends by itself, if it is of that kind."""
        again = self.manifest["spec"].get("restartPolicy", "Always") == "Always"
        while not self.stopping:
            await self._start()
            await self._tell("Running")
            code = await self._watch()
            if not again:
                await self._tell("Succeeded" if code == 0 else "Failed", code)
                return
            self.restarts += not self.stopping
            await asyncio.sleep(_LOOK)

    async def stop(self) -> None:
        """What deletion does: no endpoint any more, preStop, SIGTERM, grace, SIGKILL."""
        self.ready, self.stopping = False, True
        hook = self._container.get("lifecycle", {}).get("preStop", {})
        await asyncio.sleep(hook.get("sleep", {}).get("seconds", 0) * self._hurry)
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), self.manifest["spec"]["terminationGracePeriodSeconds"])
            except TimeoutError:
                self.kill()
                await self.process.wait()
        await self._api.gone(self.manifest)

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()

    async def _start(self) -> None:
        with self.log.open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=ROOT,
                env={**os.environ, "NO_PROXY": "127.0.0.0/8", **self._environment},
                stdout=out,
                stderr=out,
                preexec_fn=die_with_parent,
            )

    async def _watch(self) -> int:
        """Probe it until it ends; its exit code."""
        assert self.process
        ending = asyncio.create_task(self.process.wait())
        failed = 0
        async with httpx.AsyncClient(trust_env=False, timeout=3) as client:
            while not ending.done():
                failed = 0 if await self._probe(client, "readinessProbe") else failed + 1
                await self._set_ready(failed)
                await asyncio.wait({ending}, timeout=_LOOK)
        await self._set_ready(failed=99)
        return ending.result()

    async def _probe(self, client: httpx.AsyncClient, name: str) -> bool:
        probe = self._container.get(name, {}).get("httpGet")
        if probe is None:
            return True
        ports = {one["name"]: one["containerPort"] for one in self._container["ports"]}
        try:
            url = f"http://{self.address}:{ports[probe['port']]}{probe['path']}"
            return (await client.get(url)).status_code < httpx.codes.BAD_REQUEST
        except httpx.TransportError:
            return False

    async def _set_ready(self, failed: int) -> None:
        patience = self._container.get("readinessProbe", {}).get("failureThreshold", 1)
        ready = not self.stopping and (failed == 0 or (self.ready and failed < patience))
        if ready != self.ready:
            self.ready = ready
            await self._tell("Running")

    async def _tell(self, phase: str, code: int | None = None) -> None:
        if self.stopping:
            return
        ready = "True" if self.ready and code is None else "False"
        state: dict[str, Any] = {"running": {}} if code is None else {"terminated": {"exitCode": code}}
        container = {
            "name": self._container["name"],
            "image": self._container["image"],
            "imageID": "",
            "ready": ready == "True",
            "restartCount": self.restarts,
            "state": state,
        }
        conditions = [
            {"type": name, "status": status}
            for name, status in (
                ("PodScheduled", "True"),
                ("Initialized", "True"),
                ("Ready", ready),
                ("ContainersReady", ready),
            )
        ]
        told = {"phase": phase, "podIP": self.address, "podIPs": [{"ip": self.address}], "conditions": conditions}
        await self._api.status(self.manifest, {**told, "containerStatuses": [container]})
