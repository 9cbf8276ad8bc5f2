"""Wheels and source archives of all six distributions, built twice to see that the bytes are the same."""

import os
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SUMS: Final = "SHA256SUMS"


class ReleaseError(Exception):
    """A release cannot be made; the message says what to do."""


def build(out: Path, *, root: Path = ROOT) -> list[Path]:
    """Build into an empty folder, with the time of the last commit as that of every file.

    Raises:
        ReleaseError: the folder is not empty, the build fails, or a second build has other bytes.
    """
    if out.exists() and any(out.iterdir()):
        raise ReleaseError(f"{out} is not empty; remove it, so that nothing of another build is released")
    built = _build(out, root)
    with tempfile.TemporaryDirectory() as again:
        other = _build(Path(again), root)
        differ = [one.name for one, two in zip(built, other, strict=True) if one.read_bytes() != two.read_bytes()]
    if differ:
        raise ReleaseError(
            f"a second build has other bytes: {', '.join(differ)}; find what of it depends on time or order"
        )
    (out / SUMS).write_text("".join(f"{sha256(one.read_bytes()).hexdigest()}  {one.name}\n" for one in built))
    return built


def _build(out: Path, root: Path) -> list[Path]:
    uv = Path(sys.executable).with_name("uv")
    command = [
        uv,
        "build",
        "--quiet",
        "--all-packages",
        "--no-create-gitignore",
        "--python",
        sys.executable,
        "--out-dir",
        out,
    ]
    done = subprocess.run(command, cwd=root, env=environment(root), capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseError(f"uv build failed: {done.stderr[-2000:]}")
    return sorted(one for one in out.iterdir() if one.name.endswith((".whl", ".tar.gz")))


def environment(root: Path) -> dict[str, str]:
    """What a build runs in: its time is that of the last commit."""
    time = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=root, capture_output=True, text=True, check=True
    ).stdout.strip()
    return {**os.environ, "SOURCE_DATE_EPOCH": time, "PYTHONHASHSEED": "0"}
