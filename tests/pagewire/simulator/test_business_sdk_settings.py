"""Meta's own Python Business SDK against the simulator: it makes every settings call it has, and reads the answers."""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import pytest
from facebook_business.adobjects.application import Application
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.iguserforigonlyapi import IGUserForIGOnlyAPI
from facebook_business.adobjects.page import Page
from facebook_business.api import FacebookAdsApi, FacebookResponse
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from pagewire.simulator import Simulator, small_world
from pagewire.simulator.settings import fields
from pagewire.simulator.settings.bare import bare
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, LOGIN_ID, PAGE_ID
from tests.pagewire.simulator.admin_settings.conftest import APP_TOKEN, LOGIN_TOKEN, PAGE_TOKEN, challenge
from tests.pagewire.simulator.receiver import Receiver

SECRET = "s3cr3t-app-secret-for-tests"
T = TypeVar("T")


class Sdk:
    """The SDK, signed in with one token and pointed at one host of the simulator; every call carries a proof."""

    def __init__(self, url: str, token: str, secret: str = SECRET) -> None:
        session = FacebookSession(app_id=APP_ID, app_secret=secret, access_token=token, timeout=30)
        session.GRAPH = url
        session.requests.trust_env = False
        self.session = session
        self.api = FacebookAdsApi(session, api_version="v25.0")

    async def __call__(self, call: Callable[..., T], *args: Any, **more: Any) -> T:
        """Make one of its blocking calls beside the loop. Its warnings about its own type tables are not ours."""

        def quietly() -> T:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return call(*args, **more)

        return await asyncio.to_thread(quietly)

    async def data(self, call: Callable[..., Any], *args: Any, **more: Any) -> list[dict[str, Any]]:
        """All that a reading call finds."""
        return await self(lambda: [dict(found) for found in call(*args, **more)])


@pytest.fixture
async def sim(hook: Receiver) -> AsyncIterator[Simulator]:
    hook.answer = challenge
    async with Simulator(bare(small_world())) as simulator:
        yield simulator


@pytest.fixture
def connect(sim: Simulator) -> Any:
    """Makes SDKs and closes their connections."""
    made: list[Sdk] = []

    def open_sdk(token: str, url: str | None = None, secret: str = SECRET) -> Sdk:
        made.append(Sdk(url or sim.graph_url, token, secret))
        return made[-1]

    yield open_sdk
    for sdk in made:
        sdk.session.requests.close()


async def test_the_app_level(sim: Simulator, hook: Receiver, connect: Any) -> None:
    """Create, read and delete subscriptions with the app's token."""
    sdk = connect(APP_TOKEN)
    app = Application(APP_ID, api=sdk.api)
    wish = {
        "object": "page",
        "callback_url": hook.url,
        "verify_token": "vt8Zk3Qp",
        "fields": ["messages", "messaging_postbacks"],
        "include_values": True,
        "include_client_certificate": False,
    }
    await sdk(app.create_subscription, params=wish)
    assert sim.settings.subscriptions(APP_ID)["page"].include_values is True
    (found,) = await sdk.data(app.get_subscriptions)
    assert (found["object"], found["callback_url"], found["active"]) == ("page", hook.url, True)
    assert [field["name"] for field in found["fields"]] == ["messages", "messaging_postbacks"]
    await sdk(app.delete_subscriptions, params={"object": "page", "fields": ["messages"]})
    assert sim.settings.subscriptions(APP_ID)["page"].fields == {"messaging_postbacks"}
    await sdk(app.delete_subscriptions)
    assert await sdk.data(app.get_subscriptions) == []


async def test_a_failed_verification_is_an_error_it_reads(hook: Receiver, connect: Any) -> None:
    hook.status = 404
    sdk = connect(APP_TOKEN)
    app = Application(APP_ID, api=sdk.api)
    wish = {"object": "page", "callback_url": hook.url, "verify_token": "t", "fields": ["messages"]}
    with pytest.raises(FacebookRequestError) as refused:
        await sdk(app.create_subscription, params=wish)
    error = refused.value
    assert (error.http_status(), error.api_error_code(), error.api_error_type()) == (400, 2200, "OAuthException")
    assert "HTTP Status Code = 404; HTTP Message = Not Found" in error.api_error_message()


