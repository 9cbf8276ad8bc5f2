"""App and client tokens: made of the app's own credentials."""

import pytest

from pagewire.simulator.world import APP_ID, small_world

from .making import SECRET, app, app_secret, given, secret, token
from .stage import Stage

READY = ("True", "Reconciled")


def of_app(form: str | None = None) -> dict[str, object]:
    return token("acme", "App", {"appCredentials": {"form": form} if form else {}})


async def test_id_and_secret_joined_are_a_token() -> None:
    async with Stage(of_app()) as stage:
        await stage.settle()
        assert stage.said("acme", "Ready") == READY
        assert stage.kept("acme")["token"] == f"{APP_ID}|{SECRET}"
        assert (stage.status("acme").token_type, stage.status("acme").expires) == ("APP", "Never")
        assert stage.calls("oauth") == 0


async def test_no_permission_is_asked_of_an_app() -> None:
    async with Stage(of_app()) as stage:
        await stage.settle()
        assert "PermissionsGranted" not in {one.type for one in stage.status("acme").conditions}


async def test_client_credentials_give_a_token_that_does_not_show_the_secret() -> None:
    async with Stage(of_app("ClientCredentials")) as stage:
        await stage.settle()
        assert stage.said("acme", "Ready") == READY
        assert stage.kept("acme")["token"].startswith(f"{APP_ID}|")
        assert SECRET not in stage.kept("acme")["token"]


@pytest.mark.parametrize("form", ["IdAndSecret", "ClientCredentials"])
async def test_a_reset_secret_gives_a_new_token(form: str) -> None:
    async with Stage(of_app(form)) as stage:
        await stage.settle()
        first = stage.kept("acme")["token"]
        fresh = stage.sim.identity.reset_app_secret()
        await stage.look()
        assert stage.said("acme", "Ready") == ("False", "AppSecretInvalid")
        stage.put(app_secret(app_secret=fresh))
        await stage.settle()
        assert stage.kept("acme")["token"] != first
        assert stage.said("acme", "Ready") == READY


async def test_during_a_rotation_the_secret_that_works_makes_the_token() -> None:
    documents = app("app-secret", "next-secret"), app_secret(next_secret="n3xt-app-secret-for-tests")
    async with Stage(of_app(), *documents) as stage:
        await stage.settle()
        stage.sim.identity.reset_app_secret(secret="n3xt-app-secret-for-tests")
        await stage.look()
        assert stage.kept("acme")["token"] == f"{APP_ID}|n3xt-app-secret-for-tests"
        assert stage.said("acme", "Ready") == READY


async def test_a_wrong_secret_is_told_before_any_token_is_made() -> None:
    async with Stage(of_app(), app_secret(app_secret="wr0ng")) as stage:
        await stage.settle()
        assert stage.said("acme", "Ready") == ("False", "AppSecretInvalid")
        assert stage.kept("acme") == {}


@pytest.mark.parametrize(("value", "ready"), [(f"{APP_ID}|{SECRET}", READY), ("1|x", ("False", "TokenInvalid"))])
async def test_a_given_app_token(value: str, ready: tuple[str, str]) -> None:
    async with Stage(given("acme", "App"), secret("acme-given", token=value)) as stage:
        await stage.settle()
        assert stage.said("acme", "Ready") == ready


async def test_a_client_token_is_made_of_the_apps_client_token() -> None:
    world = small_world()
    world.apps[0].client_token = "c0ffee"
    client = token("mobile", "Client", {"appCredentials": {}})
    async with Stage(client, app(clientToken="c0ffee"), world=world) as stage:
        await stage.settle()
        assert stage.said("mobile", "Ready") == READY
        assert stage.kept("mobile")["token"] == f"{APP_ID}|c0ffee"


async def test_a_client_token_that_was_regenerated() -> None:
    world = small_world()
    world.apps[0].client_token = "c0ffee"
    client = token("mobile", "Client", {"appCredentials": {}})
    async with Stage(client, app(clientToken="c0ffee"), world=world) as stage:
        await stage.settle()
        stage.sim.meta.state.apps[APP_ID].client_token = "t33"
        stage.later(3600)
        await stage.look()
        assert stage.said("mobile", "Ready") == ("False", "TokenInvalid")
        assert stage.writes == ["mobile-access-token"], "the same token is not written again"
        assert "the same token" in stage.condition("mobile", "Synced").message
        stage.put(app(clientToken="t33"))
        await stage.settle()
        assert stage.said("mobile", "Ready") == READY


async def test_an_app_without_a_client_token_says_so() -> None:
    async with Stage(token("mobile", "Client", {"appCredentials": {}})) as stage:
        await stage.settle()
        assert stage.said("mobile", "Ready") == ("False", "AppNotReady")
        assert "spec.clientToken" in stage.condition("mobile", "Ready").message


async def test_an_app_that_is_not_there() -> None:
    async with Stage(of_app()) as stage:
        stage.drop("MessengerApp", "acme")
        await stage.settle()
        assert stage.said("acme", "Ready") == ("False", "AppNotFound")
        stage.put(app())
        await stage.settle()
        assert stage.said("acme", "Ready") == READY


async def test_another_secret_makes_another_token_at_once_even_while_both_work() -> None:
    async with Stage(of_app()) as stage:
        await stage.settle()
        fresh = stage.sim.identity.reset_app_secret(keep_old=True)
        stage.put(app_secret(app_secret=fresh))
        await stage.settle()
        assert stage.kept("acme")["token"] == f"{APP_ID}|{fresh}"
