"""Parked work, replays and backups over the admin API."""

import io
import tarfile

import apsw
import pytest

from pagewire_gateway.journal.port import EventFilter
from tests.pagewire_gateway import making


async def posted(admin, path, **body):
    response = await admin.post(path, json=body)
    assert response.status_code == 200, response.text
    return response.json()


async def test_parked_work_says_why(admin, refused):
    (parked,) = (await admin.get("/api/v1/parked")).json()["parked"]
    assert (parked["what"], parked["id"], parked["plugin"], parked["kind"]) == ("event", refused, "picky", "message")
    assert parked["conversation"] == f"page/{making.PAGE}/73"
    assert "not in that tone" in parked["error"]
    assert (await admin.get("/api/v1/parked", params={"plugin": "answer"})).json()["parked"] == []


@pytest.mark.parametrize("chosen", ["ids", "all"])
async def test_parked_work_is_taken_up_again(admin, stage, picky, refused, chosen):
    picky.refusing = False
    body = {"ids": [refused]} if chosen == "ids" else {"all": True}
    outcome = await posted(admin, "/api/v1/parked/replay", **body)
    assert outcome == {"events": 1, "outbound": 0, "missing": [], "dry_run": False}
    await stage.until_state(refused, "picky", "done")
    assert (await admin.get("/api/v1/parked")).json()["parked"] == []


async def test_a_dry_run_of_parked_work_changes_nothing(admin, refused):
    outcome = await posted(admin, "/api/v1/parked/replay", all=True, dry_run=True)
    assert outcome == {"events": 1, "outbound": 0, "missing": [], "dry_run": True}
    assert len((await admin.get("/api/v1/parked")).json()["parked"]) == 1


async def test_events_are_replayed_for_one_plugin(admin, stage, picky, settled):
    outcome = await posted(admin, "/api/v1/replay", events=settled[:2], plugin="picky")
    assert outcome == {"events": settled[:2], "missing": [], "lanes": ["picky"], "replayed": 2, "dry_run": False}
    await stage.until(lambda: len(picky.seen) == 5)
    assert sorted(picky.seen[3:]) == sorted(settled[:2])
    assert [(await stage.view(event_id)).lanes["answer"].attempts for event_id in settled] == [1, 1, 1]


async def test_a_reply_goes_out_again_only_if_asked(admin, stage):
    stage.sim.people.say(making.PAGE, "ada", "hello")
    await stage.until(lambda: len(stage.sim.sends) == 1)
    (stored,) = [v.stored for v in await stage.gateway.journal.events(EventFilter(kind="message"))]
    for sends in ("none", "new"):
        await posted(admin, "/api/v1/replay", events=[stored.id], plugin="answer", sends=sends)
        await stage.until_state(stored.id, "answer", "done")
    await posted(admin, "/api/v1/replay", events=[stored.id], plugin="answer", resend=True)
    await stage.until(lambda: len(stage.sim.sends) == 2)
    assert len({send.metadata for send in stage.sim.sends}) == 2

    async def sent() -> bool:
        return (await stage.view(stored.id)).outbox[-1].state == "sent"

    await stage.until(sent)
    view = await stage.view(stored.id)
    assert view.lanes["answer"].generation == 2
    assert [(row.state, row.code) for row in view.outbox] == [("sent", ""), ("dropped", "suppressed"), ("sent", "")]


async def test_events_are_replayed_by_filter(admin, settled):
    outcome = await posted(admin, "/api/v1/replay", filter={"person": "71", "kind": "message"}, dry_run=True)
    assert outcome["events"] == [settled[0], settled[2]]
    assert outcome["lanes"] == ["answer", "picky"]
    assert outcome["replayed"] == 0


async def test_events_that_do_not_exist_are_named(admin, settled):
    outcome = await posted(admin, "/api/v1/replay", events=["nope", settled[0]], dry_run=True)
    assert (outcome["events"], outcome["missing"]) == ([settled[0]], ["nope"])


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/api/v1/replay", {}, 400, "invalid"),
        ("/api/v1/replay", {"events": ["a"], "filter": {}}, 400, "invalid"),
        ("/api/v1/replay", {"events": ["a"] * 1001}, 400, "invalid"),
        ("/api/v1/replay", {"evnets": ["a"]}, 400, "invalid"),
        ("/api/v1/replay", {"filter": {"sinse": "2h"}}, 400, "invalid"),
        ("/api/v1/replay", {"filter": {"limit": 100_000}}, 400, "invalid"),
        ("/api/v1/replay", {"filter": {"since": "2h"}}, 400, "invalid"),
        ("/api/v1/replay", {"events": ["a"]}, 404, "not_found"),
        ("/api/v1/replay", {"events": ["a"], "plugin": "nobody"}, 404, "unknown_plugin"),
        ("/api/v1/parked/replay", {}, 400, "invalid"),
        ("/api/v1/parked/replay", {"ids": ["a"], "all": True}, 400, "invalid"),
        ("/api/v1/parked/replay", {"ids": ["a"]}, 404, "not_found"),
        ("/api/v1/parked/replay", {"all": True, "plugin": "nobody"}, 404, "unknown_plugin"),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_replay_that_makes_no_sense_is_refused(shared, path, body, status, code):
    response = await shared.post(path, json=body)
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"]


async def test_a_body_that_is_no_json_is_refused(admin):
    response = await admin.post("/api/v1/replay", content=b'{"events": [', headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid"


async def test_a_backup_is_a_whole_archive_and_leaves_nothing_behind(admin, stage, settled, tmp_path):
    response = await admin.post("/api/v1/backup")
    assert response.status_code == 200
    assert response.headers["content-length"] == str(len(response.content))
    with tarfile.open(fileobj=io.BytesIO(response.content)) as archive:
        assert archive.getnames() == ["audit.db", "journal.db", "people.db", "plugins.db"]
        assert {one.mode for one in archive} == {0o600}
        archive.extractall(tmp_path, filter="data")
    for name in ("audit.db", "journal.db", "people.db", "plugins.db"):
        found = apsw.Connection(str(tmp_path / name), flags=apsw.SQLITE_OPEN_READONLY)
        assert found.execute("pragma integrity_check").fetchall() == [("ok",)]
        found.close()
    assert b"three" in (tmp_path / "journal.db").read_bytes()
    assert list(stage.gateway.settings.data.glob(".pagewire-backup-*")) == []


async def test_copies_that_a_crash_left_behind_are_swept(tmp_path):
    from pagewire_gateway.admin.backups import sweep

    left = tmp_path / ".pagewire-backup-x"
    left.mkdir()
    (left / "journal").write_bytes(b"what people wrote")
    (tmp_path / "journal.db").write_bytes(b"")
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["journal.db"]
