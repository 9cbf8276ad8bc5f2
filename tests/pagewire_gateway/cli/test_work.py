"""``parked``, ``replay``, ``plugins`` and ``backup``."""

import json
import stat

import pytest

from pagewire import Health
from pagewire_gateway.app import now
from pagewire_gateway.care.health import Told
from pagewire_gateway.cli import replay
from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.playing import refused_event


async def test_parked_work_is_listed_with_its_reason(run, refused):
    (parked,) = json.loads((await run("parked", "-o", "json")).stdout)
    assert (parked["id"], parked["plugin"]) == (refused, "picky")
    table = (await run("parked")).stdout
    assert refused in table
    assert "not in that tone" in table
    lines = (await run("parked", "-o", "jsonl")).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [refused]


async def test_nothing_parked_is_said_on_stderr(run):
    result = await run("parked")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "Nothing is parked.\n")


async def test_everything_parked_is_taken_up(run, stage, picky, refused):
    picky.refusing = False
    result = await run("replay", "--parked", "-o", "json")
    assert json.loads(result.stdout) == {"events": 1, "outbound": 0, "missing": [], "dry_run": False}
    await stage.until_state(refused, "picky", "done")


async def test_what_a_list_leaves_out_is_taken_up_too(run, stage, picky, refused, monkeypatch):
    second = await refused_event(stage)
    picky.refusing = False
    monkeypatch.setattr(replay, "MOST", 1)
    told = (await run("replay", "--parked", "--dry-run")).stderr
    assert "Only the oldest 1 were looked at" in told
    result = await run("replay", "--parked", "-o", "json")
    assert json.loads(result.stdout)["events"] == 2
    for one in (refused, second):
        await stage.until_state(one, "picky", "done")


async def test_a_dry_run_only_says_what_would_happen(run, picky, refused):
    picky.refusing = False
    result = await run("replay", "--parked", "--dry-run")
    assert result.stderr == "1 parked events and 0 outbound requests would be replayed.\n"
    assert json.loads((await run("parked", "-o", "json")).stdout)


async def test_parked_work_of_another_plugin_is_left_alone(run, refused):
    result = await run("replay", "--parked", "--plugin", "answer")
    assert result.exit_code == 0
    assert result.stderr == "0 parked events and 0 outbound requests put back.\n"


async def test_one_parked_id_is_taken_up(run, stage, picky, refused):
    picky.refusing = False
    assert (await run("replay", "--parked", refused)).exit_code == 0
    await stage.until_state(refused, "picky", "done")


async def test_events_are_replayed_by_id_for_one_plugin(run, stage, picky, settled):
    result = await run("replay", *settled[:2], "--plugin", "picky")
    assert (result.exit_code, result.stderr) == (0, "2 events put back.\n")
    await stage.until(lambda: len(picky.seen) == 5)
    assert sorted(picky.seen[3:]) == sorted(settled[:2])


async def test_all_events_are_replayed_through_filters_and_only_after_a_yes(run, stage, picky, settled):
    asked = await run("replay", "--all", "--person", "71", "--plugin", "picky")
    assert asked.exit_code == 1
    assert "Replay 2 events for picky?" in asked.stderr
    assert len(picky.seen) == 3
    done = await run("replay", "--all", "--person", "71", "--plugin", "picky", "--yes", "-o", "json")
    assert json.loads(done.stdout)["events"] == 2
    await stage.until(lambda: len(picky.seen) == 5)
    assert sorted(picky.seen[3:]) == sorted([settled[0], settled[2]])


async def test_many_events_are_replayed_in_chunks(run, stage, picky):
    items = [making.message("again", f"8{number:05d}") for number in range(450)]
    await stage.deliver(*items)
    await stage.until(lambda: len(picky.seen) == 450)
    await stage.until(lambda: stage.gateway.dispatcher.lanes()[1].handled >= 450)
    done = await run("replay", "--all", "--kind", "message", "--plugin", "picky", "--yes", "-o", "json")
    assert json.loads(done.stdout) == {"events": 450, "outbound": 0, "missing": [], "dry_run": False}
    await stage.until(lambda: len(picky.seen) == 900)


