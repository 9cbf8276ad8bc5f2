"""A shop: a namespace of its own in the cluster, and an app, people and Pages of its own at Meta."""

from collections.abc import Mapping
from functools import partial
from itertools import count
from typing import Any, Final

from pagewire.resources import API_VERSION
from pagewire.simulator.identity.model import ALL_TASKS, Business, User
from pagewire.simulator.world import Account, App, Token, World
from tests.e2e.town import Town

Document = dict[str, Any]

FIELDS: Final = ["messages", "messaging_postbacks"]
PROFILE: Final = {
    "getStarted": {"payload": "START"},
    "greeting": [{"locale": "default", "text": "Ahoy!"}],
}
APP, WEBHOOKS, TOKEN, PAGE = "MessengerApp", "WebhookSubscription", "AccessToken", "MessengerPage"
VERIFY_TOKEN: Final = "letmein0verify"
_numbers, _looks = count(1), count(1)


class Shop:
    """One row of the table works on one shop, so that rows do not disturb each other.

    Args:
        town: where it is.
        pages: its Pages, each a MessengerPage with an AccessToken of that name, and what their specs have besides.
        webhooks: what the spec of its WebhookSubscription has besides.
        derived: the Pages' tokens are derived from that of their administrator, instead of given in Secrets.
    """

    def __init__(
        self,
        town: Town,
        pages: Mapping[str, Document] = {"harbour": {}},
        *,
        webhooks: Mapping[str, Any] = {},
        derived: bool = False,
    ) -> None:
        self.town, self.derived = town, derived
        self.pages = {page: dict(spec) for page, spec in pages.items()}
        self._webhooks = dict(webhooks)
        self.number = next(_numbers)
        self.namespace = f"shop-{self.number}"
        self.app_id, self.user_id = f"9900000000{self.number:05d}", f"7300000000{self.number:05d}"
        self.secret = f"s3cr3t-of-app-{self.number}"

    def page_id(self, page: str = "harbour") -> str:
        """Meta's id of a Page."""
        return f"108{self.number:08d}{list(self.pages).index(page):04d}"

    def token(self, page: str = "harbour") -> str:
        """The token that was given for a Page."""
        return f"EAAPAGE{self.page_id(page)}"

    @property
    def admin_token(self) -> str:
        """That of the administrator."""
        return f"EAAUSER{self.user_id}"

    def world(self) -> World:
        """What exists of it at Meta: nothing is subscribed."""
        ids = [self.page_id(page) for page in self.pages]
        app = App(id=self.app_id, secret=self.secret, verify_token=VERIFY_TOKEN, team={self.user_id: "administrators"})
        given = [
            Token(value=f"EAAPAGE{one}", type="PAGE", app_id=self.app_id, account_id=one, user_id=self.user_id)
            for one in ids
            if not self.derived
        ]
        admin = Token(value=self.admin_token, type="USER", app_id=self.app_id, user_id=self.user_id)
        return World(
            apps=[app],
            accounts=[Account(id=one, object="page", name=f"Page {one}") for one in ids],
            tokens=[admin, *given],
            users=[User(id=self.user_id, pages={one: set(ALL_TASKS) for one in ids})],
            businesses=[
                Business(
                    id=f"5500000000{self.number:05d}",
                    users={self.user_id: "ADMIN"},
                    owned_pages=set(ids),
                    apps={self.app_id},
                )
            ],
            subscriptions="enforced",
        )

    async def open(self) -> None:
        """Meta knows it, its manifests are applied, and all of it is ready."""
        await self.settle_in()
        await self.until_ready()

    async def settle_in(self) -> None:
        """Meta knows it, and its manifests are applied."""
        self.town.sim.meta.state.add(self.world())
        await self.town.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}})
        await self.apply(*self.manifests())

    async def until_ready(self) -> None:
        """Wait until all of it is ready."""
        for kind, name in self.everything():
            await self.says(kind, name, Ready="True", Synced="True")

    async def close(self) -> None:
        """Nobody need look at it any more."""
        await self.kubectl("delete", "pagewire", "--all", "--wait=false")

    def everything(self) -> list[tuple[str, str]]:
        """Kind and name of all its resources."""
        pages = [(kind, page) for page in self.pages for kind in (TOKEN, PAGE)]
        return [(APP, "acme"), *([(TOKEN, "admin")] if self.derived else []), (WEBHOOKS, "acme-page"), *pages]

    def manifests(self) -> list[Document]:
        """Everything somebody applies."""
        made = [self.app_secret(), self.app(), self.webhooks()]
        if self.derived:
            made += [self.secret_of("admin", self.admin_token), self.access_token("admin", type="User")]
        for page in self.pages:
            made += [] if self.derived else [self.secret_of(page, self.token(page))]
            made += [self.page_token(page), self.page(page)]
        return made

    def app_secret(self, **values: str) -> Document:
        """The Secret of the app."""
        return self._secret("acme-app", {"app-secret": self.secret, "verify-token": VERIFY_TOKEN, **values})

    def secret_of(self, token: str, value: str) -> Document:
        """The Secret of a given token."""
        return self._secret(f"{token}-token", {"token": value})

    def app(self, *keys: str) -> Document:
        """The MessengerApp, with these keys of its Secret as app secrets."""
        refs = [{"name": "acme-app", "key": key} for key in keys or ("app-secret",)]
        verify = {"name": "acme-app", "key": "verify-token"}
        return self._resource(APP, "acme", {"appId": self.app_id, "appSecretRefs": refs, "verifyTokenRef": verify})

    def webhooks(self, **spec: Any) -> Document:
        """The WebhookSubscription of object page; `spec` stays."""
        self._webhooks |= spec
        wanted = {"appRef": {"name": "acme"}, "object": "page", "callbackURL": self.callback, "fields": FIELDS}
        return self._resource(WEBHOOKS, "acme-page", {**wanted, **self._webhooks})

    @property
    def callback(self) -> str:
        """Where Meta is to deliver."""
        return f"https://hooks.example.com/webhooks/{self.namespace}/acme"

    def page_token(self, page: str) -> Document:
        """The AccessToken of a Page."""
        spec: Document = {"type": "Page", "pageId": self.page_id(page)}
        if self.derived:
            spec["from"] = {"tokenRef": {"name": "admin"}}
        return self.access_token(page, **spec)

    def access_token(self, name: str, **spec: Any) -> Document:
        """An AccessToken, given in a Secret unless told otherwise."""
        given = {"from": {"secretRef": {"name": f"{name}-token", "key": "token"}}}
        return self._resource(TOKEN, name, {"appRef": {"name": "acme"}, **given, **spec})

    def page(self, page: str = "harbour", **spec: Any) -> Document:
        """A MessengerPage; `spec` stays."""
        self.pages[page] |= spec
        wanted = {"appRef": {"name": "acme"}, "pageId": self.page_id(page), "tokenRef": {"name": page}}
        return self._resource(PAGE, page, {**wanted, "subscribedFields": FIELDS, **self.pages[page]})

    async def apply(self, *documents: Document) -> None:
        """``kubectl apply``."""
        await self.town.apply(*documents)

    async def kubectl(self, *words: str) -> str:
        """``kubectl`` in its namespace."""
        return await self.town.kubectl(*words, "--namespace", self.namespace)

    async def says(self, kind: str, name: str = "harbour", **wanted: str) -> None:
        """See `Town.until_says`."""
        await self.town.until_says(kind, self.namespace, name, **wanted)

    async def tells(self, kind: str, *reasons: str, name: str = "harbour") -> str:
        """See `Town.until_event`."""
        return await self.town.until_event(self.namespace, kind, name, *reasons)

    async def looked_at(self) -> None:
        """Ask for a look at all of it, and wait until that is over."""
        stamp = f"look {next(_looks)}"
        things = [f"{kind}/{name}" for kind, name in self.everything()]
        await self.kubectl("annotate", "--overwrite", *things, f"pagewire.dev/reconcile-at={stamp}")
        for kind, name in self.everything():
            await self.town.until(partial(self._handled, kind, name, stamp), f"looked at {kind} {name}")

    async def _handled(self, kind: str, name: str, stamp: str) -> bool:
        found = await self.town.resource(kind, self.namespace, name) or {}
        return bool(found["status"].get("lastHandledReconcileAt") == stamp)

    async def told(self, kind: str, name: str = "harbour") -> list[tuple[str, str]]:
        """Reason and message of the Events so far."""
        return await self.town.events(self.namespace, kind, name)

    def at_meta(self, page: str = "harbour") -> tuple[set[str], Document]:
        """The fields of this app that Meta delivers of a Page, and the Page's profile."""
        desk, account = self.town.sim.settings, self.page_id(page)
        return desk.subscribed(account).get(self.app_id, set()), desk.profile(account)

    def delivered(self) -> set[str]:
        """The fields of the app's webhooks that Meta delivers where they belong."""
        found = self.town.sim.settings.subscriptions(self.app_id).get("page")
        return found.fields if found is not None and found.active and found.callback_url == self.callback else set()

    async def is_ready(self) -> bool:
        """Whether all of it is ready, and was looked at as usual."""
        every = [await self.town.conditions(kind, self.namespace, name) for kind, name in self.everything()]
        good = {("True", "Reconciled")}
        return all({one.get("Ready"), one.get("Synced")} == good for one in every)

    async def is_left(self) -> bool:
        """Whether nothing of it is there that takes something back from Meta."""
        going = [(kind, name) for kind, name in self.everything() if kind in (PAGE, WEBHOOKS)]
        return not any([await self.town.resource(kind, self.namespace, name) for kind, name in going])

    async def has_results(self) -> bool:
        """Whether every derived token is kept in a Secret."""
        path = f"/api/v1/namespaces/{self.namespace}/secrets"
        found = {one["metadata"]["name"] for one in (await self.town.api.get(path)).raise_for_status().json()["items"]}
        return not self.derived or {f"{page}-access-token" for page in self.pages} <= found

    def agrees(self) -> bool:
        """Whether Meta has what the manifests say, and nothing else."""
        pages = [self.at_meta(page) == _wanted(spec) for page, spec in self.pages.items()]
        return all(pages) and self.delivered() == set(FIELDS)

    def _secret(self, name: str, values: dict[str, str]) -> Document:
        return {"apiVersion": "v1", "kind": "Secret", "metadata": self._metadata(name), "stringData": values}

    def _resource(self, kind: str, name: str, spec: Document) -> Document:
        return {"apiVersion": API_VERSION, "kind": kind, "metadata": self._metadata(name), "spec": spec}

    def _metadata(self, name: str) -> Document:
        return {"name": name, "namespace": self.namespace}


def _wanted(spec: Mapping[str, Any]) -> tuple[set[str], Document]:
    profile = spec.get("profile", {})
    named = {"get_started": profile.get("getStarted"), "greeting": profile.get("greeting")}
    return set(spec.get("subscribedFields", FIELDS)), {name: value for name, value in named.items() if value}
