"""A world from a folder of Pagewire manifests: the same documents the gateway and the operator read.

Secrets become valid tokens and signing keys; unknown kinds and unresolvable references are told, not fatal.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
import yaml

from pagewire.simulator.identity.seed import people
from pagewire.simulator.reach import rebased
from pagewire.simulator.world import (
    EVERY_FIELD,
    PAGE_SCOPES,
    SYSTEM_USER_ID,
    USER_ID,
    Account,
    App,
    ObjectName,
    Subscription,
    Token,
    World,
)

Document = dict[str, Any]
_GROUP = "pagewire.dev/"
_KINDS = ("MessengerApp", "AccessToken", "WebhookSubscription", "MessengerPage", "InstagramAccount")


class ManifestError(ValueError):
    """A manifest folder cannot be read; the text names the file and what to do."""


class Seed(msgspec.Struct, kw_only=True):
    """A world and what was left out of it, each a sentence for the terminal."""

    world: World
    notes: list[str]


def read_folder(folder: Path, webhook_base: str | None = None) -> Seed:
    """Read every ``*.yaml`` and ``*.yml`` below a folder.

    Args:
        folder: where the manifests are.
        webhook_base: origin (``http://127.0.0.1:8080``) that replaces the one of every callback URL.

    Raises:
        ManifestError: the folder is missing or a file is not YAML.
    """
    if not folder.is_dir():
        raise ManifestError(f"{folder} is not a folder: name one that holds Pagewire manifests")
    return seed(_documents(folder), webhook_base)


def _documents(folder: Path) -> Iterator[Document]:
    for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")]):
        try:
            with path.open(encoding="utf-8") as file:
                yield from (d for d in yaml.safe_load_all(file) if isinstance(d, dict))
        except yaml.YAMLError as error:
            raise ManifestError(f"{path} is not YAML: {error}") from error


def seed(documents: Iterable[Document], webhook_base: str | None = None) -> Seed:
    """Turn documents into a world."""
    reader = _Reader(documents, webhook_base)
    return Seed(world=reader.world(), notes=reader.notes)


class _Reader:
    """Resolves references, each inside its own namespace."""

    def __init__(self, documents: Iterable[Document], webhook_base: str | None) -> None:
        self.notes: list[str] = []
        self._base = webhook_base
        self._secrets: dict[tuple[str, str], dict[str, str]] = {}
        self._by_kind: dict[str, dict[tuple[str, str], Document]] = {kind: {} for kind in _KINDS}
        for document in documents:
            self._file(document)

    def _file(self, document: Document) -> None:
        kind, key = str(document.get("kind")), _key(document)
        if kind == "Secret":
            self._secrets[key] = _secret(document)
        elif kind in self._by_kind and str(document.get("apiVersion", _GROUP)).startswith(_GROUP):
            self._by_kind[kind][key] = document

    def world(self) -> World:
        """All of it: apps first, for the others refer to them."""
        apps = {key: app for key, app in self._apps() if app is not None}
        for key, document in self._by_kind["WebhookSubscription"].items():
            self._subscribe(key, document, apps)
        accounts = {key: self._page(key, d, apps) for key, d in self._by_kind["MessengerPage"].items()}
        pages = {key: account.id for key, account in accounts.items()}
        instagram = [self._instagram(k, d, apps, pages) for k, d in self._by_kind["InstagramAccount"].items()]
        world = World(
            apps=list(apps.values()),
            accounts=[*accounts.values(), *instagram],
            tokens=list(self._tokens(apps)),
        )
        people(world, self._system_users())
        return world

    def _system_users(self) -> Iterator[str]:
        """Ids of the system users that the manifests generate tokens for."""
        for document in self._by_kind["AccessToken"].values():
            robot = (_spec(document).get("from") or {}).get("systemUser") or {}
            if robot.get("systemUserId"):
                yield str(robot["systemUserId"])

    def _apps(self) -> Iterator[tuple[tuple[str, str], App | None]]:
        for key, document in self._by_kind["MessengerApp"].items():
            spec = _spec(document)
            secrets = list(self._app_secrets(key, spec))
            plain = [value for name, value in secrets if "instagram" not in name]
            if not plain or not spec.get("appId"):
                self.notes.append(f"MessengerApp {_show(key)}: no appId or no app secret, left out")
                yield key, None
                continue
            verify = self._value(key, spec.get("verifyTokenRef"), "verify token") or ""
            app = App(id=str(spec["appId"]), secret=plain[0], name=key[1], verify_token=verify)
            app.instagram_secret = next((value for name, value in secrets if "instagram" in name), None)
            app.previous_secrets, app.client_token = plain[1:], spec.get("clientToken")
            self._instagram_app(key, spec, app)
            app.team = {USER_ID: "administrators"}
            _login(spec, app)
            yield key, app

    def _instagram_app(self, key: tuple[str, str], spec: Document, app: App) -> None:
        own = spec.get("instagram") or {}
        if own.get("appId"):
            app.instagram_app_id = str(own["appId"])
            app.instagram_secret = self._value(key, own.get("appSecretRef"), "Instagram app secret")

    def _app_secrets(self, key: tuple[str, str], spec: Document) -> Iterator[tuple[str, str]]:
        """Name and value of every app secret; one whose key mentions Instagram is the Instagram app's own."""
        for ref in spec.get("appSecretRefs") or []:
            value = self._value(key, ref, "app secret")
            if value is not None:
                yield str(ref.get("key")).lower(), value

    def _subscribe(self, key: tuple[str, str], document: Document, apps: dict[tuple[str, str], App]) -> None:
        spec = _spec(document)
        app = apps.get(_ref(key, spec.get("appRef")))
        name, url = spec.get("object"), spec.get("callbackURL")
        if app is None or name not in ("page", "instagram") or not url:
            self.notes.append(f"WebhookSubscription {_show(key)}: no such app or object, left out")
            return
        object_name: ObjectName = "page" if name == "page" else "instagram"
        fields = {str(field) for field in spec.get("fields") or [EVERY_FIELD]}
        callback = rebased(str(url), self._base)
        app.subscriptions[object_name] = Subscription(callback_url=callback, fields=fields)
        _privacy(app, callback, _ref(key, spec.get("appRef")))

    def _page(self, key: tuple[str, str], document: Document, apps: dict[tuple[str, str], App]) -> Account:
        spec = _spec(document)
        app = apps.get(_ref(key, spec.get("appRef")))
        return Account(id=str(spec.get("pageId")), object="page", name=_title(key[1]), subscribed=_installed(spec, app))

    def _instagram(
        self,
        key: tuple[str, str],
        document: Document,
        apps: dict[tuple[str, str], App],
        pages: dict[tuple[str, str], str],
    ) -> Account:
        spec = _spec(document)
        app = apps.get(_ref(key, spec.get("appRef")))
        page = spec.get("pageRef")
        if page and _ref(key, page) not in pages:
            self.notes.append(f"InstagramAccount {_show(key)}: its pageRef names no MessengerPage")
        return Account(
            id=str(spec.get("accountId")),
            object="instagram",
            name=_title(key[1]),
            username=key[1].replace("-", "_"),
            page_id=pages.get(_ref(key, page)) if page else None,
            subscribed=_installed(spec, app),
        )

    def _tokens(self, apps: dict[tuple[str, str], App]) -> Iterator[Token]:
        logins = self._login_accounts()
        for key, document in self._by_kind["AccessToken"].items():
            spec = _spec(document)
            app = apps.get(_ref(key, spec.get("appRef")))
            ref = (spec.get("from") or {}).get("secretRef")
            value = self._value(key, ref, "token") if ref else None
            if app is None or value is None:
                self.notes.append(f"AccessToken {_show(key)}: not from a Secret, no token made")
            elif key in logins:
                yield Token(value=value, type="INSTAGRAM", app_id=app.id, account_id=logins[key])
            elif spec.get("type") == "Page":
                yield Token(value=value, type="PAGE", app_id=app.id, account_id=str(spec.get("pageId")))
            elif spec.get("type") in ("User", "SystemUser"):
                yield _personal(value, app.id, system=spec["type"] == "SystemUser")

    def _login_accounts(self) -> dict[tuple[str, str], str]:
        """AccessToken key to the Instagram account that uses it without a Page."""
        found = {}
        for key, document in self._by_kind["InstagramAccount"].items():
            spec = _spec(document)
            if spec.get("tokenRef") and not spec.get("pageRef"):
                found[_ref(key, spec["tokenRef"])] = str(spec.get("accountId"))
        return found

    def _value(self, key: tuple[str, str], ref: object, what: str) -> str | None:
        if not isinstance(ref, dict):
            return None
        found = self._secrets.get((key[0], str(ref.get("name"))), {}).get(str(ref.get("key")))
        if found is None:
            self.notes.append(f"{_show(key)}: no Secret {ref.get('name')} with key {ref.get('key')} for its {what}")
        return found


def _key(document: Document) -> tuple[str, str]:
    metadata = document.get("metadata") or {}
    return str(metadata.get("namespace") or "default"), str(metadata.get("name"))


def _ref(key: tuple[str, str], ref: object) -> tuple[str, str]:
    named = ref if isinstance(ref, dict) else {}
    return str(named.get("namespace") or key[0]), str(named.get("name"))


def _spec(document: Document) -> Document:
    spec = document.get("spec")
    return spec if isinstance(spec, dict) else {}


def _secret(document: Document) -> dict[str, str]:
    plain = {str(k): str(v) for k, v in (document.get("stringData") or {}).items()}
    coded = document.get("data") or {}
    return {str(k): base64.b64decode(str(v)).decode("utf-8", "replace") for k, v in coded.items()} | plain


def _installed(spec: Document, app: App | None) -> dict[str, set[str]]:
    """The account installs its app with the fields it names; without any, the app level alone decides."""
    if app is None:
        return {}
    return {app.id: {str(field) for field in spec.get("subscribedFields") or [EVERY_FIELD]}}


def _login(spec: Document, app: App) -> None:
    """The dashboard's side of a login: where it may lead back to, and the configuration of Login for Business."""
    login = spec.get("login") or {}
    if login.get("redirectURL"):
        app.redirect_uris = {str(login["redirectURL"])}
    if login.get("configId"):
        app.login_configs = {str(login["configId"]): set(PAGE_SCOPES)}


def _personal(value: str, app_id: str, *, system: bool) -> Token:
    if system:
        return Token(value=value, type="SYSTEM_USER", app_id=app_id, user_id=SYSTEM_USER_ID)
    return Token(value=value, type="USER", app_id=app_id, user_id=USER_ID)


def _show(key: tuple[str, str]) -> str:
    return f"{key[0]}/{key[1]}"


def _title(name: str) -> str:
    return name.replace("-", " ").title()


def _privacy(app: App, callback: str, key: tuple[str, str]) -> None:
    """The dashboard's other call-back URLs: beside the webhooks, where the gateway answers them."""
    origin, namespace, name = urlsplit(callback), *key
    base = urlunsplit((origin.scheme, origin.netloc, f"/callbacks/{namespace}/{name}", "", ""))
    app.deauthorize_url = app.instagram_deauthorize_url = f"{base}/deauthorize"
    app.deletion_url = app.instagram_deletion_url = f"{base}/data-deletion"