async def test_some_ids_that_do_not_exist_end_with_3(run, settled):
    result = await run("replay", settled[0], "nope", "--plugin", "picky")
    assert result.exit_code == 3
    assert result.stderr == "1 events put back.\nnot found: nope\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["replay", "nope"], "Nothing has any of these ids"),
        (["replay", "--parked", "nope"], "Nothing has any of these ids"),
        (["replay", "--parked", "--plugin", "nobody", "nope"], "No plugin nobody is at work"),
        (["plugins", "--pause", "nobody"], "No plugin nobody is at work"),
        (["plugins", "--hooks", "nobody"], "No plugin nobody is at work. At work are: answer, picky."),
        (["plugins", "--hooks", "nobody", "-o", "json"], "No plugin nobody is at work"),
    ],
)
async def test_what_does_not_exist_ends_with_4(run, arguments, said):
    result = await run(*arguments)
    assert result.exit_code == 4
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--all", "0123"],
        ["--all", "--parked"],
        ["--kind", "message", "0123"],
        ["--parked", "--resend"],
        ["--drop", "0123"],
        ["--parked", "--cause", "x", "0123"],
    ],
)
async def test_a_replay_that_makes_no_sense_ends_with_2(arguments):
    assert (await invoke("replay", *arguments)).exit_code == 2


async def test_parked_work_is_given_up_by_its_cause(run, stage, refused):
    (cause,) = json.loads((await run("parked", "--causes", "-o", "json")).stdout)
    assert (cause["cause"], cause["count"], cause["plugin"], cause["what"]) == ("Refused", 1, "picky", "event")
    other = await run("replay", "--parked", "--cause", "TimeoutError", "--drop", "--yes")
    assert other.stderr == "0 parked events dropped.\n"
    asked = await run("replay", "--parked", "--cause", "Refused", "--drop", "--dry-run")
    assert asked.stderr == "1 parked events would be dropped.\n"
    done = await run("replay", "--parked", "--cause", "Refused", "--drop", "--yes")
    assert done.stderr == "1 parked events dropped.\n"
    assert "Nothing is parked" in (await run("parked", "--causes")).stderr
    told = json.loads((await run("events", refused, "--timeline", "-o", "json")).stdout)
    assert [one["step"] for one in told if one["plugin"] == "picky"] == ["attempt", "dropped"]


async def test_a_replay_in_the_background_is_left_alone_and_listed(run, stage, picky, settled):
    begun = await run("replay", "--all", "--plugin", "picky", "--detach", "--yes")
    assert begun.stderr.startswith("Replay ")
    await stage.until(lambda: len(picky.seen) == 6)
    await stage.until(lambda: not any(job.state == "running" for job in stage.gateway.replays.all()))
    (listed,) = json.loads((await run("replays", "-o", "json")).stdout)
    assert (listed["state"], listed["looked"], listed["replayed"], listed["asked"]["sends"]) == ("done", 3, 3, "none")
    assert (await run("replays", "--cancel", "nope")).exit_code == 4


async def test_plugins_are_listed(run, stage, settled):
    answer, picky = json.loads((await run("plugins", "-o", "json")).stdout)
    assert (answer["name"], picky["name"]) == ("answer", "picky")
    _, first, second = (await run("plugins")).stdout.splitlines()
    assert first.split()[:3] == ["answer", "0", "working"]
    assert "message_received" in second


async def test_a_plugin_is_paused_and_resumed(run, stage):
    assert "paused" in (await run("plugins", "--pause", "picky")).stdout.splitlines()[2]
    assert "paused" not in (await run("plugins", "--resume", "picky")).stdout


async def test_a_backup_and_its_key_are_for_their_owner_alone(run, settled, stage, tmp_path):
    target, key = tmp_path / "copy.tar", tmp_path / "copy.key"
    result = await run("backup", str(target), "--key", str(key))
    assert result.exit_code == 0
    assert result.stderr == f"{target}: {target.stat().st_size} bytes\n{key}: 32 bytes\n"
    assert {stat.S_IMODE(file.stat().st_mode) for file in (target, key)} == {0o600}
    assert key.read_bytes() == (stage.gateway.settings.data / "people.key").read_bytes()
    assert not target.with_name("copy.tar.part").exists()


async def test_a_backup_overwrites_nothing(run, tmp_path):
    target = tmp_path / "copy.db"
    target.write_text("mine")
    result = await run("backup", str(target))
    assert result.exit_code == 1
    assert "exists" in result.stderr
    assert target.read_text() == "mine"


async def test_a_backup_into_nowhere_says_so(run, tmp_path):
    result = await run("backup", str(tmp_path / "no" / "copy.db"))
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


async def test_a_backup_without_a_gateway_leaves_nothing(tmp_path):
    result = await invoke("backup", str(tmp_path / "copy.db"))
    assert result.exit_code == 5
    assert list(tmp_path.iterdir()) == []


async def test_hooks_of_a_plugin_are_listed(run, stage):
    assert (await run("plugins", "--hooks", "picky")).stdout.split() == ["HOOK", "message_received"]


async def test_what_a_plugin_says_of_itself_is_shown(run, stage):
    stage.gateway.health.latest["picky"] = Told(Health(status="degraded", reason="half the sinks are away"), now())
    done = await run("plugins")
    assert "degraded" in done.stdout
    assert "picky is degraded: half the sinks are away" in done.output
