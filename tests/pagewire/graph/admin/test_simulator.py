"""The clients and the simulator, which were written apart, understand each other."""

from collections.abc import AsyncIterator

import httpx
import pytest

from pagewire.graph import Backoff, Config, Permanent, Reauth
from pagewire.graph.admin import AdminClient, AdminError, Budget, InstagramAdminClient, Later, Limits, Priority
from pagewire.sealed import Sealed
from pagewire.simulator import Simulator
from pagewire.simulator.world import BUSINESS_ID, SYSTEM_USER_ID, USER_ID
from tests.pagewire.graph.admin.conftest import APP, PAGE, SECRET

USER = Sealed("EAAUSERTOKEN1")
SYSTEM = Sealed("EAASYSTEMTOKEN1")
PAGE_TOKEN = Sealed("EAAPAGETOKEN1")
REDIRECT = "https://gw.example.com/oauth/cb"


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator() as simulator:
        yield simulator


@pytest.fixture
def admin(sim: Simulator, http: httpx.AsyncClient) -> AdminClient:
    return AdminClient(
        sim.graph_url, app_id=APP, app_secret=SECRET, http=http, budget=Budget(), priority=Priority.CHANGE
    )


async def test_tokens_from_a_login_to_the_page(sim: Simulator, admin: AdminClient) -> None:
    code = sim.identity.mint_code(USER_ID, redirect_uri=REDIRECT)
    short = await admin.tokens.from_code(Sealed(code), REDIRECT)
    long = await admin.tokens.exchange(short.access_token)
    assert long.access_token != short.access_token
    assert (short.expires_in or 0) < 86_400 < (long.expires_in or 0)
    [page] = [one for one in (await admin.pages.every_account(long.access_token)).data if one.id == PAGE]
    assert page.access_token is not None
    assert page.can("MESSAGING")
    report = await admin.tokens.debug(page.access_token)
    assert (report.is_valid, report.type, report.profile_id, report.app_id) == (True, "PAGE", PAGE, APP)
    assert report.allows("pages_messaging", PAGE)
    with pytest.raises(Reauth, match="has been used"):
        await admin.tokens.from_code(Sealed(code), REDIRECT)


async def test_an_expired_token(sim: Simulator, admin: AdminClient) -> None:
    sim.identity.expire_token(PAGE_TOKEN.reveal())
    report = await admin.tokens.debug(PAGE_TOKEN)
    assert (report.is_valid, report.error_code, report.error_subcode) == (False, 190, 463)
    with pytest.raises(Reauth) as caught:
        await admin.pages.get(PAGE, PAGE_TOKEN)
    assert (caught.value.code, caught.value.subcode) == (190, 463)


async def test_a_wrong_app_secret(sim: Simulator, admin: AdminClient) -> None:
    sim.identity.reset_app_secret()
    for call in (admin.tokens.app_token, admin.app.facts, admin.subscriptions.list):
        with pytest.raises(Config) as caught:
            await call()
        assert isinstance(caught.value, AdminError)
        assert caught.value.secret_refused


async def test_permissions_and_app(sim: Simulator, admin: AdminClient) -> None:
    sim.identity.set_permission(USER_ID, "pages_messaging", "declined")
    found = await admin.permissions.list(USER)
    assert "pages_messaging" in found.declined
    assert "pages_show_list" in found.granted
    assert (await admin.app.facts()).id == APP
    assert (await admin.tokens.me(USER)).id == USER_ID


async def test_businesses_and_system_users(admin: AdminClient) -> None:
    assert BUSINESS_ID in [business.id for business in (await admin.businesses.every(SYSTEM)).data]
    assert PAGE in [page.id for page in (await admin.businesses.owned_pages(BUSINESS_ID, SYSTEM)).data]
    await admin.businesses.client_pages(BUSINESS_ID, SYSTEM)
    assert SYSTEM_USER_ID in [user.id for user in (await admin.businesses.system_users(BUSINESS_ID, SYSTEM)).data]
    await admin.system_users.install_app(SYSTEM_USER_ID, SYSTEM)
    scopes = ["pages_show_list", "pages_messaging"]
    made = await admin.system_users.generate_token(SYSTEM_USER_ID, SYSTEM, scopes, expires_in_60_days=True)
    new = await admin.tokens.exchange(made.access_token, expires_in_60_days=True)
    await admin.tokens.revoke(made.access_token, using=new.access_token)
    assert not (await admin.tokens.debug(made.access_token)).is_valid
    assert (await admin.tokens.debug(new.access_token)).type == "SYSTEM_USER"
    await admin.system_users.delete_tokens(SYSTEM_USER_ID, SYSTEM)
    assert not (await admin.tokens.debug(new.access_token)).is_valid


