"""A cluster as tests see it."""

import itertools
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from os import kill
from pathlib import Path
from typing import Final, NamedTuple

import httpx

from tests.kube.control_plane import ControlPlane
from tests.kube.identity import Identities, Identity
from tests.kube.kubectl import Kubectl
from tests.kube.rules import Account
from tests.kube.servers import DELETION

_API: Final = "kube-apiserver"


class Namespace(NamedTuple):
    """A namespace of one test."""

    name: str
    kubectl: Kubectl
    """The admin's hand in it."""

    def apply(self, *sources: str | Path) -> str:
        """``kubectl apply`` of texts, files and folders as the admin."""
        return self.kubectl.apply(*sources)


class Cluster:
    """An API server with RBAC, reached as the admin unless an identity is made."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self._numbers = itertools.count(1)
        self.url = plane.url
        self.ca = plane.pki.ca
        """The authority that clients must trust, a PEM file."""
        self.admin_kubeconfig = plane.admin_kubeconfig
        self.folder = plane.folder
        """Temporary; goes with the cluster. The servers' logs are here."""
        self.kubectl = Kubectl(self.admin_kubeconfig)

    def apply(self, *sources: str | Path) -> str:
        """``kubectl apply`` of YAML texts, files and folders as the admin; returns what it printed."""
        return self.kubectl.apply(*sources)

    def install_crds(self, *sources: str | Path) -> None:
        """Apply CustomResourceDefinitions and wait until their kinds are served."""
        self.kubectl("wait", "--for=condition=Established", "--timeout=60s", *self._applied(*sources))

    def namespace(self, prefix: str = "test") -> Namespace:
        """A fresh namespace. It stays until the cluster goes; without controllers nobody would empty it."""
        name = f"{prefix}-{next(self._numbers)}"
        self.kubectl("create", "namespace", name)
        return Namespace(name, self.kubectl.within(name))

    def identity(self, name: str, *rbac: str | Path, namespace: str = "pagewire-system") -> Identity:
        """A service account with a token, bound by these RBAC manifests (texts, files, folders) and by nothing else.

        Its namespace is made if there is none. Asking again for the same name takes the earlier rights away.
        """
        return Identities(self.kubectl, self._plane.pki, self.url).make(Account(namespace, name), rbac)

    def account(self, name: str, namespace: str) -> Identity:
        """A service account that is there, with the rights it has."""
        return Identities(self.kubectl, self._plane.pki, self.url).of(Account(namespace, name))

    def http(self, identity: Identity | None = None, *, timeout: float | None = 30) -> httpx.AsyncClient:
        """A bare HTTP client of the API, as the admin or an identity; for what kubectl cannot do, such as watching."""
        headers = {"Authorization": f"Bearer {identity.token}"} if identity else {}
        tls = self._plane.pki.tls(as_admin=identity is None)
        return httpx.AsyncClient(base_url=self.url, headers=headers, verify=tls, timeout=timeout, trust_env=False)

    def start_controllers(self, names: str = DELETION) -> None:
        """From now on owners take what they own along, and deleted namespaces empty themselves; more by `names`.

        Install CRDs before: the collector looks for new kinds only every half minute.
        """
        self._plane.start_controllers(names)

    def start_scheduler(self) -> None:
        """From now on pods are put on nodes; ``python -m tools.kubernetes kube-scheduler`` builds what does it."""
        self._plane.start_scheduler()

    def stop_api(self) -> None:
        """``kill -9`` the API server: connections are refused until ``start_api``. Only on a private cluster."""
        self._plane.stop_api()

    def start_api(self) -> None:
        """Start it again at the same address with the same data, and wait until it is ready."""
        self._plane.start_api()

    def restart(self) -> None:
        """Kill the API server and start it again."""
        self.stop_api()
        self.start_api()

    @contextmanager
    def frozen(self, server: str = _API) -> Iterator[None]:
        """The API server (or ``etcd``) is stopped in its tracks: connections stay open and nothing answers."""
        pid = self._plane.pid(server)
        kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            kill(pid, signal.SIGCONT)

    def _applied(self, *sources: str | Path) -> list[str]:
        return [line.split()[0] for line in self.apply(*sources).splitlines() if "customresourcedefinition" in line]


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A cluster of one's own: ready in about three seconds, gone at the end."""
    plane = ControlPlane()
    try:
        plane.start()
        yield Cluster(plane)
    finally:
        plane.close()
