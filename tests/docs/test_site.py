"""The documentation builds as a site: links and anchors lead somewhere, all pages are in it, and it needs nobody else."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md"))
FETCHED = re.compile(
    r'<(?:script|img|iframe|source)\b[^>]*\bsrc="(?:https?:)?//|<link\b[^>]*\brel="(?:stylesheet|preload)"[^>]*\bhref="(?:https?:)?//'
)


pytestmark = pytest.mark.timeout(450)
"""Sphinx reads all of the manual; beside other tests on two cores that can take minutes."""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The built site; a warning of Sphinx fails whoever asks for it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going", "docs", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow(10)
def test_every_page_is_there_for_people_and_for_machines(site):
    listed = (site / "llms.txt").read_text()
    for page in PAGES:
        assert (site / f"{page}.html").is_file()
        assert f"/_sources/{page}.md" in listed
        assert (site / "_sources" / f"{page}.md").is_file()


def test_nothing_is_fetched_from_elsewhere(site):
    assert [path.name for path in site.rglob("*.html") if FETCHED.search(path.read_text())] == []
    styles = [
        path for path in site.rglob("*.css") if re.search(r"url\(\s*['\"]?(?:https?:)?//|@import", path.read_text())
    ]
    assert styles == []
