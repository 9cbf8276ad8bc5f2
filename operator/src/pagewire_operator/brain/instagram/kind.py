"""Looks at, sets and lets go of an Instagram account, whichever way it is reached."""

from collections.abc import Iterable

from pagewire.resources import InstagramAccount, LocalRef
from pagewire_operator.brain.account.doing import do
from pagewire_operator.brain.account.edge import Edge
from pagewire_operator.brain.account.memory import Memory
from pagewire_operator.brain.account.release import leftover
from pagewire_operator.brain.account.token import suspects
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.claims import holder_of, losers
from pagewire_operator.brain.departure import wants_finalizer
from pagewire_operator.brain.indices import app_key, find, key_of, of_app, of_token
from pagewire_operator.brain.lookup import app_of
from pagewire_operator.brain.plugins import Installed
from pagewire_operator.brain.report import Report, Work
from pagewire_operator.model import Happening, Key, Step, World

from .linked import edge_by_page, look_by_page
from .login import edge_by_login, look_by_login
from .plan import plan, target
from .release import release
from .seen import InstagramSeen
from .status import report

__all__ = ["InstagramKind"]


class InstagramKind:
    """`Kind` of InstagramAccount."""

    def __init__(self, plugins: Installed) -> None:
        self._memory = Memory()
        self._plugins = plugins

    async def observe(self, resource: InstagramAccount, site: Site) -> InstagramSeen:
        """Who holds the account; if this resource does, everything else as far as one gets."""
        holder = holder_of(resource, site.world)
        if holder is not None:
            return InstagramSeen(holder=key_of(holder))
        access, known = app_of(resource, site.world), self._memory.of(resource)
        if resource.spec.page_ref is not None:
            return await look_by_page(resource, resource.spec.page_ref, access, known, site)
        return await look_by_login(resource, _given(resource.spec.token_ref), access, known, site)

    def plan(self, resource: InstagramAccount, seen: InstagramSeen, _now: float) -> tuple[Step, ...]:
        """See `plan`."""
        return plan(resource, seen)

    async def apply(self, resource: InstagramAccount, seen: InstagramSeen, step: Step, site: Site) -> InstagramSeen:
        """See `do`."""
        return await do(resource, seen, step, edge_of(resource, site), self._memory.of(resource), site.now)

    def status(self, resource: InstagramAccount, seen: InstagramSeen | None, work: Work, now: float) -> Report:
        """See `report`."""
        return report(resource, seen, work, now, self._plugins)

    def finalizer(self, resource: InstagramAccount) -> bool:
        """Whether there may be something to take back."""
        return wants_finalizer(resource)

    async def release(self, resource: InstagramAccount, site: Site) -> tuple[Happening, ...]:
        """See `release`."""
        happenings = await release(resource, lambda: edge_of(resource, site), site)
        self._memory.forget(resource)
        return happenings

    def leftover(self, resource: InstagramAccount) -> str:
        """What `release` did not get to."""
        return leftover(resource, target(resource))

    def dependants(self, key: Key, world: World) -> Iterable[Key]:
        """Accounts of an app, token, Page or app's webhooks, those that waited, and the token that one found to be bad."""
        if key.kind == "InstagramAccount":
            return [*losers(key, world), *suspects(world.get(*key), world)]
        if key.kind == "MessengerPage":
            return _keys(world, "pageRef", f"{key.namespace}/{key.name}")
        if key.kind == "WebhookSubscription":
            subscription = world.get(*key)
            return _keys(world, "app", app_key(subscription)) if subscription else ()
        return [*of_token(world, "InstagramAccount", key), *of_app(world, "InstagramAccount", key)]


def edge_of(account: InstagramAccount, site: Site) -> Edge:
    """The calls for an account. Raises `Blocked`."""
    access = app_of(account, site.world)
    if account.spec.page_ref is not None:
        return edge_by_page(account, account.spec.page_ref, access, site)
    return edge_by_login(account, _given(account.spec.token_ref), access, site)


def _keys(world: World, index: str, value: str) -> list[Key]:
    return [key_of(one) for one in find(world, "InstagramAccount", index, value)]


def _given(ref: LocalRef | None) -> LocalRef:
    if ref is None:
        raise TypeError("an account has a pageRef or a tokenRef; the rules of the kind see to it")
    return ref
