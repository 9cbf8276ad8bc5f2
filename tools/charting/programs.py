"""Helm and its like: which versions, where they lie, and how one that is missing is built."""

import os
from pathlib import Path
from typing import Final, NamedTuple

from tools.kubernetes.binaries import Binary, cache_root, pinned
from tools.kubernetes.compiling import alone, compile_program

HERE: Final = Path(__file__).parent


class Tool(NamedTuple):
    """A program built from a pinned Go module of its own, so that none moves another's dependencies."""

    binary: Binary
    requirement: str
    """The module whose version is the program's."""
    stamp: str
    """Go variable that takes the version; empty if it needs none."""

    @property
    def version(self) -> str:
        """Such as ``4.3.2``."""
        return pinned(self.binary.module, self.requirement)

    @property
    def path(self) -> Path:
        """Where it lies once it is built."""
        return cache_root() / self.binary.name / self.version / self.binary.name


def _tool(name: str, folder: str, module: str, package: str, stamp: str = "") -> Tool:
    return Tool(Binary(name, HERE / folder, f"{module}/{package}"), module, stamp)


TOOLS: Final = {
    "helm": _tool("helm", "helm", "helm.sh/helm/v4", "cmd/helm", "helm.sh/helm/v4/internal/version.version"),
    "kube-score": _tool("kube-score", "kubescore", "github.com/zegl/kube-score", "cmd/kube-score"),
    "kwok": _tool("kwok", "kwok", "sigs.k8s.io/kwok", "cmd/kwok"),
}


def program(name: str) -> Path:
    """A program, built if it is not there yet: Helm takes a minute of two cores, the others less.

    Args:
        name: one of `TOOLS`.

    Raises:
        SystemExit: it could not be built; Go has said why.
    """
    tool = TOOLS[name]
    if not os.access(tool.path, os.X_OK):
        _build(tool)
    return tool.path


def _build(tool: Tool) -> None:
    with alone(tool.path.parent, tool.binary.name):
        if not tool.path.exists():
            stamp = f" -X {tool.stamp}=v{tool.version}" if tool.stamp else ""
            compile_program(tool.binary, tool.path, f"-s -w{stamp}")
