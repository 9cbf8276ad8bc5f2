"""The cluster's word on a bearer token, opened when it is first asked for."""

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from pagewire_gateway.access.callers import Caller, Role
from pagewire_gateway.admin.errors import AdminError
from pagewire_gateway.config import Settings, SettingsError

if TYPE_CHECKING:
    from pagewire_gateway.access.kubernetes import Reviews

T = TypeVar("T")

log = logging.getLogger(__name__)


class Reviewing:
    """Asks the cluster that the gateway serves, or the one it runs in.

    Args:
        settings: name the cluster.

    Raises:
        SettingsError: there is none, or what speaks with it is not installed.
    """

    def __init__(self, settings: Settings) -> None:
        try:
            from pagewire.kube import AccessError, find_access  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise SettingsError(
                f"{error.name} is not installed; for PAGEWIRE_ADMIN_KUBERNETES: pip install 'pagewire-gateway[cluster]'"
            ) from error
        try:
            self._access = find_access(settings.cluster.kubeconfig if settings.cluster else None)
        except AccessError as error:
            raise SettingsError(f"PAGEWIRE_ADMIN_KUBERNETES: {error}") from error
        self._namespace = settings.access.kubernetes_namespace
        self._reviews: Reviews | None = None

    async def of(self, token: str) -> Caller | None:
        """Whose token it is, if they have a role.

        Raises:
            AdminError: the API server cannot be asked.
        """
        return await self._judged(lambda reviews: reviews.of(token))

    async def role(self, user: str, groups: tuple[str, ...]) -> Role | None:
        """What a user of the cluster may do now; ``None`` for nothing.

        Raises:
            AdminError: the API server cannot be asked.
        """
        return await self._judged(lambda reviews: reviews.role(user, groups))

    async def _judged(self, ask: "Callable[[Reviews], Awaitable[T]]") -> T:
        from pagewire.kube.client import KubeClient  # noqa: PLC0415 - an extra
        from pagewire_gateway.access.kubernetes import ReviewError, Reviews  # noqa: PLC0415

        if self._reviews is None:
            self._reviews = Reviews(KubeClient(self._access), self._namespace)
        try:
            return await ask(self._reviews)
        except ReviewError as error:
            log.error("%s", error)  # noqa: TRY400 - says all
            hint = "Bind the gateway's service account to the ClusterRole system:auth-delegator."
            raise AdminError(503, "cannot_judge", "The cluster does not say who this is.", hint) from error

    async def aclose(self) -> None:
        """Close the connections."""
        if self._reviews is not None:
            await self._reviews.aclose()