async def test_page_subscription(admin: AdminClient) -> None:
    await admin.pages.subscribe(PAGE, PAGE_TOKEN, ["messages", "messaging_postbacks"])
    ours = (await admin.pages.subscribed_apps(PAGE, PAGE_TOKEN)).of(APP)
    assert ours is not None
    assert ours.fields == {"messages", "messaging_postbacks"}
    with pytest.raises(Permanent) as caught:
        await admin.pages.subscribe(PAGE, PAGE_TOKEN, ["messages", "messaging_handover"])
    assert isinstance(caught.value, AdminError)
    assert caught.value.names == ("messaging_handover",)
    await admin.pages.unsubscribe(PAGE, admin.app_token)
    assert (await admin.pages.subscribed_apps(PAGE, PAGE_TOKEN)).of(APP) is None


async def test_a_callback_that_does_not_answer(admin: AdminClient, unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}/hook"
    with pytest.raises(Config) as caught:
        await admin.subscriptions.set("page", url, Sealed("vt8Zk3Qp"), ["messages"])
    assert isinstance(caught.value, AdminError)
    assert caught.value.callback_unverified
    await admin.subscriptions.list()
    await admin.subscriptions.delete("page")
    assert (await admin.subscriptions.list()).of("page") is None


async def test_profile_and_its_limit(sim: Simulator, admin: AdminClient, http: httpx.AsyncClient) -> None:
    """Our own count refuses the eleventh call before Meta does, so Meta never has to."""
    menu = [
        {
            "locale": "default",
            "composer_input_disabled": False,
            "call_to_actions": [{"type": "postback", "title": "Talk", "payload": "CARE"}],
        }
    ]
    wanted = {"get_started": {"payload": "GO"}, "persistent_menu": menu}
    await admin.profile.set(PAGE, PAGE_TOKEN, wanted)
    assert (await admin.profile.get(PAGE, PAGE_TOKEN, fields=["get_started"])).properties == {
        "get_started": {"payload": "GO"}
    }
    with pytest.raises(AdminError):
        await admin.profile.delete(PAGE, PAGE_TOKEN, ["get_started"])
    await admin.profile.delete(PAGE, PAGE_TOKEN, ["persistent_menu", "get_started"])
    for _ in range(6):
        await admin.profile.get(PAGE, PAGE_TOKEN)
    with pytest.raises(Later):
        await admin.profile.get(PAGE, PAGE_TOKEN)
    assert sim.calls.count("messenger_profile") == 10
    careless = AdminClient(
        sim.graph_url, app_id=APP, app_secret=SECRET, http=http, budget=Budget(Limits(profile_calls=99))
    )
    with pytest.raises(Backoff) as caught:
        await careless.profile.get(PAGE, PAGE_TOKEN)
    assert caught.value.http_status is not None


async def test_usage_headers(sim: Simulator, admin: AdminClient) -> None:
    sim.identity.set_usage("app", APP, 97)
    found = await admin.app.facts()
    assert found.served.version == "v25.0"
    assert found.served.app is not None
    assert found.served.app.peak == 97
    with pytest.raises(Later):
        await admin.tokens.app_token()


@pytest.mark.parametrize("flat", [False, True])
async def test_instagram_login(sim: Simulator, http: httpx.AsyncClient, flat: bool) -> None:
    account = next(one.id for one in sim.meta.state.accounts.values() if one.instagram_login)
    app = next(iter(sim.meta.state.apps.values()))
    instagram = InstagramAdminClient(
        sim.instagram_graph_url,
        app_id=app.instagram_app_id or app.id,
        app_secret=Sealed(app.instagram_secret or app.secret),
        http=http,
        oauth_url=sim.instagram_api_url,
        priority=Priority.CHANGE,
    )
    sim.identity.set_instagram_shape(flat=flat)
    code = sim.identity.mint_instagram_code(account, redirect_uri=REDIRECT)
    short = await instagram.tokens.from_code(Sealed(code + "#_"), REDIRECT)
    assert short.permissions
    with pytest.raises(Reauth):
        await instagram.tokens.from_code(Sealed(code), REDIRECT)
    long = (await instagram.tokens.exchange(short.access_token)).access_token
    sim.clock.advance(25 * 3600)
    fresh = await instagram.tokens.refresh(long)
    assert (fresh.expires_in or 0) > 59 * 86_400
    assert (await instagram.tokens.me(fresh.access_token)).user_id == account
    await instagram.accounts.subscribe(account, fresh.access_token, ["messages", "message_reactions"])
    apps = (await instagram.accounts.subscribed_apps(account, fresh.access_token)).data
    assert [one.fields for one in apps] == [{"messages", "message_reactions"}]
    breakers = [{"locale": "default", "call_to_actions": [{"question": "Hours?", "payload": "HOURS"}]}]
    await instagram.profile.set(account, fresh.access_token, {"ice_breakers": breakers})
    assert (await instagram.profile.get(account, fresh.access_token)).properties["ice_breakers"] == breakers
    await instagram.accounts.unsubscribe(account, fresh.access_token)
