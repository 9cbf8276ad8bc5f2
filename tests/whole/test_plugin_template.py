"""``pagewire plugins new``: what it writes is a plugin whose tests pass at once, and that answers in a whole gateway."""

import asyncio
import json
import re
import signal
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement

from pagewire_gateway.plugins import load
from pagewire_gateway.trying import trying
from pagewire_gateway.trying.places import write
from tests.pagewire_gateway.cli.conftest import invoke

UV = Path(sys.executable).with_name("uv")


@pytest.fixture
async def made(tmp_path):
    folder = tmp_path / "plugin"
    done = await invoke("plugins", "new", "opening-hours", "--into", str(folder))
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def python(tmp_path, made) -> Path:
    """A fresh environment beside the SDK, with the plugin installed as its author would."""
    venv = tmp_path / "venv"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, venv], check=True, timeout=100)
    home = venv / "bin/python"
    packages = subprocess.run(
        [home, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    beside = sysconfig.get_path("purelib")
    Path(packages, "beside.pth").write_text(f"import site; site.addsitedir({beside!r})\n")
    install = [UV, "pip", "install", "--quiet", "--python", home, "--no-deps", "-e", made]
    subprocess.run(install, check=True, timeout=100)
    return home


def test_what_wrote_it_is_new_enough_for_it(made):
    project = tomllib.loads((made / "pyproject.toml").read_text())["project"]
    (pagewire,) = map(Requirement, project["dependencies"])
    assert pagewire.specifier.contains(version("pagewire"))


@pytest.mark.slow(15)
def test_its_tests_pass_and_the_gateway_finds_it(made, python):
    done = subprocess.run(
        [python, "-m", "pytest", "-q"], check=False, cwd=made, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "9 passed" in done.stdout
    extras = (
        "from importlib.metadata import metadata; print(metadata('pagewire-opening-hours').get_all('Provides-Extra'))"
    )
    said = subprocess.run([python, "-c", extras], check=True, capture_output=True, text=True, timeout=100)
    assert "['test']" in said.stdout, "its README and the command say pip install -e '.[test]'"
    check = [python, "-m", "pagewire_gateway.cli", "plugins", "check", "opening-hours", "-o", "json"]
    checks = json.loads(subprocess.run(check, check=False, capture_output=True, text=True, timeout=100).stdout)
    assert checks
    assert all(one["passed"] for one in checks)


OPERATOR = """
import sys
from pagewire_operator.brain.plugins import plugins_configured
from pagewire.resources.plugins import Plugin
from pagewire_operator.installed import look
(said,) = plugins_configured([Plugin(name="opening-hours", config={sys.argv[1]: "open"})], look())
print(said.type, said.status, said.reason, said.message)
"""


@pytest.mark.slow(15)
def test_nobodys_plugin_is_checked_by_the_operator_and_the_doctor(python, tmp_path):
    """Installed by pip in an environment of its own, and known to no code of ours."""

    def told(*command):
        done = subprocess.run([python, *command], check=False, capture_output=True, text=True, timeout=100)
        return done.stdout + done.stderr

    def doctor():
        closed = ("--admin", "http://127.0.0.1:9", "--public", "127.0.0.1:0")
        return told("-m", "pagewire_gateway.cli", "doctor", "--manifests", tmp_path / "manifests", *closed)

    assert "PluginsConfigured True Reconciled" in told("-c", OPERATOR, "word")
    assert "PluginsConfigured False PluginConfigInvalid" in (wrong := told("-c", OPERATOR, "wrod"))
    assert "did you mean word?" in wrong
    write(tmp_path / "manifests", {"opening-hours": {"wrod": "open"}})
    assert "wrod: unknown field" in doctor()
    write(tmp_path / "manifests", {"opening-hours": {"word": "open"}})
    assert "wrod" not in (well := doctor())
    assert "opening-hours" in well


async def test_it_answers_in_a_whole_gateway_and_is_configured_live(made, tmp_path, monkeypatch):
    from pagewire_gateway.cli.plugin_finding import point_of

    monkeypatch.setattr(sys, "path", list(sys.path))
    plugins = load(found=[point_of(str(made))])
    async with trying(plugins, {"opening-hours": {"word": "open", "answer": "9 to 6"}}, tmp_path / "gateway") as tried:
        await tried.say("Are you open?")
        assert await tried.replies(1) == ["9 to 6"]

        tried.configure(**{"opening-hours": {"word": "open", "answer": "all day"}})
        account = lambda: tried.gateway.registry.account("page", tried.page)  # noqa: E731
        await tried.until(lambda: b"all day" in bytes(account().plugins[0].config))
        await tried.say("Are you open?")
        assert await tried.replies(2) == ["9 to 6", "all day"]

        tried.configure()
        await tried.until(lambda: not account().plugins)
        await tried.say("Are you open?")
        while len(await tried.events()) < 3 + len(tried.sim.sends):  # each reply comes back as an echo
            await asyncio.sleep(0.02)
        tried.configure(**{"opening-hours": {"word": "open", "answer": "again"}})
        await tried.until(lambda: account().plugins)
        await tried.say("Are you open?")
        assert await tried.replies(3) == ["9 to 6", "all day", "again"]
    sys.modules.pop("pagewire_opening_hours", None)


async def test_a_person_can_talk_to_it_in_the_chat_page(made):
    command = [sys.executable, "-m", "pagewire_gateway.cli", "plugins", "try", made, "--port", "0"]
    program = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(60):
            line = (await program.stdout.readline()).decode()
        async with httpx.AsyncClient() as client:
            page = await client.get(re.search(r"http://\S+/chat", line)[0], follow_redirects=True)
        assert page.status_code == 200
    finally:
        program.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(program.wait(), 60) == 0


async def test_a_configuration_that_does_not_fit_is_said_before_anything_starts(made, tmp_path):
    (tmp_path / "config.yaml").write_text("wrod: hello")
    done = await invoke("plugins", "try", str(made), "--config", str(tmp_path / "config.yaml"))
    assert (done.exit_code, "wrod: unknown field" in done.stderr) == (1, True)
    sys.modules.pop("pagewire_opening_hours", None)


@pytest.mark.parametrize("name", ["Hours", "a b", "-x", "x-", "x" * 41, "../x"])
async def test_what_is_no_name_is_refused(name, tmp_path):
    done = await invoke("plugins", "new", "--into", str(tmp_path / "x"), "--", name)
    assert done.exit_code == 1
    assert "opening-hours" in done.stderr
    assert not (tmp_path / "x").exists()


async def test_nothing_is_overwritten(made):
    done = await invoke("plugins", "new", "opening-hours", "--into", str(made))
    assert "is not empty" in done.stderr
