"""The servers of one cluster: started, waited for, killed and started again."""

import subprocess
import time
from pathlib import Path
from typing import Final

import httpx

from tests.kube import servers
from tests.kube.leash import Leash
from tests.kube.pki import Pki
from tests.kube.ports import Port

_API: Final = "kube-apiserver"
_CONTROLLERS: Final = "kube-controller-manager"
_SCHEDULER: Final = "kube-scheduler"
PATIENCE: Final = 90
"""Seconds a server has to become ready: 3 on an idle machine, 18 seen on one with a load of 50."""


class ControlPlane:
    """etcd, kube-apiserver and, when asked for, the controllers; ports and keys stay the same over every restart."""

    def __init__(self) -> None:
        self._leash = Leash()
        self.folder = self._leash.folder
        self._ports = [Port() for _ in range(5)]
        self._etcd_port, self._peer_port, self._port, self._controllers_port, self._scheduler_port = self._ports
        self.url = f"https://127.0.0.1:{self._port}"
        self.pki = Pki(self.folder)
        self.admin_kubeconfig = self.pki.kubeconfig(self.folder / "admin.kubeconfig", self.url)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._controllers = ""

    def start(self) -> None:
        """Start all and wait until the API answers."""
        self._start("etcd", servers.etcd(self.folder / "etcd", self._etcd_port, self._peer_port))
        self.start_api()

    def start_api(self) -> None:
        """Start the API server and wait until it is ready."""
        self._start(_API, servers.apiserver(self._port, self._etcd_port, self.pki))
        self._wait(_API, f"{self.url}/readyz")
        if _CONTROLLERS in self._running:
            # They may have given up while there was no API; in a cluster somebody would start them again.
            self._stop(_CONTROLLERS)
            self.start_controllers(self._controllers)

    def stop_api(self) -> None:
        """``kill -9`` the API server; connections are refused until it is started again."""
        self._stop(_API)

    def start_controllers(self, names: str) -> None:
        """Start controllers; once is enough."""
        if _CONTROLLERS in self._running:
            return
        self._controllers = names
        self._start(_CONTROLLERS, servers.controllers(self.admin_kubeconfig, self._controllers_port, self.pki, names))
        self._wait(_CONTROLLERS, f"https://127.0.0.1:{self._controllers_port}/healthz")

    def start_scheduler(self) -> None:
        """Start the scheduler."""
        self._start(_SCHEDULER, servers.scheduler(self.admin_kubeconfig, self._scheduler_port, self.pki))
        self._wait(_SCHEDULER, f"https://127.0.0.1:{self._scheduler_port}/healthz")

    def pid(self, name: str) -> int:
        """The process id of a running server, for signals such as SIGSTOP."""
        return self._running[name].pid

    def close(self) -> None:
        """End all of it and leave nothing behind."""
        self._leash.close()
        for port in self._ports:
            port.close()

    def _start(self, name: str, command: list[str]) -> None:
        self._running[name] = self._leash.start(command, self._log(name))

    def _stop(self, name: str) -> None:
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def _wait(self, name: str, url: str) -> None:
        deadline = time.monotonic() + PATIENCE
        with httpx.Client(verify=self.pki.tls(as_admin=True), trust_env=False) as client:
            while not _ready(client, url):
                if self._running[name].poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{name} did not become ready: {self._log(name).read_text()[-4000:]}")
                time.sleep(0.05)

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"


def _ready(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
