"""``pagewire plugins backfill``: a plugin gets what happened before, or says what that would change."""

import json
import sys

import pytest

from pagewire.terminal.exits import Exit
from tests.pagewire_crm_sync.hubspot_fake import TOKEN, running
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.making import PAGE

TALLY = """
from pagewire import hookimpl
@hookimpl
async def message_received(event):
    raise RuntimeError("nothing is handed over in a dry run")
async def explain_event(event, context):
    texts = [*(await context.store.get("texts", [])), event.text]
    await context.store.put("texts", texts)
    return (f"change {len(texts)} texts", f"  last: {event.text}")
"""


@pytest.fixture
def tally(tmp_path, monkeypatch):
    made = tmp_path / "tally"
    made.mkdir()
    (made / "pyproject.toml").write_text('[project.entry-points.pagewire]\ntally = "tally_of_test"\n')
    (made / "tally_of_test.py").write_text(TALLY)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield made
    sys.modules.pop("tally_of_test", None)


async def test_a_plugin_gets_everything_again_in_order(run, picky, settled):
    done = await run("plugins", "backfill", "picky", "--rate", "1000", "-o", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["events"] == len(settled)
    assert picky.seen == [*settled, *settled]


async def test_filters_leave_some(run, picky, settled):
    done = await run("plugins", "backfill", "picky", "--kind", "read", "--rate", "1000")
    assert (done.exit_code, len(picky.seen)) == (0, len(settled))
    assert "0 events handed to picky" in done.stderr


async def test_a_lane_that_is_closed_is_said_rather_than_waited_for(run, picky, settled):
    await run("plugins", "--pause", "picky")
    done = await run("plugins", "backfill", "picky", "--rate", "1000")
    assert done.exit_code != 0
    assert "picky takes nothing: it is paused" in done.stderr
    assert "pagewire plugins --resume picky" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("picky", "--from-meta"), "--from-meta needs --account and --since"),
        (("picky", "--from-meta", "--account", "1", "--since", "24h", "--dry-run"), "run `pagewire heal` first"),
        (("nobody",), "No plugin nobody is at work here"),
        (("survey-of-nobody", "--dry-run"), "is not installed"),
        (("logging", "--dry-run"), "logging cannot say what it would do"),
    ],
)
async def test_what_cannot_be_done_is_said(run, settled, arguments, says):
    done = await run("plugins", "backfill", *arguments)
    assert done.exit_code != 0
    assert says in done.stderr


async def test_a_dry_run_tells_each_conversation_once_and_hands_nothing_over(run, tally, settled):
    done = await run("plugins", "backfill", str(tally), "--dry-run")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == ["change 2 texts", "  last: three", "change 1 texts", "  last: two"]
    assert done.stderr.strip().endswith("2 change")


async def test_crm_sync_says_which_contacts_would_be_made(run, settled, tmp_path):
    async with running(lambda: 0.0) as portal:
        fields = [{"to": "pagewire_last", "from": "lastSeen"}]
        config = {"hubspot": {"apiUrl": portal.url, "fields": fields}, "tokenEnv": "PAGEWIRE_CRM_TOKEN"}
        file = tmp_path / "crm.yaml"
        file.write_text(json.dumps(config))
        how = ("plugins", "backfill", "crm-sync", "--dry-run", "--config", str(file), "-o", "json")
        done = await run(*how, PAGEWIRE_CRM_TOKEN=TOKEN)
        assert done.exit_code == 0, done.output
        said = json.loads(done.stdout)
        assert said["counts"] == {"create": len(said["changes"])}
        assert said["changes"][0][1].startswith("  pagewire_last: nothing -> '20")
        assert not portal.contacts


async def test_from_meta_fetches_first(run, settled, picky):
    done = await run(
        "plugins", "backfill", "picky", "--from-meta", "--account", PAGE, "--since", "1h", "--rate", "1000"
    )
    assert done.exit_code == 0, done.output
    assert "messages that no webhook brought" in done.stderr
    assert len(picky.seen) >= 2 * len(settled)


async def test_without_a_gateway_it_says_how_to_reach_one():
    done = await invoke("plugins", "backfill", "crm-sync")
    assert done.exit_code == Exit.UNREACHABLE
