"""Puts the pinned clients into the user's cache, once for every set of pins; the checkout stays clean."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
NPM = [HERE / "package.json", HERE / "package-lock.json"]
PYTHON = [HERE / "requirements.txt"]


class MissingTool(RuntimeError):
    """A program that the clients need is not installed; the text says how to get it."""


def node_folder() -> Path:
    """A folder whose ``node_modules`` holds the clients from npm.

    Raises:
        MissingTool: Node.js or npm is not there.
    """
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            raise MissingTool(f"{tool} is missing: install Node.js (on Debian: apt-get install nodejs npm)")
    return _cached("npm", NPM, _npm)


def python_folder() -> Path:
    """A folder of Python packages with the clients, to be put on ``PYTHONPATH``."""
    return _cached("python", PYTHON, _pip)


def _cached(kind: str, pins: list[Path], fill: Callable[[Path], None]) -> Path:
    digest = hashlib.sha256(b"\0".join(pin.read_bytes() for pin in pins) + sys.version.encode()).hexdigest()[:16]
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pagewire" / "clients"
    base.mkdir(parents=True, exist_ok=True)
    folder = base / f"{kind}-{digest}"
    with (base / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = base / f"{kind}-making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            fill(making)
            making.rename(folder)
    return folder


def _npm(folder: Path) -> None:
    for pin in NPM:
        shutil.copy(pin, folder)
    _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)


def _pip(folder: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    install = [str(uv), "pip", "install", "--quiet", "--require-hashes", "--python", sys.executable]
    _run([*install, "--target", str(folder), "-r", str(PYTHON[0])], folder)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingTool(f"{' '.join(command[:2])} failed: {done.stderr[-2000:]}")
