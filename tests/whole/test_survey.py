"""The plugin of `deploy/examples/plugins`: its own tests, in an environment where it is installed as its author would."""

import csv
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from pagewire_gateway.cli.plugin_finding import point_of
from pagewire_gateway.plugins import load
from pagewire_gateway.trying import trying

EXAMPLE = Path(__file__).parents[2] / "deploy/examples/plugins/survey"
UV = Path(sys.executable).with_name("uv")


@pytest.mark.slow(15)
def test_its_own_tests_pass(tmp_path: Path) -> None:
    made, venv = tmp_path / "survey", tmp_path / "venv"
    shutil.copytree(EXAMPLE, made)
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, venv], check=True, timeout=100)
    python = venv / "bin/python"
    (packages,) = (venv / "lib").glob("python*/site-packages")
    (packages / "beside.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    install = [UV, "pip", "install", "--quiet", "--python", python, "--no-deps", "-e", made]
    subprocess.run(install, check=True, timeout=100)
    done = subprocess.run(
        [python, "-m", "pytest", "-q"], check=False, cwd=made, capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


async def test_a_rating_comes_through_a_whole_gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    table = tmp_path / "survey.csv"
    plugins = load(found=[point_of(str(EXAMPLE))])
    async with trying(plugins, {"survey": {"csv": str(table)}}, tmp_path / "gateway") as tried:
        await tried.say("Goodbye!")
        assert await tried.replies(1) == ["How did we do?"]
        await tried.sim.tap(tried.page, "ann", "★★★★")
        assert await tried.replies(2) == ["How did we do?", "Thank you!"]
        events = {one.stored.id for one in await tried.events()}
    for name in [one for one in sys.modules if one.startswith("pagewire_survey")]:
        monkeypatch.delitem(sys.modules, name)
    head, row = csv.reader(table.read_text().splitlines())
    assert head == ["time", "account", "event", "rating"]
    assert (row[2] in events, row[3]) == (True, "4")
