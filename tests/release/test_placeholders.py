"""Names that nobody has registered yet are listed in one place, each with where it is said."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/release.md").read_text()
NAMES = r"[a-z]+@pagewire\.dev|https://pagewire\.dev/[a-z/-]+|ghcr\.io/pagewire"
WRITTEN = ("deploy/alerts/", "deploy/kustomize/", "docs/reference/", "docs/how-to/install-with-kustomize.md")
"""Written from what the list names, or typed from it by a test."""


def said() -> set[tuple[str, str]]:
    """Each name with the file it stands in."""
    words = ["git", "grep", "--untracked", "-IoE", NAMES, "--", ".", ":!tests", ":!docs/how-to/release.md"]
    lines = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return {(name, path) for path, _, name in (line.partition(":") for line in lines)}


def test_every_placeholder_is_listed_with_its_file() -> None:
    listed = PAGE.partition("## Before the first release")[2]
    found = said()
    assert len({name for name, _ in found}) >= 4
    for name, path in found:
        assert name.rstrip("/") in listed, f"{name} of {path} is not in docs/how-to/release.md"
        assert Path(path).name in listed or path.startswith(WRITTEN), f"{path} is not named beside {name}"
