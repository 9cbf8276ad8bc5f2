"""A gateway whose app has login pages, Meta beside it, and a browser without a screen."""

import contextlib
import json
import os
import random
import socket
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from pagewire.locks import KeySource, Locks, is_locked, source_of, unlocked
from pagewire.simulator import Simulator, World, unlimited
from pagewire.simulator.world import ALL_TASKS, Account, App, Subscription, User
from pagewire_gateway.app import Gateway
from pagewire_gateway.config import Address, LoginSettings, Settings
from pagewire_gateway.plugins import Plugin
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import QUICK

QUAY = "17841400000000002"
OTHER_PAGE = "108000000000002"
HARRIET, STRANGER = "7300000000000001", "7300000000000002"
INSTAGRAM_APP, INSTAGRAM_SECRET = "880000000000001", "s3cr3t-instagram"
KEYS = source_of(os.environ)
CONFIGURED = ["pages_messaging", "pages_manage_metadata", "pages_show_list", "pages_read_engagement"]


def quiet_port() -> int:
    """A free loopback port that no outgoing connection of another test takes before we do."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def resource(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "support"}
    return {"apiVersion": "pagewire.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def token(name: str, **spec: Any) -> dict[str, Any]:
    """An AccessToken that comes from a login."""
    page = {"type": "Page", "pageId": making.PAGE, "scopes": ["pages_messaging"]}
    return resource("AccessToken", name, {"appRef": {"name": "acme"}, "from": {"login": {}}, **(spec or page)})


def app(redirect: str | None, **spec: Any) -> dict[str, Any]:
    return resource(
        "MessengerApp",
        "acme",
        {
            "appId": making.APP_ID,
            "appSecretRefs": [{"name": "acme-app", "key": "app-secret"}, {"name": "acme-app", "key": "old"}],
            "verifyTokenRef": {"name": "acme-app", "key": "verify-token"},
            "instagram": {"appId": INSTAGRAM_APP, "appSecretRef": {"name": "acme-app", "key": "instagram-secret"}},
            **({"login": {"redirectURL": redirect}} if redirect else {}),
            **spec,
        },
    )


def documents(
    redirect: str | None, config_id: str = "", users: Sequence[str] = (), plugins: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """One Page, one account of Instagram Login, and the tokens they wait for."""
    values = {
        "app-secret": making.SECRET,
        "old": "the-secret-of-last-year",
        "instagram-secret": INSTAGRAM_SECRET,
        "verify-token": "letmein",
    }
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "acme-app", "namespace": "support"},
        "stringData": values,
    }
    ref = {"appRef": {"name": "acme"}}
    whose = {"from": {"login": {"users": list(users)}}}
    page = {
        **ref,
        "pageId": making.PAGE,
        "tokenRef": {"name": "harbour"},
        "plugins": [{"name": name} for name in plugins],
    }
    return [
        secret,
        app(redirect, **({"login": {"redirectURL": redirect, "configId": config_id}} if config_id else {})),
        token("harbour", type="Page", pageId=making.PAGE, scopes=["pages_messaging"], **whose),
        token("quay", type="User", provider="Instagram"),
        token("admin", type="User", scopes=["pages_show_list", "business_management"]),
        resource("MessengerPage", "harbour", page),
        resource("InstagramAccount", "quay", {**ref, "accountId": QUAY, "tokenRef": {"name": "quay"}}),
    ]


def world(redirect: str, webhooks: str) -> World:
    """Meta's side: Harriet runs the Page, a stranger runs another one."""
    meta_app = App(
        id=making.APP_ID,
        secret=making.SECRET,
        name="Harbour Gateway",
        verify_token="letmein",
        instagram_app_id=INSTAGRAM_APP,
        instagram_secret=INSTAGRAM_SECRET,
        redirect_uris={redirect},
        login_configs={"440000000000001": set(CONFIGURED)},
        team={HARRIET: "administrators"},
        subscriptions={name: Subscription(callback_url=webhooks) for name in ("page", "instagram")},
    )
    installed = {making.APP_ID: {"*"}}
    accounts = [
        Account(id=making.PAGE, object="page", name="Harbour Bakery", subscribed=installed),
        Account(id=OTHER_PAGE, object="page", name="Quay Cafe"),
        Account(id=QUAY, object="instagram", name="Quay Cafe", username="quay_cafe", subscribed=installed),
    ]
    users = [
        User(id=HARRIET, name="Harriet Harbour", pages={making.PAGE: set(ALL_TASKS), OTHER_PAGE: set(ALL_TASKS)}),
        User(id=STRANGER, name="Stan Stranger", pages={OTHER_PAGE: set(ALL_TASKS)}),
    ]
    return World(apps=[meta_app], accounts=accounts, users=users)


