"""A release is cut in a copy of this repository: changelog, chart, commit, tag, and a version that follows from it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.release.building import ROOT, ReleaseError
from tools.release.cutting import cut

pytestmark = pytest.mark.slow(15)


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with what a release touches, and one distribution."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A Maintainer")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "maintainer@example.com")
    root = tmp_path / "copy"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(root))
    kept = (
        "CHANGELOG.md",
        "pyproject.toml",
        "plugins/logging/pyproject.toml",
        "plugins/logging/README.md",
        "plugins/logging/LICENSE",
    )
    for name in (
        *kept,
        *(f"plugins/logging/{one}" for one in git(ROOT / "plugins/logging", "ls-files", "src").splitlines()),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes((ROOT / name).read_bytes())
    (root / "changelog.d").mkdir()
    (root / "changelog.d/.gitkeep").write_text("")
    (root / "changelog.d/+a.upgrade.md").write_text("Tokens are locked now.\n")
    (root / "changelog.d/+b.added.md").write_text("A door to the sea.\n")
    (root / "charts/pagewire").mkdir(parents=True)
    (root / "charts/pagewire/Chart.yaml").write_text('name: pagewire\nversion: 0.0.0\nappVersion: "0.0.0"\n')
    commit(root, "Begin")
    return root


def commit(root: Path, subject: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", subject)


def version_built(root: Path, out: Path) -> str:
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "build", "--quiet", "--wheel", "--python", sys.executable, "--out-dir", out, "plugins/logging"]
    subprocess.run(command, cwd=root, check=True)
    (wheel,) = out.glob("*.whl")
    return wheel.name.split("-")[1]


def test_a_release_tells_what_is_new_and_names_every_version(copy: Path, tmp_path: Path):
    assert cut("1.2.0", root=copy) == "v1.2.0"
    log = (copy / "CHANGELOG.md").read_text()
    assert (
        log.index("## 1.2.0")
        < log.index("### Upgrade notes")
        < log.index("### Added")
        < log.index("A door to the sea.")
    )
    assert not list((copy / "changelog.d").glob("*.md"))
    assert "version: 1.2.0" in (copy / "charts/pagewire/Chart.yaml").read_text()
    assert git(copy, "status", "--porcelain") == ""
    assert git(copy, "describe", "--exact-match") == "v1.2.0"
    assert version_built(copy, tmp_path / "released") == "1.2.0"
    commit(copy, "Go on")
    assert version_built(copy, tmp_path / "after").startswith("1.2.1.dev1+")


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1.2", "is no version"),
        ("v1.2.0", "is no version"),
        ("1.1.9", "not older"),
        ("1.2.0", "not older"),
        ("1.2.0rc1", "not older"),
    ],
)
def test_a_version_that_is_none_or_not_newer_is_refused(copy: Path, version: str, said: str):
    git(copy, "tag", "v1.2.0")
    with pytest.raises(ReleaseError, match=said):
        cut(version, root=copy)
    assert git(copy, "tag") == "v1.2.0"


def test_a_release_follows_its_candidate(copy: Path):
    git(copy, "tag", "v1.2.0rc9")
    assert cut("1.2.0rc10", root=copy) == "v1.2.0rc10"


def test_what_is_not_committed_and_a_release_without_news_are_refused(copy: Path):
    (copy / "new").write_text("")
    with pytest.raises(ReleaseError, match="not committed"):
        cut("1.2.0", root=copy)
    git(copy, "rm", "--quiet", "changelog.d/*.md")
    commit(copy, "Nothing")
    with pytest.raises(ReleaseError, match="nothing to release"):
        cut("1.2.0", root=copy)
