"""An app and Meta together: its secrets and its version."""

import pytest

from tests.pagewire_operator.brain.manifests import (
    INSTAGRAM_SECRET,
    SECRET,
    VERIFY_TOKEN,
    app,
    app_secret,
    base,
    page,
    secret,
)
from tests.pagewire_operator.brain.world import Stage

APP = "MessengerApp"
DAY = 86_400.0


async def test_an_app_becomes_ready() -> None:
    async with Stage(app_secret(), app()) as stage:
        await stage.settle()
        assert stage.ready(APP, "acme") == ("True", "Reconciled")
        status = stage.status(APP, "acme")
        assert (status.name, status.mode) == ("Harbour Gateway", "Unknown")
        assert (status.graph.served, status.graph.available_until) == ("v25.0", "2028-07-29T00:00:00Z")
        assert [(one.key, one.state) for one in status.secrets] == [("app-secret", "Usable")]
        assert stage.calls("node") == 1


async def test_of_several_secrets_one_is_enough_and_each_is_told() -> None:
    wrong = app_secret(old_secret="s3cr3t-of-yesterday")
    async with Stage(wrong, app(keys=("old-secret", "app-secret", "instagram-secret", "no-such"))) as stage:
        await stage.settle()
        assert stage.ready(APP, "acme") == ("True", "Reconciled")
        assert [one.state for one in stage.status(APP, "acme").secrets] == ["Refused", "Usable", "Unknown", "Missing"]


async def test_a_wrong_secret_is_told_and_its_mending_noticed_by_all() -> None:
    wrong = secret("acme-app", app_secret="wrong", verify_token=VERIFY_TOKEN, instagram_secret=INSTAGRAM_SECRET)
    async with Stage(*base(page(), wrong)) as stage:
        await stage.settle()
        assert stage.said(APP, "acme", "TokenValid") == ("False", "AppSecretInvalid")
        assert stage.ready(APP, "acme") == ("False", "AppSecretInvalid")
        assert stage.ready("MessengerPage", "harbour")[0] == "False"
        stage.apply(app_secret())
        await stage.settle()
        assert stage.ready(APP, "acme") == ("True", "Reconciled")
        assert stage.ready("MessengerPage", "harbour") == ("True", "Reconciled")


async def test_a_secret_is_rotated_without_a_moment_not_ready() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        new = stage.sim.identity.reset_app_secret(keep_old=True)
        stage.apply(app_secret(new_secret=new), app(keys=("new-secret", "app-secret")))
        await stage.settle()
        stage.sim.identity.forget_old_secrets()
        stage.later(600.0)
        await stage.look()
        assert [one.state for one in stage.status(APP, "acme").secrets] == ["Usable", "Refused"]
        assert stage.ready(APP, "acme") == ("True", "Reconciled")
        assert stage.ready("MessengerPage", "harbour") == ("True", "Reconciled")
        failed = [event for event in stage.events if event.severity == "Warning"]
        assert failed == []


async def test_an_app_without_secrets_says_what_that_means() -> None:
    async with Stage(app(keys=())) as stage:
        await stage.settle()
        assert stage.said(APP, "acme", "TokenValid") == ("False", "SecretNotFound")
        assert "spec.appSecretRefs" in stage.condition(APP, "acme", "Ready").message


async def test_a_version_that_ends_soon_is_told_in_time() -> None:
    async with Stage(app_secret(), app(graphVersion="v21.0")) as stage:  # it ends on 2027-01-21
        await stage.settle()
        assert stage.said(APP, "acme", "GraphVersionCurrent") == ("False", "GraphVersionEnding")
        assert "2027-01-21" in stage.condition(APP, "acme", "GraphVersionCurrent").message
        assert stage.ready(APP, "acme") == ("True", "Reconciled")
        assert len(stage.told("GraphVersionEnding")) == 1
        writes = stage.writes
        stage.later(DAY)
        await stage.look()
        assert stage.writes == writes


async def test_a_version_that_meta_moved_is_told() -> None:
    async with Stage(app_secret(), app(graphVersion="v20.0")) as stage:  # it ended on 2026-09-24
        await stage.settle()
        assert stage.said(APP, "acme", "GraphVersionCurrent") == ("False", "GraphVersionMoved")
        assert "v21.0" in stage.condition(APP, "acme", "GraphVersionCurrent").message
        assert stage.ready(APP, "acme") == ("True", "Reconciled")


async def test_a_version_that_meta_moves_later_is_told() -> None:
    async with Stage(app_secret(), app()) as stage:
        await stage.settle()
        stage.sim.identity.serve_version("v26.0")
        stage.later(600.0)
        await stage.look()
        assert stage.said(APP, "acme", "GraphVersionCurrent") == ("False", "GraphVersionMoved")


async def test_a_version_that_meta_moved_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async with Stage(*base(page())) as stage:
        stage.sim.identity.serve_version("v26.0")
        await stage.settle()
        for _ in range(2):
            stage.later(600.0)
            await stage.look()
        moved = [record for record in caplog.records if "Meta serves Graph API v26.0" in record.getMessage()]
        assert len(moved) == 1
        assert stage.sim.calls.total > 10  # each answered with the other version


async def test_meta_away_leaves_the_app_ready() -> None:
    async with Stage(app_secret(), app()) as stage:
        await stage.settle()
        stage.sim.faults.inject("html", edge="*", times=None)
        stage.later(600.0)
        await stage.look()
        assert stage.ready(APP, "acme") == ("True", "Reconciled")
        assert stage.said(APP, "acme", "TokenValid") == ("True", "Reconciled")
        assert stage.said(APP, "acme", "Synced") == ("False", "GraphUnavailable")
        assert [one.state for one in stage.status(APP, "acme").secrets] == ["Usable"]


async def test_a_missing_verify_token_is_told_on_the_app() -> None:
    async with Stage(secret("acme-app", app_secret=SECRET), app()) as stage:
        await stage.settle()
        assert stage.ready(APP, "acme") == ("False", "SecretNotFound")
        assert "verify-token" in stage.condition(APP, "acme", "Ready").message
