"""AccessToken as a kind: the parts put together."""

from collections.abc import Iterable

from pagewire.resources import AccessToken
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.departure import wants_finalizer
from pagewire_operator.brain.report import Report, Work
from pagewire_operator.model import Happening, Key, Step, World

from .apply import Applier
from .dependants import dependants
from .facts import TokenSeen
from .observe import Observer
from .plan import plan
from .release import leftover, release
from .status import status

__all__ = ["AccessTokenKind"]


class AccessTokenKind:
    """Gets tokens, keeps them good, and says what they may do. See `Kind` for the methods."""

    def __init__(self) -> None:
        self._observer = Observer()
        self._applier = Applier(self._observer)

    async def observe(self, resource: AccessToken, site: Site) -> TokenSeen:
        """The token's source, what is kept of it, and what Meta says."""
        return await self._observer.observe(resource, site)

    def plan(self, resource: AccessToken, seen: TokenSeen, now: float) -> tuple[Step, ...]:
        """How it gets a token that works."""
        return plan(resource, seen, now)

    async def apply(self, resource: AccessToken, seen: TokenSeen, step: Step, site: Site) -> TokenSeen:
        """Get it, keep it, try it."""
        return await self._applier.apply(resource, seen, step, site)

    def status(self, resource: AccessToken, seen: TokenSeen | None, work: Work, now: float) -> Report:
        """TokenValid, PermissionsGranted, and every fact but the token."""
        return status(resource, seen, work, now)

    def finalizer(self, resource: AccessToken) -> bool:
        """Only a generated token is worth waiting for."""
        return resource.spec.source.system_user is not None and wants_finalizer(resource)

    async def release(self, resource: AccessToken, site: Site) -> tuple[Happening, ...]:
        """Revoke a generated token."""
        return await release(resource, site, self._observer.secrets)

    def leftover(self, resource: AccessToken) -> str:
        """The generated token."""
        return leftover(resource)

    def dependants(self, key: Key, world: World) -> Iterable[Key]:
        """AccessTokens that hang on a Secret, an app or another AccessToken."""
        return dependants(key, world)
