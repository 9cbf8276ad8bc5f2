"""``pagewire support-bundle``: holds what helps, and nothing that was planted."""

import json
import tarfile

from pagewire_gateway.cli.support_bundle.scrubbing import plain, scrubbed
from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.playing import Answer, Picky
from tests.pagewire_gateway.stage import plugins, staged

WORDS, PERSON = "planted words", "24000000000000077"
PLANTED = (WORDS, PERSON, "EAAPAGE", making.SECRET, "letmein", "hush", "admin-token-0123456789")
LOG = (
    f'{{"level": "info", "message": "event 0123456789abcdef0123456789abcdef of {PERSON}", "text": "{WORDS}"}}',
    f"WARNING parked for picky: Refused: {WORDS}",
    f'INFO said "{WORDS}" to {PERSON} at https://x.example/?access_token=EAAPAGE',
)


async def test_it_holds_no_secret_no_text_and_no_person(tmp_path):
    enabled = [{"name": "answer", "config": {"apiKey": "hush"}}, {"name": "picky"}]
    also = {"admin_token": PLANTED[-1]}
    log, target = tmp_path / "gateway.log", tmp_path / "bundle.tar.gz"
    log.write_text("\n".join(LOG))
    async with staged(tmp_path, plugins(answer=Answer, picky=Picky), enabled=enabled, also=also) as stage:
        (event,) = (await stage.deliver(making.message(f"no {WORDS}", PERSON))).new
        await stage.until_state(event.id, "picky", "parked")
        admin = f"http://127.0.0.1:{stage.gateway.admin_port}"
        asked = ("support-bundle", str(target), "--log", str(log), "--data", str(tmp_path))
        done = await invoke(*asked, admin=admin, PAGEWIRE_ADMIN_TOKEN=PLANTED[-1])
        assert done.exit_code == 0, done.output
        for given, says in (
            ({}, "PAGEWIRE_ADMIN_TOKEN"),
            ({"PAGEWIRE_ADMIN_TOKEN": "guess"}, "does not know this token"),
        ):
            looked = await invoke("doctor", "-o", "json", admin=admin, **given)
            (access,) = (one for one in json.loads(looked.stdout) if one["state"] == "failed")
            assert access["check"] == "access"
            assert says in access["found"] + access["fix"]
        again = await invoke(*asked, admin=admin, PAGEWIRE_ADMIN_TOKEN=PLANTED[-1])
        assert (again.exit_code, "exists" in again.stderr) == (1, True)
    assert target.stat().st_mode & 0o777 == 0o600
    with tarfile.open(target) as archive:
        found = {one.name.partition("/")[2]: archive.extractfile(one).read() for one in archive}
    everything = b"\n".join(found.values()).decode()
    assert [one for one in PLANTED if str(one) in everything] == []
    assert set(found) == {
        *("versions.json", "doctor.json", "settings.json", "stats.json", "plugins.json", "outbox.json"),
        *("parked-causes.json", "replays.json", "metrics.txt", "log.txt"),
    }
    assert json.loads(found["parked-causes.json"])["causes"][0]["cause"] == "Refused"
    assert json.loads(found["settings.json"])["dispatch"]["hook_timeout"] == 0.5
    assert json.loads(found["stats.json"])["events"] == 1
    assert "pagewire-gateway" in json.loads(found["versions.json"])["distributions"]
    assert b"pagewire_" in found["metrics.txt"]
    assert any(one["check"] == "parked" for one in json.loads(found["doctor.json"]))


async def test_without_a_gateway_it_says_what_is_missing(tmp_path):
    target = tmp_path / "bundle.tar.gz"
    done = await invoke("support-bundle", str(target))
    assert done.exit_code == 0, done.output
    with tarfile.open(target) as archive:
        stats = json.load(archive.extractfile("pagewire-support/stats.json"))
    assert "cannot be reached" in stats["missing"]
    assert "--admin URL" in stats["fix"]
    assert "Missing are settings.json, stats.json, " in done.stderr
    assert "name its port with --admin URL" in done.stderr


async def test_without_a_name_it_goes_into_a_new_file_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = await invoke("support-bundle")
    (made,) = tmp_path.iterdir()
    assert done.exit_code == 0, done.output
    assert made.name in done.stderr
    assert tarfile.is_tarfile(made)


def test_lines_of_a_log_keep_what_is_harmless():
    kept = list(scrubbed(LOG))
    assert json.loads(kept[0]) == {"level": "info", "message": "event [long] of [number]"}
    assert kept[1] == "WARNING parked for picky: Refused: […]"
    assert kept[2] == "INFO said [quoted] to [number] at https://x.example/?…"
    assert plain("ann@example.com took 12 ms at 2026-11-30") == "[address] took 12 ms at 2026-11-30"
