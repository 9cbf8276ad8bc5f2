"""Looks at, sets and lets go of a Page."""

from collections.abc import Iterable

from pagewire.resources import MessengerPage
from pagewire_operator.brain.account.doing import do
from pagewire_operator.brain.account.memory import Memory
from pagewire_operator.brain.account.token import suspects
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.claims import kept_for_accounts, losers
from pagewire_operator.brain.departure import wants_finalizer
from pagewire_operator.brain.indices import of_app, of_token
from pagewire_operator.brain.lookup import app_of
from pagewire_operator.brain.plugins import Installed
from pagewire_operator.brain.report import Report, Work
from pagewire_operator.model import Happening, Key, Step, World

from .observe import edge_of, held_by, look
from .plan import plan
from .release import leftover_of, release
from .seen import PageSeen
from .status import report

__all__ = ["PageKind"]


class PageKind:
    """`Kind` of MessengerPage."""

    def __init__(self, plugins: Installed) -> None:
        self._memory = Memory()
        self._plugins = plugins

    async def observe(self, resource: MessengerPage, site: Site) -> PageSeen:
        """See `look`."""
        return await look(resource, self._memory.of(resource), site)

    def plan(self, resource: MessengerPage, seen: PageSeen, _now: float) -> tuple[Step, ...]:
        """See `plan`."""
        return plan(resource, seen)

    async def apply(self, resource: MessengerPage, seen: PageSeen, step: Step, site: Site) -> PageSeen:
        """Do one step. Fields are read back; the profile is not, for its calls are few."""
        edge = edge_of(resource, app_of(resource, site.world), held_by(resource, site), site)
        return await do(resource, seen, step, edge, self._memory.of(resource), site.now)

    def status(self, resource: MessengerPage, seen: PageSeen | None, work: Work, now: float) -> Report:
        """See `report`."""
        return report(resource, seen, work, now, self._plugins)

    def finalizer(self, resource: MessengerPage) -> bool:
        """Whether there may be something to take back."""
        return wants_finalizer(resource)

    async def release(self, resource: MessengerPage, site: Site) -> tuple[Happening, ...]:
        """See `release`."""
        happenings = await release(resource, site)
        self._memory.forget(resource)
        return happenings

    def leftover(self, resource: MessengerPage) -> str:
        """What `release` did not get to."""
        return leftover_of(resource)

    def dependants(self, key: Key, world: World) -> Iterable[Key]:
        """Pages of an app or token, those that waited for a Page or an account, and the token that a Page found to be bad."""
        if key.kind == "InstagramAccount":
            return kept_for_accounts(key, world)
        if key.kind == "MessengerPage":
            return [*losers(key, world), *suspects(world.get(*key), world)]
        return [*of_token(world, "MessengerPage", key), *of_app(world, "MessengerPage", key)]
