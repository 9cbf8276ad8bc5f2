"""``python -m tools.kubernetes.pin 1.36.4 3.6.16``: pin Kubernetes and etcd anew."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.kubernetes.binaries import BINARIES, HERE, SCHEDULER
from tools.kubernetes.go import MINOR, environment, find_go


def pin_kubernetes(version: str) -> None:
    """Write go.mod and go.sum for a release of Kubernetes.

    Kubernetes names its own libraries as ``v0.0.0`` and maps them to folders of its repository, which only holds there. A
    release 1.X.Y publishes them as 0.X.Y, so each such requirement is mapped to that. The list changes every minor
    version, hence it is read from the release's own go.mod.
    """
    module = _begin(HERE, "kubernetes")
    published = json.loads(_go(module, "mod", "download", "-json", f"k8s.io/kubernetes@v{version}"))["GoMod"]
    staged = [f"{path}=" + f"{path}@v0.{version.partition('.')[2]}" for path in _unpublished(module, published)]
    _go(module, "mod", "edit", *(f"-replace={replacement}" for replacement in staged))
    _go(module, "mod", "edit", f"-require=k8s.io/kubernetes@v{version}")
    # Without the version `go get` would go on to the newest one.
    _go(
        module,
        "get",
        "-tool",
        *(f"{binary.package}@v{version}" for binary in (*BINARIES, SCHEDULER) if binary.module == module),
    )


def pin_etcd(version: str) -> None:
    """Write go.mod and go.sum for etcd, apart from Kubernetes so that neither moves the other's dependencies."""
    _go(_begin(HERE / "etcd", "etcd"), "get", "-tool", f"go.etcd.io/etcd/server/v3@v{version}")


def _begin(folder: Path, name: str) -> Path:
    (folder / "go.mod").write_text(f"module {name}\n\ngo {MINOR}.0\n")
    (folder / "go.sum").unlink(missing_ok=True)
    return folder


def _unpublished(module: Path, go_mod: str) -> list[str]:
    known: dict[str, Any] = json.loads(_go(module, "mod", "edit", "-json", go_mod))
    return [required["Path"] for required in known["Require"] if required["Version"] == "v0.0.0"]


def _go(module: Path, *arguments: str) -> str:
    changing = {**environment(), "GOFLAGS": "-mod=mod"}
    command = [str(find_go()), *arguments]
    return subprocess.run(command, cwd=module, env=changing, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    pin_kubernetes(sys.argv[1])
    pin_etcd(sys.argv[2])
