"""`plan` and `apply` on a folder: steps are shown, done once, and found again when somebody changes Meta."""

import json
import os
import stat

import pytest
import yaml

from pagewire.locks import Locks, place_of, source_of
from pagewire.simulator.world import PAGE_ID
from pagewire_gateway.registry.manifests import ManifestRegistry
from tests.pagewire_operator.brain import manifests
from tests.pagewire_operator.commands.conftest import Shop, whole


def actions(found) -> list[tuple[str, str]]:
    return [
        (one["kind"], step["action"])
        for one in found["resources"]
        for step in one["plan" if "plan" in one else "steps"]
    ]


async def test_a_plan_names_the_steps_and_changes_nothing(shop):
    code, found = await shop.plan()
    assert code == 2
    assert actions(found) == [("WebhookSubscription", "Subscribe"), ("MessengerPage", "Subscribe")]
    assert found["steps"] == 2
    assert shop.sim.calls.count(method="POST") == 0
    shown = await shop.run("plan", "-f", str(shop.folder))
    assert "~ Subscribe Page" in shown.stdout
    assert "\x1b[" not in shown.stdout


async def test_what_was_applied_needs_nothing_more_until_somebody_changes_it(shop):
    done = await shop.run("apply", "-f", str(shop.folder))
    assert done.exit_code == 0, done.stderr
    assert "EAAPAGETOKEN1" not in done.output
    assert "Changed" in done.stderr
    assert (await shop.plan())[0] == 0
    writes = shop.sim.calls.count(method="POST")
    assert (await shop.run("apply", "-f", str(shop.folder))).exit_code == 0
    assert shop.sim.calls.count(method="POST") == writes
    shop.sim.settings.unsubscribe(PAGE_ID)
    code, found = await shop.plan()
    assert (code, actions(found)) == (2, [("MessengerPage", "Subscribe")])


async def test_apply_says_what_is_not_ready_and_why(shop):
    shop.sim.identity.revoke_scope("EAAPAGETOKEN1", "pages_messaging")
    done = await shop.run("apply", "-f", str(shop.folder), "--timeout", "1", "-o", "json")
    assert done.exit_code == 1
    states = {(one["kind"], one["ready"]) for one in json.loads(done.stdout)}
    assert ("AccessToken", False) in states
    assert ("MessengerApp", True) in states
    assert "pages_messaging" in done.stderr


def derive(shop) -> None:
    """A Page's token that is derived from a person's."""
    user = manifests.token(
        "admin", type="User", **{"pageId": None, "from": {"secretRef": {"name": "admin-token", "key": "token"}}}
    )
    del user["spec"]["pageId"], user["spec"]["scopes"]
    derived = manifests.token(**{"from": {"tokenRef": {"name": "admin"}}})
    shop.write(
        manifests.app_secret(),
        manifests.secret("admin-token", token="EAAUSERTOKEN1"),
        manifests.app(),
        user,
        derived,
        manifests.page(),
    )


async def test_what_was_kept_in_the_folder_is_found_again_and_kept_anew(shop):
    derive(shop)
    kept = shop.folder / "kept.json"
    for _ in range(3):
        done = await shop.run("apply", "-f", str(shop.folder), "--secrets", str(kept))
        assert done.exit_code == 0, done.stderr
    names = [one["metadata"]["name"] for one in json.loads(kept.read_text())["items"]]
    assert "harbour-access-token" in names
    assert (await shop.plan())[0] == 0
    registry = ManifestRegistry(shop.folder, locks=Locks(source_of(os.environ)))
    await registry.reload()
    account = registry.account("page", PAGE_ID)
    assert account is not None
    assert account.token is not None
    assert account.token.reveal() not in kept.read_text()
    # A Secret of somebody else's is still not touched.
    document = json.loads(kept.read_text())
    for one in document["items"]:
        del one["metadata"]["annotations"]
    kept.write_text(json.dumps(document))
    refused = await shop.run("apply", "-f", str(shop.folder), "--timeout", "1", "--secrets", str(kept))
    assert refused.exit_code == 1
    assert "was not made by the operator for this resource" in " ".join(refused.stderr.split())


async def test_a_derived_token_is_kept_only_where_somebody_asks_for_it(shop, tmp_path):
    derive(shop)
    done = await shop.run("apply", "-f", str(shop.folder))
    assert done.exit_code == 0, done.stderr
    assert "--secrets FILE" in done.stderr
    kept = tmp_path / "kept.yaml"
    done = await shop.run("apply", "-f", str(shop.folder), "--secrets", str(kept))
    assert done.exit_code == 0, done.stderr
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    (secret,) = [
        one for one in yaml.safe_load(kept.read_text())["items"] if one["metadata"]["name"].startswith("harbour")
    ]
    place = place_of(secret["metadata"]["namespace"], secret["metadata"]["name"], "token")
    token = Locks(source_of(os.environ)).unlock(secret["stringData"]["token"], place)
    assert token.startswith("EAA")
    assert token not in done.output + kept.read_text()


async def test_a_folder_with_a_mistake_is_refused_by_file_and_field(shop):
    shop.write(*whole()[:-1], manifests.page(subscribedFieldz=["messages"]))
    for command in ("plan", "apply"):
        done = await shop.run(command, "-f", str(shop.folder))
        assert done.exit_code == 1
        assert "all.json" in done.stderr
        assert "subscribedFieldz" in done.stderr
    assert shop.sim.calls.total == 0


async def test_an_empty_folder_and_two_sources_are_refused(shop, tmp_path):
    (tmp_path / "empty").mkdir()
    assert (await shop.run("plan", "-f", str(tmp_path / "empty"))).exit_code == 4
    both = await shop.run("plan", "-f", str(shop.folder), "-n", "support")
    assert both.exit_code == 64
    assert "either" in both.stderr


async def test_a_plan_without_meta_says_that_it_saw_nothing(shop):
    done = await shop.run("plan", "-f", str(shop.folder), PAGEWIRE_GRAPH_URL="http://127.0.0.1:9")
    assert done.exit_code == 1
    assert "could not be compared" in done.stderr


@pytest.mark.parametrize(
    "words",
    [("plan", "--fodler", "x"), ("plan", "-f", "nowhere"), ("plan",), ("apply",), ("apply", "--timeout", "soon")],
)
async def test_a_wrong_command_line_is_not_taken_for_something_to_do(shop: Shop, words: tuple[str, ...]) -> None:
    done = await shop.run(*words)
    assert done.exit_code == 64
    assert "Usage:" in done.stderr
