"""The how-to on plugins works as it stands: its plugin answers in a running gateway, and its own tests pass."""

import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import yaml

from pagewire import hooks
from pagewire_gateway.plugins import Plugin, load
from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.stage import staged

PAGE = (Path(__file__).parents[2] / "docs/how-to/write-a-plugin.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def written(tmp_path, monkeypatch) -> Path:
    """The files of the page, importable."""
    for block in blocks("python"):
        name = re.match(r"# file: (\S+)\n", block)
        assert name, "a block of Python says its file"
        (tmp_path / name[1]).write_text(block)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in ("pagewire_hours", "pagewire_hours_remote"):
        sys.modules.pop(name, None)


def plugin() -> dict[str, Plugin]:
    """The plugin, found as its ``pyproject.toml`` says."""
    (project,) = map(tomllib.loads, blocks("toml"))
    ((name, module),) = project["project"]["entry-points"][hooks.ENTRY_POINT_GROUP].items()
    return load(found=[EntryPoint(name, module, hooks.ENTRY_POINT_GROUP)])


async def test_it_answers_signs_and_tells_how_it_is(written, tmp_path):
    found = plugin()
    ((use,),) = (yaml.safe_load(block)["plugins"] for block in blocks("yaml"))
    folder = tmp_path / "gateway"
    folder.mkdir()
    async with staged(folder, found, enabled=[use]) as stage:
        await stage.sim.say(making.PAGE, "ann", "When are you open?")
        await stage.sim.wait_for_sends(1)
        said = next(iter(stage.sim.sends)).message["text"]
        assert re.fullmatch(r"Hello \w+, we are open from 9 to 6\.\n\(a program\)", said)
        await stage.until(lambda: stage.gateway.health.latest["hours"].health.status == "ok")


def test_its_own_tests_pass(written):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-o",
        "asyncio_mode=auto",
        "test_hours.py",
    ]
    done = subprocess.run(command, cwd=written, capture_output=True, text=True, timeout=60, check=False)
    assert "13 passed" in done.stdout, done.stdout + done.stderr


async def test_its_commands_work_in_order(tmp_path, monkeypatch):
    (block,) = blocks("sh")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    done = []
    for line in block.splitlines():
        program, *arguments = shlex.split(line)
        if program == "cd":
            monkeypatch.chdir(tmp_path / arguments[0])
        elif program == "pagewire" and arguments[1] != "try":  # which runs until Ctrl-C; tests/whole has it
            done.append(await invoke(*arguments))
    assert [one.exit_code for one in done] == [0, 0, 0], [one.output for one in done]
    assert "Hello from opening-hours!" in done[-1].stdout
    sys.modules.pop("pagewire_opening_hours", None)