def kept(file: Path) -> dict[str, str]:
    """What a login has left in its file."""
    document = json.loads(file.read_text())
    about = document["metadata"]
    assert all(map(is_locked, document["stringData"].values()))
    return unlocked(document["stringData"], about["namespace"], about["name"], Locks(source_of(os.environ)))


class Browser:
    """Follows links and posts forms, one at a time, and keeps cookies."""

    def __init__(self) -> None:
        self.http = httpx.AsyncClient(trust_env=False)

    async def get(self, url: str) -> httpx.Response:
        """Open an address, and follow our own redirects (303), not Meta's."""
        answer = await self.http.get(url)
        while answer.status_code == 303 and "/dialog/" not in answer.headers["location"]:
            answer = await self.http.get(answer.headers["location"])
        return answer

    async def dialog(self, answer: httpx.Response, **ticked: Any) -> str:
        """Go through Meta's dialog that a form led to; where it leads back to."""
        assert answer.status_code == 303, answer.text
        url = answer.headers["location"]
        query = dict(parse_qsl(urlsplit(url).query))
        wanted = query.get("scope", "").split(",")
        form = {"as": HARRIET, "act": "allow", "page": [making.PAGE], "permission": wanted, **ticked}
        done = await self.http.post(url.split("?")[0], data={**query, **form})
        assert done.status_code == 302, done.text
        return done.headers["location"]


class House:
    """What a test has in hand."""

    def __init__(self, gateway: Gateway, sim: Simulator, manifests: Path, public: str) -> None:
        self.gateway, self.sim, self.manifests, self.public = gateway, sim, manifests, public
        self.pages = f"{public}/login/support/acme"
        self.admin = httpx.AsyncClient(base_url=f"http://127.0.0.1:{gateway.admin_port}", trust_env=False)

    async def ask(self, *tokens: str, **more: Any) -> httpx.Response:
        """Ask the admin port for a link."""
        return await self.admin.post("/api/v1/logins", json={"tokens": list(tokens), **more})

    async def link(self, *tokens: str, **more: Any) -> str:
        """A link."""
        answer = await self.ask(*(tokens or ("support/harbour",)), **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["url"])

    async def begin(self, browser: Browser, link: str, *tokens: str, **more: str) -> httpx.Response:
        """Open a link and press its button."""
        page = await browser.get(link)
        assert page.status_code == 200, page.text
        return await browser.http.post(self.pages, data={"token": list(tokens or ("support/harbour",)), **more})

    async def log_in(self, browser: Browser, link: str, *tokens: str, **ticked: Any) -> httpx.Response:
        """All of it; the last page."""
        return await browser.get(await browser.dialog(await self.begin(browser, link, *tokens), **ticked))

    def file(self, name: str = "harbour") -> Path:
        """Where a login is kept."""
        return self.manifests / "logins" / "support" / f"{name}.json"

    def kept(self, name: str = "harbour") -> dict[str, str]:
        """What is kept of it."""
        return kept(self.file(name))

    async def until_open(self, object_: str = "page", account: str = making.PAGE) -> None:
        """Wait until the account can be written from."""
        revision = 0
        while (found := self.gateway.registry.account(object_, account)) is None or found.closed:
            revision = await self.gateway.registry.changed(revision)


@contextlib.asynccontextmanager
async def open_house(
    folder: Path,
    *,
    closed: bool = False,
    config_id: str = "",
    users: Sequence[str] = (),
    found: dict[str, Plugin] | None = None,
    enabled: Iterable[str] = (),
    keys: KeySource = KEYS,
) -> AsyncIterator[House]:
    """A gateway that serves the documents."""
    port = quiet_port()
    public = f"http://127.0.0.1:{port}"
    redirect = f"{public}/login/support/acme/callback"
    manifests = folder / "manifests"
    manifests.mkdir(exist_ok=True)
    items = documents(None if closed else redirect, config_id, users, enabled)
    (manifests / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    async with Simulator(world(redirect, f"{public}/webhooks/support/acme"), limits=unlimited()) as sim:
        settings = Settings(
            manifests=manifests,
            data=folder / "data",
            public=Address("127.0.0.1", port),
            admin=Address("127.0.0.1", 0),
            graph_url=sim.graph_url,
            instagram_graph_url=sim.instagram_graph_url,
            login=LoginSettings(
                facebook_url=sim.facebook_url,
                instagram_url=sim.instagram_url,
                instagram_oauth_url=sim.instagram_api_url,
            ),
            stop_grace=1.0,
            locks=keys,
            deletion=QUICK,
        )
        async with Gateway(settings, found or {}) as gateway:
            yield House(gateway, sim, manifests, public)
