"""A look in stages: as far as one gets, with what stopped it."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from msgspec import structs

from pagewire.resources import ConditionType, OtherApp
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.profile import wanted_of
from pagewire_operator.brain.translate import speaking_of
from pagewire_operator.brain.trouble import Blocked

from .edge import Edge
from .memory import Remembered, fresh
from .seen import Account, AccountSeen

__all__ = ["in_stages", "look_at_fields", "look_at_profile"]

S = TypeVar("S", bound=AccountSeen)


async def in_stages(seen: S, stages: Iterable[Callable[[S], Awaitable[S]]]) -> S:
    """Go through the stages until one is blocked; what was seen before it counts."""
    for stage in stages:
        try:
            seen = await stage(seen)
        except Blocked as blocked:
            return structs.replace(seen, trouble=blocked.trouble)
    return seen


async def look_at_fields(account: Account, seen: S, edge: Edge, known: Remembered, now: float) -> S:
    """Which apps are subscribed to what. Raises `Blocked`."""
    with speaking_of(ConditionType.SUBSCRIBED):
        apps = (await edge.subscribed_apps()).data
    fields = frozenset[str]().union(*(app.fields for app in apps if app.id in edge.app_ids))
    others = [OtherApp(id=app.id, name=app.name or "") for app in apps if app.id not in edge.app_ids]
    if frozenset(account.spec.subscribed_fields) <= fields:
        known.last_good = now
    return structs.replace(seen, fields=fields, others=tuple(sorted(others, key=lambda one: one.id)))


async def look_at_profile(account: Account, seen: S, edge: Edge, known: Remembered, site: Site) -> S:
    """The profile, if the spec names any of it, and not more often than Meta allows. Raises `Blocked`."""
    if not wanted_of(account.spec.profile):
        return seen
    if not fresh(account, known, site.now, site.settings.profile_pause):
        with speaking_of(ConditionType.PROFILE_SYNCED):
            known.profile = await edge.profile()
        known.profile_at, known.generation = site.now, account.metadata.generation
    return structs.replace(seen, profile=known.profile)
