"""From an empty folder: README's two commands, then the tutorial, typed as they stand into a fresh clone."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.transcript import typed
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/tutorial/ten-minutes.md"
DEMO = """
make demo > demo.log 2>&1 &
demo=$!
until grep "Ctrl-C ends the demo" demo.log; do kill -0 $demo; sleep 1; done
for page in "Chat page" Console "Admin API" Metrics; do curl -sf -o /dev/null $(sed -n "s/^$page  *//p" demo.log); done
kill -INT $(pgrep -P $demo)
wait $demo
cat demo.log
"""
"""What README calls `make demo`, with somebody who looks at every page it names and presses Ctrl-C."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed and what is new, without what was built."""
    folder = tmp_path_factory.mktemp("empty")
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


def commands() -> list[str]:
    """The commands that README begins with."""
    (block,) = re.findall(r"^```\n(make demo .*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    return [line.partition("#")[0].strip() for line in block.splitlines()]


@pytest.mark.slow(45)
@pytest.mark.timeout(400)
def test_readmes_two_commands_need_nothing_before_them(folder: Path):
    demo, scaled, test = commands()
    assert (demo, scaled) == ("make demo", "make demo SCALE=1"), "tests/whole/test_demo.py has the second"
    # All tests within all tests would not end: all that `make test` builds and installs first, and one file of them.
    few = f'{test} PYTEST_ARGS="-n 0 tests/docs/test_decisions.py tests/docs/test_named_tests.py"'
    page = (
        f"```sh\n{DEMO}```\n```text\nEverything expected happened: …\nStopped.\n```\n"
        f"```sh\n{few}\n```\n```text\n… passed in …\n```"
    )
    typed(page, folder, instead={}, environment={"PYTHON": sys.executable, "CI": ""}, timeout=360, keep="readme")


@pytest.mark.slow(45)
@pytest.mark.timeout(400)
def test_everything_the_tutorial_says_happens(folder: Path):
    ports = {port: str(free_port()) for port in ("8080", "8090", "8099", "9090")}
    environment = {"PAGEWIRE_ADMIN_URL": f"http://127.0.0.1:{ports['9090']}", "PYTHON": sys.executable}
    typed(PAGE.read_text(), folder, instead=ports, environment=environment, timeout=360, keep="tutorial")
