"""The clients for Meta: one connection pool and one budget of calls for the whole operator; each call may be a span."""

from collections.abc import Callable
from typing import Final, TypeVar

import httpx
from msgspec import structs

from pagewire.graph import open_http
from pagewire.graph.admin import AdminClient, Budget, InstagramAdminClient
from pagewire.graph.admin.caller import Watch
from pagewire.resources import MessengerApp
from pagewire.sealed import Sealed
from pagewire.telemetry.calls import asked

from .lookup import AppAccess
from .settings import Settings

__all__ = ["Graphs"]

C = TypeVar("C")
Clients = dict[tuple[str, str], list[tuple[Sealed[str], C]]]
"""By Meta's id of the app and Graph version, with the secret each was opened for."""

_SECRETS: Final = 4
"""Secrets of an app that clients are kept for: the old and the new one of a rotation, and some more."""


class Graphs:
    """Opens the clients when they are first needed, and remembers which credentials worked last.

    Args:
        settings: where Meta answers.
        budget: shared by all calls of the process.
        http: used instead of one opened here; its owner closes it.
        watch: is at work while a call is made.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        budget: Budget | None = None,
        http: httpx.AsyncClient | None = None,
        watch: Watch = asked,
    ) -> None:
        self.budget = budget or Budget()
        self._settings = settings
        self._http = http
        self._own = http is None
        self._watch = watch
        self._last: dict[tuple[str, str], AppAccess] = {}
        self._clients: Clients[AdminClient] = {}
        self._instagram: Clients[InstagramAdminClient] = {}
        self._refused: dict[tuple[str, str], list[Sealed[str]]] = {}

    def chosen(self, access: AppAccess) -> AppAccess:
        """The same with those secrets last that Meta refused lately."""
        refused = self._refused.get(_name(access.app), [])
        return structs.replace(access, secrets=tuple(sorted(access.secrets, key=lambda one: one in refused)))

    def refused(self, access: AppAccess) -> bool:
        """Meta refused the first of these secrets; whether there is another one to try.

        While a secret is rotated the app has two, and nobody tells when Meta stops to take the old one.
        """
        name = _name(access.app)
        known = [one for one in self._refused.get(name, []) if one in access.secrets and one != access.secret]
        self._refused[name] = [*known, access.secret]
        if any(one not in self._refused[name] for one in access.secrets):
            return True
        del self._refused[name]  # they are all tried anew another time
        return False

    def admin(self, access: AppAccess) -> AdminClient:
        """A client of graph.facebook.com for an app, in the app's version."""
        self._last[_name(access.app)] = access
        return self.trial(access)

    def trial(self, access: AppAccess) -> AdminClient:
        """The same with a secret that may be wrong, and so is not remembered as one that worked.

        One client for all calls of an app: it warns once of another version than the one asked for, not each time.
        """
        key = (access.app_id, access.app.spec.graph_version)
        return _kept(self._clients, key, access.secret, lambda: self._new(access))

    def _new(self, access: AppAccess) -> AdminClient:
        return AdminClient(
            self._settings.graph_url,
            app_id=access.app_id,
            app_secret=access.secret,
            http=self._open(),
            version=access.app.spec.graph_version,
            budget=self.budget,
            watch=self._watch,
        )

    def instagram(self, app: MessengerApp, app_id: str, secret: Sealed[str]) -> InstagramAdminClient:
        """A client of graph.instagram.com, for an app's Instagram side.

        Args:
            app: whose version is used.
            app_id: the Instagram app's own id.
            secret: its own secret.
        """
        key = (app_id, app.spec.graph_version)
        return _kept(self._instagram, key, secret, lambda: self._new_instagram(app, app_id, secret))

    def _new_instagram(self, app: MessengerApp, app_id: str, secret: Sealed[str]) -> InstagramAdminClient:
        return InstagramAdminClient(
            self._settings.instagram_graph_url,
            app_id=app_id,
            app_secret=secret,
            http=self._open(),
            oauth_url=self._settings.instagram_oauth_url,
            version=app.spec.graph_version,
            budget=self.budget,
            watch=self._watch,
        )

    def remembered(self, namespace: str, name: str) -> AppAccess | None:
        """The app and secrets last used for a MessengerApp: what is left when its Secret is deleted before its users."""
        return self._last.get((namespace, name))

    async def aclose(self) -> None:
        """Close the connections that were opened here."""
        if self._http is not None and self._own:
            await self._http.aclose()
            self._http = None
            self._clients.clear()
            self._instagram.clear()

    def _open(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = open_http()
        return self._http


def _kept(clients: Clients[C], key: tuple[str, str], secret: Sealed[str], new: Callable[[], C]) -> C:
    """The client of an app and version for a secret, opened when it is first needed."""
    kept = clients.setdefault(key, [])
    client = next((client for own, client in kept if own == secret), None)
    if client is None:
        client = new()
        kept.append((secret, client))
        del kept[:-_SECRETS]
    return client


def _name(app: MessengerApp) -> tuple[str, str]:
    return app.metadata.namespace, app.metadata.name
