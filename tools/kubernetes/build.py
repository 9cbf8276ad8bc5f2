"""Builds what is missing of Kubernetes."""

from collections.abc import Sequence

from tools.kubernetes.binaries import BINARIES, SCHEDULER, Binary, cache, find, kubernetes_version
from tools.kubernetes.compiling import alone, compile_program


def build_missing(names: Sequence[str] = ()) -> None:
    """Build the named programs, or all, unless they are there already."""
    if not _missing(names):
        return
    with alone(cache(), "Kubernetes"):
        if missing := _missing(names):
            _announce(missing)
        for binary in missing:
            compile_program(binary, cache() / binary.name, _stamp())


def _missing(names: Sequence[str]) -> list[Binary]:
    wanted = [binary for binary in (*BINARIES, SCHEDULER) if binary.name in names] if names else BINARIES
    return [binary for binary in wanted if find(binary.name) is None]


def _announce(missing: Sequence[Binary]) -> None:
    names = ", ".join(binary.name for binary in missing)
    print(f"building {names} into {cache()}, once; all of them take about eight minutes of two cores", flush=True)


def _stamp() -> str:
    """Linker flags: unstamped programs call themselves v0.0.0-master, which upsets every version check of a client."""
    version = kubernetes_version()
    major, minor, _ = version.split(".", 2)
    known = {
        "gitVersion": f"v{version}",
        "gitMajor": major,
        "gitMinor": minor,
        "gitTreeState": "clean",
        "gitCommit": "unknown",
    }
    stamps = (f"-X k8s.io/component-base/version.{name}={value}" for name, value in known.items())
    return " ".join(("-s -w", *stamps))