async def test_the_page_level(sim: Simulator, connect: Any) -> None:
    """Install, read and uninstall with the Page's token."""
    sdk = connect(PAGE_TOKEN)
    page = Page(PAGE_ID, api=sdk.api)
    assert await sdk.data(page.get_subscribed_apps) == []
    await sdk(page.create_subscribed_app, params={"subscribed_fields": ["messages", "feed"]})
    (found,) = await sdk.data(page.get_subscribed_apps)
    assert (found["id"], found["name"], set(found["subscribed_fields"])) == (
        APP_ID,
        "Harbour Gateway",
        {"messages", "feed"},
    )
    await sdk(page.delete_subscribed_apps)
    assert sim.settings.subscribed(PAGE_ID) == {}
    with pytest.raises(FacebookRequestError) as refused:
        await sdk(page.create_subscribed_app, params={"subscribed_fields": ["message_edit"]})
    assert refused.value.api_error_code() == 100


async def test_the_app_token_uninstalls(sim: Simulator, connect: Any) -> None:
    sim.settings.install(PAGE_ID, ["messages"])
    sdk = connect(APP_TOKEN)
    await sdk(Page(PAGE_ID, api=sdk.api).delete_subscribed_apps)
    assert sim.settings.subscribed(PAGE_ID) == {}


async def test_the_profile_of_a_page(sim: Simulator, connect: Any) -> None:
    """Create, read field by field and delete; the names to delete are in capitals, as it has them."""
    sdk = connect(PAGE_TOKEN)
    page = Page(PAGE_ID, api=sdk.api)
    wish = {
        "get_started": {"payload": "GET_STARTED"},
        "greeting": [{"locale": "default", "text": "Hello"}],
        "persistent_menu": [
            {"locale": "default", "call_to_actions": [{"type": "postback", "title": "Care", "payload": "CARE"}]}
        ],
        "ice_breakers": [{"locale": "default", "call_to_actions": [{"question": "Hours?", "payload": "HOURS"}]}],
        "whitelisted_domains": ["https://shop.example.com/"],
        "account_linking_url": "https://gw.example.com/link",
        "commands": [{"locale": "default", "commands": [{"name": "hours", "description": "Opening hours"}]}],
    }
    await sdk(page.create_messenger_profile, params=wish)
    (found,) = await sdk.data(page.get_messenger_profile, fields=list(wish))
    assert found == wish
    await sdk(page.delete_messenger_profile, params={"fields": ["PERSISTENT_MENU", "GET_STARTED", "GREETING"]})
    assert set(sim.settings.profile(PAGE_ID)) == set(wish) - {"persistent_menu", "get_started", "greeting"}


async def test_the_profile_of_an_instagram_account(sim: Simulator, connect: Any) -> None:
    """By the Page with ``platform``, by the account's own id, and with Instagram Login."""
    ice = [{"locale": "default", "call_to_actions": [{"question": "Hours?", "payload": "HOURS"}]}]
    sdk = connect(PAGE_TOKEN)
    page, account = Page(PAGE_ID, api=sdk.api), IGUser(INSTAGRAM_ID, api=sdk.api)
    platform = Page.Platform.instagram
    await sdk(page.create_messenger_profile, params={"ice_breakers": ice, "platform": platform})
    assert sim.settings.profile(INSTAGRAM_ID) == {"ice_breakers": ice}
    (found,) = await sdk.data(account.get_messenger_profile, fields=["ice_breakers", "persistent_menu"])
    assert found == {"ice_breakers": ice}
    await sdk(page.delete_messenger_profile, params={"fields": ["ICE_BREAKERS"], "platform": platform})
    await sdk(account.create_messenger_profile, params={"ice_breakers": ice})
    await sdk(account.delete_messenger_profile, params={"fields": ["ICE_BREAKERS"]})
    assert sim.settings.profile(INSTAGRAM_ID) == {}

    login = connect(LOGIN_TOKEN, sim.instagram_graph_url, "s3cr3t-instagram-secret-for-tests")
    own = IGUserForIGOnlyAPI(LOGIN_ID, api=login.api)
    await login(own.create_messenger_profile, params={"ice_breakers": ice})
    (found,) = await login.data(own.get_messenger_profile)
    assert found["ice_breakers"] == ice
    await login(own.delete_messenger_profile, params={"fields": ["ICE_BREAKERS"]})
    assert sim.settings.profile(LOGIN_ID) == {}


