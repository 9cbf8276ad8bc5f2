"""What the gateway knows and does, and the two levers of a lane."""

import json
import time

from tests.pagewire_gateway import making
from tests.pagewire_gateway.playing import client_of, played


async def got(admin, path, **params):
    response = await admin.get(path, params=params)
    assert response.status_code == 200, response.text
    return response.json()


async def test_plugins_show_their_lane_hooks_and_accounts(admin, stage, settled):
    answer, picky = (await got(admin, "/api/v1/plugins"))["plugins"]
    assert (answer["name"], picky["name"]) == ("answer", "picky")
    assert answer["hooks"] == ["message_received"]
    assert answer["api_version"] == 1
    assert answer["schema"] == {"type": "object"}
    assert answer["lane"]["circuit"] == "closed"
    assert answer["lane"]["handled"] >= 3
    assert answer["account_count"] == 2
    assert {account["id"] for account in answer["accounts"]} == {making.PAGE, making.INSTAGRAM}


async def test_a_plugins_secrets_are_left_out(admin):
    answer = (await got(admin, "/api/v1/plugins"))["plugins"][0]
    config = answer["accounts"][0]["config"]
    assert config == {"apiKey": "[redacted]", "url": "https://[redacted]@crm.example.com/x?[redacted]"}
    assert "hush" not in json.dumps(answer)


async def test_a_list_of_accounts_can_be_cut(admin):
    answer = (await got(admin, "/api/v1/plugins", accounts=1))["plugins"][0]
    assert (len(answer["accounts"]), answer["account_count"]) == (1, 2)


async def test_a_paused_plugin_gets_nothing_until_it_is_resumed(admin, stage):
    paused = await admin.post("/api/v1/plugins/picky/pause")
    assert paused.status_code == 200
    (stored,) = (await stage.deliver(making.message("hello", "75"))).new
    await stage.until_state(stored.id, "answer", "done")
    assert await stage.state(stored.id, "picky") == "pending"
    resumed = await admin.post("/api/v1/plugins/picky/resume")
    assert resumed.json()["lane"]["paused"] is False
    await stage.until_state(stored.id, "picky", "done")


async def test_a_paused_lane_says_so(admin):
    await admin.post("/api/v1/plugins/picky/pause")
    answer, picky = (await got(admin, "/api/v1/plugins"))["plugins"]
    assert (answer["lane"]["paused"], picky["lane"]["paused"]) == (False, True)


async def test_an_unknown_plugin_cannot_be_paused(admin):
    response = await admin.post("/api/v1/plugins/nobody/pause")
    assert response.status_code == 404
    assert response.json()["error"]["hint"] == "At work are: answer, picky."


async def test_apps_and_accounts_hold_no_secret(admin):
    apps = (await got(admin, "/api/v1/apps"))["apps"]
    assert [(app["namespace"], app["name"], app["secrets"], app["closed"]) for app in apps] == [
        ("support", "acme", 2, False)
    ]
    accounts = await got(admin, "/api/v1/accounts")
    assert accounts["total"] == 2
    assert [one["last_event"] for one in accounts["accounts"]] == [None, None]
    assert [(one["object"], one["id"], one["app"]) for one in accounts["accounts"]] == [
        ("page", making.PAGE, "support/acme"),
        ("instagram", making.INSTAGRAM, "support/acme"),
    ]
    shown = json.dumps([apps, accounts])
    for secret in (making.SECRET, "EAAPAGE", "letmein", "the-old-one"):
        assert secret not in shown


async def test_accounts_are_paged(admin):
    page = await got(admin, "/api/v1/accounts", limit=1, offset=1)
    assert [one["object"] for one in page["accounts"]] == ["instagram"]


async def test_a_broken_manifest_is_a_problem_with_its_place(admin, stage):
    assert (await got(admin, "/api/v1/problems"))["problems"] == []
    (stage.manifests / "broken.yaml").write_text(
        "apiVersion: pagewire.dev/v1alpha1\nkind: MessengerPage\nmetadata: {name: x, namespace: support}\nspec: {pageId: 7}\n"
    )
    await stage.gateway.registry.reload()
    problems = (await got(admin, "/api/v1/problems"))["problems"]
    assert problems
    assert all(one["file"] == "broken.yaml" and one["severity"] == "error" for one in problems)
    assert all(one["message"] in one["text"] for one in problems)


async def test_stats_count(admin, stage, settled, refused):
    stats = await got(admin, "/api/v1/stats")
    assert stats["events"] >= 4
    assert stats["size_bytes"] > 0
    assert stats["free_bytes"] > 0
    lanes = {lane["plugin"]: lane for lane in stats["lanes"]}
    assert (lanes["answer"]["parked"], lanes["picky"]["parked"]) == (0, 1)
    assert stats["last_seq"] >= stats["events"]


async def test_a_revoked_token_shows_in_the_outbox(admin, stage):
    for token in stage.sim.meta.state.tokens.values():
        token.revoked = 460
    await stage.deliver(making.message("hello", "76", at=int(time.time() * 1000)))

    async def paused():
        return any(one["paused_until"] for one in (await got(admin, "/api/v1/outbox"))["outbox"])

    await stage.until(paused)
    (account,) = [one for one in (await got(admin, "/api/v1/outbox"))["outbox"] if one["paused_until"]]
    assert (account["object"], account["account"]) == ("page", making.PAGE)
    assert account["reason"]


async def test_an_account_shows_when_its_last_event_came(admin, stage, settled):
    first = next(one for one in (await got(admin, "/api/v1/accounts"))["accounts"] if one["id"] == making.PAGE)
    assert first["last_event"] is not None
    await stage.deliver(making.message("later"))
    then = next(one for one in (await got(admin, "/api/v1/accounts"))["accounts"] if one["id"] == making.PAGE)
    assert then["last_event"] >= first["last_event"]


async def test_an_account_shows_its_last_event_after_a_restart_too(tmp_path):
    async with played(tmp_path) as stage, client_of(stage) as client:
        await stage.deliver(making.message("before"))
        first = await last_event_of(client)
    async with played(tmp_path) as stage, client_of(stage) as client:

        async def recalled():
            return await last_event_of(client) is not None

        await stage.until(recalled)
        assert await last_event_of(client) == first
        await stage.deliver(making.message("after"))
        assert await last_event_of(client) > first


async def last_event_of(client):
    return next(one for one in (await got(client, "/api/v1/accounts"))["accounts"] if one["id"] == making.PAGE)[
        "last_event"
    ]
