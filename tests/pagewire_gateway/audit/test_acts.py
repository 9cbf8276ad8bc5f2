"""What is done on the admin port is in the audit log."""

import apsw
import pytest

from tests.pagewire_gateway.playing import client_of


@pytest.fixture
async def admin(stage):
    async with client_of(stage) as client:
        yield client


async def latest(admin):
    return (await admin.get("/api/v1/audit")).json()["acts"]


async def test_a_change_is_written_down_with_who_what_and_what_came_of_it(admin):
    assert (await admin.post("/api/v1/plugins/picky/pause")).status_code == 200
    [act] = await latest(admin)
    assert act.pop("at").endswith("Z")
    assert act == {
        "name": "local",
        "role": "admin",
        "how": "loopback",
        "source": "127.0.0.1",
        "action": "plugin.pause",
        "on": "picky",
        "detail": "",
        "outcome": "done",
    }


async def test_what_was_refused_is_there_too(admin):
    assert (await admin.post("/api/v1/plugins/nobody/pause")).status_code == 404
    [act] = await latest(admin)
    assert (act["on"], act["outcome"]) == ("nobody", "refused")


async def test_looking_leaves_no_trace(admin):
    for path in ("/api/v1/events", "/api/v1/plugins", "/console"):
        assert (await admin.get(path)).status_code == 200
    assert await latest(admin) == []


async def test_what_cannot_be_written_down_is_not_done(stage, admin):
    assert (await admin.post("/api/v1/plugins/picky/resume")).status_code == 200
    with apsw.Connection(str(stage.gateway.settings.data / "audit.db")) as db:
        db.execute("create trigger full before insert on act begin select raise(abort, 'disk full'); end")
    response = await admin.post("/api/v1/plugins/picky/pause")
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "audit_unavailable"
    lanes = {one["name"]: one["lane"] for one in (await admin.get("/api/v1/plugins")).json()["plugins"]}
    assert lanes["picky"]["paused"] is False


async def test_an_act_whose_process_ended_is_unknown(stage, admin):
    await admin.post("/api/v1/plugins/picky/pause")
    with apsw.Connection(str(stage.gateway.settings.data / "audit.db")) as db:
        db.execute("delete from outcome")
    [act] = await latest(admin)
    assert act["outcome"] == "unknown"


async def test_a_wrong_time_is_refused(admin):
    assert (await admin.get("/api/v1/audit", params={"before": "yesterday"})).status_code == 400
