"""Built distributions in a clean environment of some Python: what a user would install, and nothing of this checkout."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from .building import ROOT, ReleaseError

ASKED: Final = (
    "pagewire-gateway[cluster,grpc,nats,oidc,otel,template]",
    "pagewire-operator[grpc,otel]",
    "pagewire[graph,grpc,kube,manifests,otel,simulator,telemetry,terminal]",
    "pagewire-logging[otlp,postgres,s3]",
    "pagewire-auto-reply[llm]",
    "pagewire-crm-sync",
)
"""What is installed: everything, with every extra."""


def version_of(dist: Path) -> str:
    """The version of what a folder holds.

    Raises:
        ReleaseError: it holds no wheel of the SDK, or several.
    """
    found = [re.fullmatch(r"pagewire-(.+)-py3-none-any\.whl", one.name) for one in dist.glob("pagewire-*.whl")]
    if len(found) != 1 or found[0] is None:
        raise ReleaseError(
            f"{dist} holds {len(found)} wheels of the SDK, not one; `make dist` builds into an empty folder"
        )
    return found[0][1]


def install(dist: Path, folder: Path, python: str, *more: str) -> Path:
    """Make an environment and install the distributions of a folder, each in exactly that version; gives its ``bin``.

    Args:
        dist: as `building.build` fills it; the only place that our own distributions come from.
        folder: where the environment goes.
        python: the interpreter.
        more: what to install beside them.
    """
    version = version_of(dist)
    _uv("venv", "--quiet", "--no-project", "--python", python, str(folder))
    wanted = [f"{one}=={version}" for one in ASKED]
    _uv("pip", "install", "--quiet", "--python", str(folder), "--find-links", str(dist), *wanted, *more)
    return folder / "bin"


def _uv(*words: str) -> None:
    done = subprocess.run([Path(sys.executable).with_name("uv"), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseError(f"uv {' '.join(words[:2])}: {done.stderr[-2000:]}")


FAST: Final = (
    "tests/pagewire", "tests/pagewire_auto_reply", "tests/pagewire_logging", "tests/pagewire_gateway/ingress",
    "tests/pagewire_gateway/dispatch", "tests/pagewire_gateway/journal", "tests/pagewire_gateway/outbox",
    "tests/pagewire_gateway/registry/test_manifests.py", "tests/pagewire_gateway/admin", "tests/pagewire_operator/brain",
    "--ignore=tests/pagewire/kube", "--ignore=tests/pagewire/simulator/test_foreign_clients.py",
    *(f"--ignore=tests/pagewire/resources/test_{name}.py" for name in ("kubectl", "rbac", "server", "status", "upgrade")),
    "-m", "not slow",
)  # fmt: skip
"""Tests that need neither a cluster, a browser nor environments of others, and say much in little time."""


def try_on(dist: Path, folder: Path, python: str, more: tuple[str, ...] = ()) -> None:
    """Run tests of this checkout against what was built, on another Python, with the pinned dependencies.

    Args:
        dist: as `building.build` fills it.
        folder: where the environment goes.
        python: the interpreter.
        more: words for pytest beside `FAST`; later ones win.

    Raises:
        ReleaseError: something does not install, or a test fails.
    """
    _uv("venv", "--quiet", "--no-project", "--clear", "--python", python, str(folder))
    _uv(
        "pip",
        "install",
        "--quiet",
        "--python",
        str(folder),
        "--require-hashes",
        "-r",
        str(ROOT / "requirements/dev.txt"),
    )
    wheels = [str(one) for one in dist.glob("*.whl")]
    _uv("pip", "install", "--quiet", "--python", str(folder), "--no-deps", *wheels)
    words = [folder / "bin/python", "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *FAST, *more]
    if subprocess.run(words, cwd=ROOT, check=False).returncode:
        raise ReleaseError(f"tests fail on {python}")
