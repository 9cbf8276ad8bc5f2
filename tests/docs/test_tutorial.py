"""The tutorial, typed as it stands into a fresh clone."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.transcript import typed
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/tutorial/ten-minutes.md"


def clone(folder: Path) -> Path:
    """What is committed and what is new, without what was built."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.mark.slow(60)
@pytest.mark.timeout(400)
def test_everything_it_says_happens(tmp_path):
    ports = {port: str(free_port()) for port in ("8080", "8090", "8099", "9090")}
    environment = {"PAGEWIRE_ADMIN_URL": f"http://127.0.0.1:{ports['9090']}", "PYTHON": sys.executable}
    typed(PAGE.read_text(), clone(tmp_path), instead=ports, environment=environment, timeout=380)
