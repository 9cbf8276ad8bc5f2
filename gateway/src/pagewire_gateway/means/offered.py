"""Makes what contexts offer."""

from collections.abc import Callable
from pathlib import Path

import httpx
from opentelemetry import trace

from pagewire.context import AccountInfo
from pagewire.offers import Http, Tracer
from pagewire.outbound import Policy
from pagewire.outbound.backend import guarded
from pagewire.stores import Store
from pagewire_gateway.means import secrets
from pagewire_gateway.means.bound import BoundStore, NoConversation
from pagewire_gateway.means.data import Place, PluginData
from pagewire_gateway.means.http import AT_ONCE, PluginHttp
from pagewire_gateway.registry.port import Account

_CONNECTIONS = 8 * AT_ONCE


class Means:
    """What a process offers all plugins.

    Args:
        data: where plugins keep things.
        secret_folder: where secrets for plugins lie.
        policy: which private addresses plugins may speak to.
    """

    def __init__(self, data: PluginData, secret_folder: Path, policy: Policy = Policy()) -> None:  # noqa: B008 - frozen
        self.data = data
        self._secrets, self._policy = secret_folder, policy
        self._client: httpx.AsyncClient | None = None
        self._https: dict[str, PluginHttp] = {}

    def http(self, plugin: str) -> Http:
        """A plugin's requests."""
        if self._client is None:
            limits = httpx.Limits(max_connections=_CONNECTIONS)
            transport = guarded(self._policy, limits=limits)
            self._client = httpx.AsyncClient(timeout=None, transport=transport, limits=limits)  # noqa: S113 - each has its own
        if plugin not in self._https:
            self._https[plugin] = PluginHttp(self._client)
        return self._https[plugin]

    def tracer(self, plugin: str) -> Tracer:
        """A plugin's spans."""
        return trace.get_tracer(f"pagewire.plugin.{plugin}")

    def secret(self, namespace: str, plugin: str, name: str) -> str:
        """A secret set aside for a plugin."""
        return secrets.read(self._secrets, namespace, plugin, name)

    async def aclose(self) -> None:
        """Close connections and data."""
        if self._client is not None:
            await self._client.aclose()
        await self.data.aclose()

    def store(self, plugin: str, account: Account, person: str | None, gone: Callable[[], bool]) -> Store:
        """A plugin's store for a conversation; one that says why there is none if the event has no person."""
        if not person:
            return NoConversation()
        return BoundStore(self.data, Place(plugin, account.object, account.id, person), gone)

    def account_store(self, plugin: str, account: Account | AccountInfo) -> Store:
        """A plugin's store for an account."""
        return BoundStore(self.data, Place(plugin, account.object, account.id), _nobody)


def _nobody() -> bool:
    return False
