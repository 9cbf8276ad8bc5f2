"""`import` writes what exists at Meta as manifests that plan to nothing."""

import yaml

from pagewire.simulator.world import APP_ID, PAGE_ID
from tests.pagewire_operator.brain import manifests
from tests.pagewire_operator.commands.conftest import whole

GIVEN = {"PAGEWIRE_APP_SECRET": manifests.SECRET, "PAGEWIRE_TOKEN": "EAAUSERTOKEN1"}
WORDS = ("import", "--page", PAGE_ID, "--app-id", APP_ID, "--name", "acme", "-n", "support")


async def test_the_imported_manifests_plan_to_nothing(shop):
    shop.write(*whole()[:-1], manifests.page(profile=manifests.PROFILE))
    assert (await shop.run("apply", "-f", str(shop.folder))).exit_code == 0
    done = await shop.run(*WORDS, **GIVEN)
    assert done.exit_code == 0, done.stderr
    for secret in (manifests.SECRET, "EAAUSERTOKEN1", "EAAPAGETOKEN1"):
        assert secret not in done.output
    documents = list(yaml.safe_load_all(done.stdout))
    (page,) = [one for one in documents if one["kind"] == "MessengerPage"]
    assert page["spec"]["subscribedFields"] == ["messages", "messaging_postbacks"]
    assert page["spec"]["profile"].keys() == manifests.PROFILE.keys()
    values = {"app-secret": manifests.SECRET, "verify-token": manifests.VERIFY_TOKEN, "token": "EAAPAGETOKEN1"}
    for one in documents:
        if one["kind"] == "Secret":
            one["stringData"] = {key: values[key] for key in one["stringData"]}
    # The linked Instagram account comes along; its app-level webhooks are set in the App Dashboard.
    shop.write(*[one for one in documents if one["kind"] != "InstagramAccount"])
    code, found = await shop.plan()
    assert (code, found["steps"]) == (0, 0)


async def test_what_is_missing_is_said(shop):
    done = await shop.run(*WORDS, PAGEWIRE_APP_SECRET="", PAGEWIRE_TOKEN="EAAUSERTOKEN1")
    assert done.exit_code == 2
    assert "PAGEWIRE_APP_SECRET" in done.stderr


async def test_a_token_that_may_not_manage_the_page_is_refused(shop):
    shop.sim.identity.invalidate("EAAUSERTOKEN1", subcode=460)
    done = await shop.run(*WORDS, **GIVEN)
    assert done.exit_code == 1
    assert "Meta refuses" in done.stderr
    assert "EAAUSERTOKEN1" not in done.output
