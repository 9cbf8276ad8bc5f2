"""Which programs there are, at which version, and where they lie."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent


class Binary(NamedTuple):
    """A program built from a pinned Go module."""

    name: str
    module: Path
    """Folder of the go.mod that pins it."""
    package: str
    """Go import path of its ``main``."""


BINARIES: Final = (
    Binary("kube-apiserver", HERE, "k8s.io/kubernetes/cmd/kube-apiserver"),
    Binary("kube-controller-manager", HERE, "k8s.io/kubernetes/cmd/kube-controller-manager"),
    Binary("kubectl", HERE, "k8s.io/kubernetes/cmd/kubectl"),
    Binary("etcd", HERE / "etcd", "go.etcd.io/etcd/server/v3"),
)
"""What most tests need."""

SCHEDULER: Final = Binary("kube-scheduler", HERE, "k8s.io/kubernetes/cmd/kube-scheduler")
"""Built only by who names it: nothing but the proof of the chart puts pods on nodes."""


def pinned(module: Path, requirement: str) -> str:
    """The version a go.mod pins, such as ``1.36.4``."""
    found = re.search(
        rf"^(?:require|\t)\s*{re.escape(requirement)} v(\S+)", (module / "go.mod").read_text(), re.MULTILINE
    )
    if found is None:
        raise LookupError(f"{module}/go.mod does not pin {requirement}")
    return found[1]


def kubernetes_version() -> str:
    """The pinned Kubernetes, such as ``1.36.4``."""
    return pinned(HERE, "k8s.io/kubernetes")


def cache_root() -> Path:
    """The user's cache folder for Pagewire; outside the checkout, so that every checkout shares it."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pagewire"


def cache() -> Path:
    """Where the programs at the pinned versions lie once they are built."""
    etcd = pinned(HERE / "etcd", "go.etcd.io/etcd/server/v3")
    return cache_root() / "kubernetes" / f"{kubernetes_version()}-etcd-{etcd}"


def find(name: str) -> Path | None:
    """A program that may be used as it is: KUBEBUILDER_ASSETS first, then a fitting kubectl on the PATH, then the cache."""
    candidates = [Path(assets) / name] if (assets := os.environ.get("KUBEBUILDER_ASSETS")) else []
    if name == "kubectl" and (known := shutil.which(name)) and _fits(known):
        candidates.append(Path(known))
    candidates.append(cache() / name)
    return next((path for path in candidates if os.access(path, os.X_OK)), None)


def _fits(kubectl: str) -> bool:
    """Kubernetes supports a kubectl one minor version away from the server, no further."""
    answer = subprocess.run(
        [kubectl, "version", "--client", "--output=json"], capture_output=True, text=True, check=False
    )
    try:
        version = json.loads(answer.stdout)["clientVersion"]
        major, minor = (int(re.sub(r"\D.*", "", version[part])) for part in ("major", "minor"))
    except (ValueError, LookupError):
        return False
    wanted_major, wanted_minor = (int(part) for part in kubernetes_version().split(".")[:2])
    return major == wanted_major and abs(minor - wanted_minor) <= 1