async def test_instagram_login_installs_on_its_own_host(sim: Simulator, connect: Any) -> None:
    """On the Facebook host the same call is code 3."""
    sdk = connect(LOGIN_TOKEN, sim.instagram_graph_url, "s3cr3t-instagram-secret-for-tests")
    own = IGUserForIGOnlyAPI(LOGIN_ID, api=sdk.api)
    await sdk(own.create_subscribed_app, params={"subscribed_fields": ["messages", "messaging_seen"]})
    (found,) = await sdk.data(own.get_subscribed_apps)
    assert set(found["subscribed_fields"]) == {"messages", "messaging_seen"}
    await sdk(own.delete_subscribed_apps)
    assert sim.settings.subscribed(LOGIN_ID) == {}

    page = connect(PAGE_TOKEN)
    account = IGUser(INSTAGRAM_ID, api=page.api)
    for call in (account.create_subscribed_app, account.get_subscribed_apps, account.delete_subscribed_apps):
        with pytest.raises(FacebookRequestError) as refused:
            await page(call)
        assert refused.value.api_error_code() == 3


async def test_a_batch(sim: Simulator, connect: Any) -> None:
    """Its batches, with a callback for each operation, and what timed out handed back as a batch to repeat."""
    sdk = connect(PAGE_TOKEN)
    page, batch = Page(PAGE_ID, api=sdk.api), sdk.api.new_batch()
    good: list[Any] = []
    bad: list[FacebookRequestError] = []

    def keep(response: FacebookResponse) -> None:
        good.append(response.json())

    def fail(response: FacebookResponse) -> None:
        bad.append(response.error())

    wish = {"subscribed_fields": ["messages", "feed"]}
    page.create_subscribed_app(params=wish, batch=batch, success=keep, failure=fail)
    page.create_messenger_profile(params={"persistent_menu": []}, batch=batch, success=keep, failure=fail)
    page.get_subscribed_apps(batch=batch, success=keep, failure=fail)
    page.delete_subscribed_apps(batch=batch, success=keep, failure=fail)
    sim.faults.inject("drop", edge="subscribed_apps", method="DELETE")
    again = await sdk(batch.execute)
    assert good[0] == {"success": True}
    assert set(good[1]["data"][0]["subscribed_fields"]) == {"messages", "feed"}
    assert [error.api_error_code() for error in bad] == [100]
    assert len(again) == 1
    assert await sdk(again.execute) is None
    assert sim.settings.subscribed(PAGE_ID) == {}


async def test_throttling_is_read_from_the_headers(sim: Simulator, connect: Any) -> None:
    sim.meta.rates.limits.profile_calls_per_10_minutes = 1
    sim.identity.set_usage("messenger", PAGE_ID, 97, regain_minutes=5)
    sdk = connect(PAGE_TOKEN)
    page = Page(PAGE_ID, api=sdk.api)
    await sdk.data(page.get_messenger_profile)
    with pytest.raises(FacebookRequestError) as refused:
        await sdk.data(page.get_messenger_profile)
    assert refused.value.api_error_code() == 613
    usage = json.loads(refused.value.http_headers()["x-business-use-case-usage"])[PAGE_ID]
    assert (usage[0]["type"], usage[0]["call_count"]) == ("messenger", 97)


def test_its_fields_are_ours() -> None:
    """The names it was generated with are the names the simulator takes, save one that says it is a placeholder."""
    assert _fields(Page(PAGE_ID)) - {"invalid_topic_placeholder"} == fields.PAGE_FIELDS
    assert _fields(IGUserForIGOnlyAPI(LOGIN_ID)) == fields.INSTAGRAM_FIELDS


def _fields(node: Any) -> set[str]:
    """What it lets ``subscribed_fields`` be; a class of constants brings its module's name along."""
    request = node.create_subscribed_app(pending=True)
    enumeration = request._param_checker._enum_data["subscribed_fields_enum"]
    return {name for name in enumeration if isinstance(name, str) and name.islower() and "." not in name}
