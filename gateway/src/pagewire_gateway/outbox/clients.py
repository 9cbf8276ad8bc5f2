"""One Graph client for each host, version and app, over one HTTP client."""

import httpx

from pagewire.graph import GraphClient
from pagewire.graph.errors import Reauth
from pagewire_gateway.registry.port import Account, Registry


class GraphClients:
    """Finds the client that speaks for an account.

    Args:
        registry: knows the app's secret, with which each call is proved (``appsecret_proof``).
        http: shared by all clients; closed by its owner.
        facebook: address of graph.facebook.com or of a simulator.
        instagram: address of graph.instagram.com or of a simulator.
    """

    def __init__(self, registry: Registry, http: httpx.AsyncClient, facebook: str, instagram: str) -> None:
        self._registry = registry
        self._http = http
        self._urls = {"facebook": facebook, "instagram": instagram}
        self._clients: dict[tuple[str, str, str | None], GraphClient] = {}

    def of(self, account: Account) -> GraphClient:
        """The client for this account."""
        secret = self._secret(account)
        key = (account.host, account.graph_version, secret)
        client = self._clients.get(key)
        if client is None:
            url = self._urls[account.host]
            client = GraphClient(url, version=account.graph_version, http=self._http, app_secret=secret)
            self._clients[key] = client
        return client

    def refused(self, account: Account, error: Exception) -> None:
        """A call for this account failed: if it was for its token, whoever looks after that is told."""
        if isinstance(error, Reauth):
            self._registry.token_refused(account, error.code, error.subcode)

    def _secret(self, account: Account) -> str | None:
        # Instagram Login tokens belong to the Instagram app, and nothing says which of the secrets is its own.
        app = self._registry.app(*account.app) if account.host == "facebook" else None
        return app.secrets[0].reveal().decode() if app and app.secrets else None
