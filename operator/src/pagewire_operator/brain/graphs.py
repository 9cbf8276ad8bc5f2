"""The clients for Meta: one connection pool and one budget of calls for the whole operator."""

import httpx

from pagewire.graph import open_http
from pagewire.graph.admin import AdminClient, Budget, InstagramAdminClient
from pagewire.resources import MessengerApp
from pagewire.sealed import Sealed

from .lookup import AppAccess
from .settings import Settings

__all__ = ["Graphs"]


class Graphs:
    """Opens the clients when they are first needed, and remembers which credentials worked last.

    Args:
        settings: where Meta answers.
        budget: shared by all calls of the process.
        http: used instead of one opened here; its owner closes it.
    """

    def __init__(
        self, settings: Settings, *, budget: Budget | None = None, http: httpx.AsyncClient | None = None
    ) -> None:
        self.budget = budget or Budget()
        self._settings = settings
        self._http = http
        self._own = http is None
        self._last: dict[tuple[str, str], AppAccess] = {}

    def admin(self, access: AppAccess) -> AdminClient:
        """A client of graph.facebook.com for an app, in the app's version."""
        self._last[_name(access.app)] = access
        return self.trial(access)

    def trial(self, access: AppAccess) -> AdminClient:
        """The same with a secret that may be wrong, and so is not remembered."""
        return AdminClient(
            self._settings.graph_url,
            app_id=access.app_id,
            app_secret=access.secret,
            http=self._open(),
            version=access.app.spec.graph_version,
            budget=self.budget,
        )

    def instagram(self, app: MessengerApp, app_id: str, secret: Sealed[str]) -> InstagramAdminClient:
        """A client of graph.instagram.com, for an app's Instagram side.

        Args:
            app: whose version is used.
            app_id: the Instagram app's own id.
            secret: its own secret.
        """
        return InstagramAdminClient(
            self._settings.instagram_graph_url,
            app_id=app_id,
            app_secret=secret,
            http=self._open(),
            oauth_url=self._settings.instagram_oauth_url,
            version=app.spec.graph_version,
            budget=self.budget,
        )

    def remembered(self, namespace: str, name: str) -> AppAccess | None:
        """The app and secrets last used for a MessengerApp: what is left when its Secret is deleted before its users."""
        return self._last.get((namespace, name))

    async def aclose(self) -> None:
        """Close the connections that were opened here."""
        if self._http is not None and self._own:
            await self._http.aclose()
            self._http = None

    def _open(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = open_http()
        return self._http


def _name(app: MessengerApp) -> tuple[str, str]:
    return app.metadata.namespace, app.metadata.name
