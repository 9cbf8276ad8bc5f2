"""A release in the repository: the fragments become the changelog, the chart gets its version, and a tag names all of it."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from packaging.version import Version

from .building import ROOT, ReleaseError

_VERSION: Final = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)((?:a|b|rc)\d+)?")
_CHART: Final = "charts/pagewire/Chart.yaml"


def cut(version: str, *, root: Path = ROOT) -> str:
    """Make the commit and the tag of a release; nothing is pushed. Gives the tag.

    Raises:
        ReleaseError: the version is none or not a newer one, something is not committed, or nothing is to be told.
    """
    _check(version, root)
    _run(root, sys.executable, "-m", "towncrier", "build", "--yes", "--version", version)
    _set_chart(root / _CHART, version)
    _git(root, "add", "--all", ".")
    _git(root, "commit", "--quiet", "--message", f"Release {version}", "--message", "The changelog tells what is new.")
    _git(root, "tag", "--annotate", f"v{version}", "--message", f"Pagewire {version}")
    return f"v{version}"


def _check(version: str, root: Path) -> None:
    if _VERSION.fullmatch(version) is None:
        raise ReleaseError(f"{version!r} is no version; write it as 1.2.3 or 1.2.3rc1")
    if _git(root, "status", "--porcelain"):
        raise ReleaseError("something is not committed; a release is made of what is")
    if not [one for one in (root / "changelog.d").iterdir() if one.suffix == ".md"]:
        raise ReleaseError("changelog.d is empty: there is nothing to release")
    tags = _git(root, "tag", "--list", "v*").split()
    if newer := [tag for tag in tags if Version(tag) >= Version(version)]:
        raise ReleaseError(f"{', '.join(newer)} is not older than {version}; versions go up")


def _set_chart(file: Path, version: str) -> None:
    if file.exists():
        text = re.sub(r"(?m)^version:.*$", f"version: {version}", file.read_text())
        file.write_text(re.sub(r"(?m)^appVersion:.*$", f'appVersion: "{version}"', text))


def _git(root: Path, *words: str) -> str:
    return _run(root, "git", *words)


def _run(root: Path, *words: str) -> str:
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseError(f"{' '.join(words[:4])}: {(done.stderr or done.stdout)[-1000:]}")
    return done.stdout.strip()
