"""Puts the parts of the login together, for a gateway and for the command line."""

import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import httpx

from pagewire.locks import Locks
from pagewire_gateway.config import ClusterSettings, Settings
from pagewire_gateway.registry.manifests import ManifestRegistry
from pagewire_gateway.registry.port import Registry

from .asking import Graph
from .desk import Desk
from .dialog import Hosts
from .door import Door
from .files import FileKeeper
from .keeping import Keeper, KeepError
from .spent import Once

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from pagewire.kube import KubeClient


class Logins:
    """All that a gateway has of logins.

    Args:
        settings: where tokens go, and where Meta is.
        registry: knows apps and tokens.
        http: for the calls to Meta.
        clock: milliseconds since 1970.
        spent: remembers what was used.
        locks: lock what lies on the disk.
    """

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        http: httpx.AsyncClient,
        clock: Callable[[], int],
        spent: Once,
        locks: Locks,
    ) -> None:
        self._closing = AsyncExitStack()
        self.registry, self.clock = registry, clock
        self.keeper = open_keeper(settings, self._closing, locks, registry)
        self.graph = graph_of(settings, http)
        self.door = Door(
            registry,
            Desk(self.graph, self.keeper),
            spent,
            hosts_of(settings),
            clock,
            timeout=settings.login.timeout,
        )

    async def renew(self) -> None:
        """Lock logins that lie there in clear, or under an older key. What cannot be is told, and keeps nobody from work."""
        try:
            if count := await self.keeper.renew():
                log.info("%d logins were locked under the key that counts now", count)
        except KeepError as error:
            log.error("logins are not locked as they should be: %s", error)  # noqa: TRY400 - said in full

    async def aclose(self) -> None:
        """Close what was opened."""
        await self._closing.aclose()


def open_keeper(
    settings: Settings,
    closing: AsyncExitStack,
    locks: Locks,
    registry: Registry | None = None,
    *,
    may_create: bool = False,
) -> Keeper:
    """Where tokens of logins go: beside the manifests, or into the cluster.

    Args:
        settings: which of the two.
        closing: is given what has to be closed.
        locks: lock what goes beside the manifests.
        registry: remembers what cannot be locked, for a process that stays.
        may_create: see `SecretKeeper`.
    """
    if settings.cluster is None:
        assert settings.manifests is not None  # noqa: S101 - the registry has looked at it
        remember = registry.remember if isinstance(registry, ManifestRegistry) else None
        return FileKeeper(settings.manifests, locks, remember)
    from .secrets import SecretKeeper  # noqa: PLC0415 - a gateway of manifests does without

    client = open_client(settings.cluster)
    closing.push_async_callback(client.aclose)
    return SecretKeeper(client, may_create=may_create)


def open_client(cluster: ClusterSettings) -> "KubeClient":
    """The API server of a cluster; the registry has found it before."""
    from pagewire.kube import KubeClient, find_access  # noqa: PLC0415 - as above

    return KubeClient(find_access(cluster.kubeconfig), agent="pagewire-login", in_flight=4)


def graph_of(settings: Settings, http: httpx.AsyncClient) -> Graph:
    """Who talks to Meta."""
    return Graph(
        http,
        facebook=settings.graph_url,
        instagram=settings.instagram_graph_url,
        instagram_oauth=settings.login.instagram_oauth_url,
    )


def hosts_of(settings: Settings) -> Hosts:
    """Where people log in."""
    return Hosts(facebook=settings.login.facebook_url, instagram=settings.login.instagram_url)
