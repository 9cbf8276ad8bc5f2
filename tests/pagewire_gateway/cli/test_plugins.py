"""``pagewire plugins``: what is at work, and the tools of those who write plugins."""

import json
import sys

import pytest

from pagewire.terminal.exits import Exit
from tests.pagewire_gateway.cli.conftest import invoke

RULES = "rules: [{when: {text: hours}, reply: {text: 9 to 5}}]\n"
GREETER = """
from pagewire import Text, hookimpl
@hookimpl
async def message_received(event):
    return Text(text=f"You said {event.text}")
def explain_event(event, context):
    return "it always answers"
"""


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(RULES)
    return str(path)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A plugin nobody installed."""
    made = tmp_path / "greeter"
    made.mkdir()
    (made / "pyproject.toml").write_text('[project.entry-points.pagewire]\ngreeter = "greeter_of_test"\n')
    (made / "greeter_of_test.py").write_text(GREETER)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield made
    sys.modules.pop("greeter_of_test", None)


@pytest.mark.parametrize("command", [("plugins",), ("plugins", "list")])
async def test_the_list_has_a_short_form(run, command):
    done = await run(*command)
    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == ["answer", "picky"]


async def test_the_short_form_pauses_and_resumes(run):
    assert "paused" in (await run("plugins", "--pause", "picky")).stdout
    assert "paused" not in (await run("plugins", "--resume", "picky")).stdout
    assert (await run("plugins", "--hooks", "picky")).stdout.split() == ["HOOK", "message_received"]


async def test_a_plugin_that_keeps_its_contract_passes(rules):
    done = await invoke("plugins", "check", "auto-reply", "--config", rules, "-o", "json")
    assert done.exit_code == 0, done.output
    assert all(check["passed"] for check in json.loads(done.stdout))


async def test_one_that_does_not_is_told_why(folder):
    (folder / "greeter_of_test.py").write_text(GREETER.replace("event.text", "1 / 0"))
    done = await invoke("plugins", "check", str(folder))
    assert done.exit_code == Exit.WARNINGS
    assert "ZeroDivisionError" in done.stderr


async def test_the_schema_of_a_configuration_is_printed():
    schema = json.loads((await invoke("plugins", "schema", "auto-reply")).stdout)
    assert "rules" in schema["$defs"]["Config"]["properties"]


async def test_a_text_shows_the_reply_and_why(folder):
    done = await invoke("plugins", "run", str(folder), "--say", "hours?")
    assert done.exit_code == 0, done.output
    assert "You said hours?" in done.stdout
    assert "why   it always answers" in done.stdout


async def test_events_of_samples_files_and_a_journal_are_played(run, settled, folder, tmp_path):
    shown = await run("events", settled[0], "--reveal")
    file = tmp_path / "event.json"
    file.write_text(shown.stdout)
    several = ("--sample", "messenger/message_text", "--events", str(file), "--event", settled[1], "-o", "json")
    played = json.loads((await run("plugins", "run", str(folder), *several)).stdout)
    assert [one["outcome"] for one in played] == ["done"] * 3
    assert [one["replies"][0]["text"] for one in played[1:]] == ["You said one", "You said two"]


async def test_a_list_that_events_printed_is_played_again(run, settled, folder, tmp_path):
    file = tmp_path / "events.json"
    file.write_text((await run("events", "--kind", "message", "-o", "json")).stdout)
    played = json.loads((await run("plugins", "run", str(folder), "--events", str(file), "-o", "json")).stdout)
    assert [one["replies"][0]["text"] for one in played] == ["You said one", "You said two", "You said three"]


async def test_a_failure_is_shown_and_told_by_the_exit_code(folder):
    (folder / "greeter_of_test.py").write_text(GREETER.replace("event.text", "1 / 0"))
    done = await invoke("plugins", "run", str(folder), "--say", "x")
    assert (done.exit_code, "ZeroDivisionError" in done.stdout) == (Exit.WARNINGS, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "nobody", "--say", "x"), "plugin nobody is not installed"),
        (("run", "auto-reply", "--say", "x"), "rules: is empty"),
        (("run", "logging"), "--say TEXT"),
        (("run", "logging", "--sample", "message_txt"), "There is no sample"),
        (("check", "."), "declares no single plugin"),
    ],
)
async def test_what_cannot_be_done_says_what_can(arguments, said):
    done = await invoke("plugins", *arguments)
    assert done.exit_code not in (0, Exit.WARNINGS)
    assert said in done.stderr
