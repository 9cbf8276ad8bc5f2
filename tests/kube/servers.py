"""The command lines of the servers: what a production cluster has, less what needs more than one machine."""

from pathlib import Path
from typing import Final

from tests.kube.pki import Pki
from tests.kube.ports import Port
from tools.kubernetes.binaries import find


def program(name: str) -> str:
    """Path of a program that ``make kube`` builds.

    Raises:
        FileNotFoundError: It is not there; the message says what to do.
    """
    found = find(name)
    if found is None:
        raise FileNotFoundError(
            f"{name} is not there: run `make kube`, or point KUBEBUILDER_ASSETS at a folder that has it"
        )
    return str(found)


def etcd(data: Path, port: Port, peers: Port) -> list[str]:
    """An etcd of one member that does not wait for the disk."""
    client, peer = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peers}"
    return [
        program("etcd"),
        "--name=test",
        f"--data-dir={data}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=test={peer}",
        "--socket-reuse-port",
        "--unsafe-no-fsync",
        "--log-level=error",
    ]


def apiserver(port: Port, etcd_port: Port, pki: Pki) -> list[str]:
    """A kube-apiserver with RBAC, client certificates and service account tokens."""
    return [
        program("kube-apiserver"),
        f"--etcd-servers=http://127.0.0.1:{etcd_port}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={port}",
        "--permit-port-sharing",
        f"--tls-cert-file={pki.server_cert}",
        f"--tls-private-key-file={pki.server_key}",
        f"--client-ca-file={pki.ca}",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={pki.accounts_pub}",
        f"--service-account-signing-key-file={pki.accounts_key}",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--endpoint-reconciler-type=none",
        # It would refuse every pod until somebody made each namespace's default account.
        "--disable-admission-plugins=ServiceAccount",
        "--allow-privileged=true",
    ]


DELETION: Final = "garbage-collector-controller,namespace-controller"
"""The controllers that make deletion true: owners take what they own along, namespaces empty themselves."""

WORKLOADS: Final = (
    f"{DELETION},deployment-controller,replicaset-controller,statefulset-controller,disruption-controller,"
    "job-controller,persistentvolume-binder-controller,clusterrole-aggregation-controller"
)
"""And those that make pods and volumes of what a chart installs."""


def scheduler(kubeconfig: Path, port: Port, pki: Pki) -> list[str]:
    """The scheduler; it puts pods on nodes."""
    return [
        program("kube-scheduler"),
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        "--permit-port-sharing",
        f"--tls-cert-file={pki.server_cert}",
        f"--tls-private-key-file={pki.server_key}",
        "--leader-elect=false",
    ]


def controllers(kubeconfig: Path, port: Port, pki: Pki, names: str) -> list[str]:
    """kube-controller-manager with the controllers of these names, with commas between them."""
    return [
        program("kube-controller-manager"),
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        "--permit-port-sharing",
        f"--tls-cert-file={pki.server_cert}",
        f"--tls-private-key-file={pki.server_key}",
        "--leader-elect=false",
        f"--controllers={names}",
    ]
