"""What a kind of resource is to the brain: four small parts and a way out. The driver does everything else.

`observe` and `apply` talk to Meta, `plan` and `status` decide and live in modules of their own that do no I/O. What one
hands the other is a frozen struct, so a plan can be made, shown and tested without Meta.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from msgspec import Struct

from pagewire.graph.admin import AdminClient, InstagramAdminClient, Priority
from pagewire.resources import MessengerApp, Reason, Resource
from pagewire_operator.model import Happening, Keeping, Key, Step, World

from .graphs import Graphs
from .indices import app_key
from .lookup import AppAccess, app_of, instagram_of, lets_in
from .report import Report, Seen, Work
from .settings import Settings
from .trouble import Blocked, Trouble

__all__ = ["Kind", "Report", "Seen", "Site", "Work"]

R_contra = TypeVar("R_contra", bound=Resource, contravariant=True)
S = TypeVar("S", bound="Seen")


class Site(Struct, frozen=True, kw_only=True):
    """What one reconciliation may use.

    Attributes:
        world: resources and Secrets as last seen.
        keeping: where Secrets are written; ``None`` while a plan is only to be shown.
        graphs: the clients for Meta.
        settings: the operator's.
        now: seconds since 1970.
        priority: how much of Meta's allowance this reconciliation may use.
        used: the credentials that were used so far.
    """

    world: World
    keeping: Keeping | None
    graphs: Graphs
    settings: Settings
    now: float
    priority: Priority = Priority.RESYNC
    used: list[AppAccess] = []

    def admin(self, access: AppAccess) -> AdminClient:
        """The client of graph.facebook.com for an app, with this reconciliation's priority."""
        chosen = self.graphs.chosen(access)
        self.used.append(chosen)
        return self.graphs.admin(chosen).at(self.priority)

    def another_secret(self, trouble: Trouble | None) -> bool:
        """Whether Meta refused the app secret that was used, and the app has another one to try."""
        if trouble is None or trouble.reason is not Reason.APP_SECRET_INVALID or not self.used:
            return False
        return self.graphs.refused(self.used[-1])

    def last_access(self, resource: Resource) -> AppAccess:
        """The app of a resource; if it or its Secret is gone, as they were last used: enough to take things back.

        Raises:
            Blocked: they are gone, and were not used since the start; or the resource may not use the app, for then it has
                nothing to take back that an app of another namespace should do for it.
        """
        try:
            return app_of(resource, self.world)
        except Blocked as blocked:
            namespace, _, name = app_key(resource).partition("/")
            known = self.graphs.remembered(namespace, name)
            forbidden = blocked.trouble.reason is Reason.NAMESPACE_NOT_ALLOWED
            if known is None or forbidden or not lets_in(known.app, resource.metadata.namespace):
                raise
            return known

    def instagram(self, app: MessengerApp) -> InstagramAdminClient:
        """The client of graph.instagram.com for an app's Instagram side.

        Raises:
            Blocked: the app has none, or its Secret is missing.
        """
        app_id, secret = instagram_of(app, self.world)
        return self.graphs.instagram(app, app_id, secret).at(self.priority)


class Kind(Protocol[R_contra, S]):
    """One kind of resource."""

    async def observe(self, resource: R_contra, site: Site) -> S:
        """Look at Meta and the world. May raise `GraphError` or `Blocked` if nothing at all can be seen."""
        ...

    def plan(self, resource: R_contra, seen: S, now: float) -> tuple[Step, ...]:
        """The steps that would make Meta agree with the resource, in order. Pure."""
        ...

    async def apply(self, resource: R_contra, seen: S, step: Step, site: Site) -> S:
        """Do one step; what is true afterwards. May raise `GraphError` or `Blocked`."""
        ...

    def status(self, resource: R_contra, seen: S | None, work: Work, now: float) -> Report:
        """What to say about it. Pure. `seen` is ``None`` if nothing could be seen."""
        ...

    def finalizer(self, resource: R_contra) -> bool:
        """Whether deleting the resource has to wait for `release`."""
        ...

    async def release(self, resource: R_contra, site: Site) -> tuple[Happening, ...]:
        """Take back from Meta what the resource put there. May raise `GraphError` or `Blocked`."""
        ...

    def leftover(self, resource: R_contra) -> str:
        """What stays at Meta if `release` never succeeds, for people."""
        ...

    def dependants(self, key: Key, world: World) -> Iterable[Key]:
        """Resources of this kind to look at again because `key` changed."""
        ...
