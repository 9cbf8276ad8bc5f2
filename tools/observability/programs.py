"""Which programs there are, and where they lie."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Final

from tools.kubernetes.binaries import Binary, cache_root, pinned
from tools.kubernetes.compiling import alone, compile_program
from tools.observability.debian import install, unpack
from tools.observability.linter import prepare

HERE: Final = Path(__file__).parent

FROM_DEBIAN: Final = ("prometheus", "promtool")
"""Programs out of Debian's package ``prometheus``."""

BUILT: Final = {
    "collector": Binary("collector", HERE / "collector", "."),
    "jaeger": Binary("jaeger", HERE / "jaeger", "github.com/jaegertracing/jaeger/cmd/jaeger"),
    "linter": Binary("linter", HERE / "linter", "."),
}
"""Programs built from Go modules, each from a go.mod of its own, so that none moves another's dependencies."""

_REQUIREMENTS: Final = {
    "collector": "go.opentelemetry.io/collector/otelcol",
    "jaeger": "github.com/jaegertracing/jaeger",
    "linter": "github.com/grafana/dashboard-linter",
}


def program(name: str) -> Path:
    """A program, fetched or built if it is not there yet; Jaeger takes five minutes of two cores, the others two.

    Raises:
        SystemExit: it could not be had; the message says what to do.
    """
    known = shutil.which(name) or shutil.which(f"prometheus-{name}")
    if name == "alertmanager":
        return Path(known) if known else install("prometheus-alertmanager")
    if name in FROM_DEBIAN:
        return Path(known) if known else unpack("prometheus") / "usr" / "bin" / name
    target = cache_root() / name / f"{version(name)}-{_sources(BUILT[name].module)}" / name
    if not os.access(target, os.X_OK):
        _build(BUILT[name], target)
    return target


def version(name: str) -> str:
    """The pinned version of a program that is built, such as ``0.140.0``."""
    return pinned(BUILT[name].module, _REQUIREMENTS[name])


def _sources(module: Path) -> str:
    """What a program is built from, in short: another part in it is another program, at the same version."""
    files = sorted(path for path in module.iterdir() if path.suffix in {".go", ".mod", ".sum"})
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _build(binary: Binary, target: Path) -> None:
    with alone(target.parent, binary.name):
        if target.exists():
            return
        if binary.name == "linter":
            binary = binary._replace(module=prepare(binary.module, target.parent, version("linter")))
        compile_program(binary, target, "-s -w")
