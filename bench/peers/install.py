"""Puts the peers into the user's cache, outside the checkout: ``python -m bench.peers.install``.

Python packages by hash into one environment, npm packages by lock file without running their scripts, and redis-server from the
distribution's packages, unpacked and not installed. What a registry does not have is reported and left out.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.peers.catalogue import ABSENT, HERE

HOME = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "pagewire/peers"
REDIS = ("redis-server", "redis-tools", "liblzf1", "libjemalloc2", "libatomic1")
PATIENCE = 420.0


class Unavailable(Exception):
    """A part of a peer could not be had."""


def run(*command: str, folder: Path | None = None) -> None:
    """Run a client of a registry.

    Raises:
        Unavailable: with the last thing it said.
    """
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{command[0]}: {error}") from error
    if done.returncode:
        raise Unavailable(f"{command[0]}: {last_line(done.stderr or done.stdout)}")


def last_line(text: str) -> str:
    """The last line that says something, without addresses."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    words = (lines or ["nothing was said"])[-1].split()
    return " ".join(word for word in words if "://" not in word)


def python(folder: Path) -> None:
    run(sys.executable, "-m", "venv", str(folder))
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    run(*pip, "-r", str(HERE / "requirements.txt"))


def npm(name: str, folder: Path) -> None:
    for file in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name / file, folder / file)
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)


def redis(folder: Path) -> None:
    run("apt-get", "download", *REDIS, folder=folder)
    for package in folder.glob("*.deb"):
        run("dpkg", "-x", str(package), str(folder))


PARTS: dict[str, Callable[[Path], None]] = {
    "python": python,
    "redis": redis,
    **{name: partial(npm, name) for name in ("restate", "bottender", "botkit")},
}
PINS = {
    "python": HERE / "requirements.txt",
    **{name: HERE / name / "package-lock.json" for name in PARTS if name in {"restate", "bottender", "botkit"}},
}


def provide(name: str) -> None:
    """Have one part, made anew if its pins are others than when it was made.

    Raises:
        Unavailable: it could not be had, with the reason.
    """
    folder, pins = HOME / name, PINS[name].read_text() if name in PINS else " ".join(REDIS)
    made = folder / ".made-from"
    if made.is_file() and made.read_text() == pins:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    PARTS[name](folder)
    made.write_text(pins)


def absent() -> dict[str, str]:
    """Ask for each peer that was not to be had, and what the registry's client says."""
    return {peer.title: asked(peer.ask) for peer in ABSENT}


def asked(command: tuple[str, ...]) -> str:
    """The reason; or that it is there now, so that somebody writes its scripts."""
    try:
        run(*command)
    except Unavailable as reason:
        return str(reason)
    return "is served now: write its start script"


def main() -> None:
    for name in PARTS:
        try:
            provide(name)
            print(f"{name}: ready in {HOME / name}")
        except Unavailable as reason:
            print(f"{name}: not to be had. {reason}")
    for title, reason in absent().items():
        print(f"{title}: skipped. {reason}")


if __name__ == "__main__":
    main()
