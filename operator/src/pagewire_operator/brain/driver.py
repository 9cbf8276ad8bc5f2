"""The one path for create, update, resume, timer and a changed Secret: observe, plan, apply, status."""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from msgspec import structs

from pagewire.graph import GraphError
from pagewire.graph.admin import Priority
from pagewire.resources import (
    ConditionType,
    ManagementPolicy,
    Reason,
    Resource,
    Status,
)
from pagewire_operator.model import Keeping, Key, Outcome, Saying, Step, World

from . import departure, outcome
from .base import Kind, Site
from .conditions import conditions, said_before
from .graphs import Graphs
from .indices import key_of
from .pacing import again
from .report import Seen, Work
from .settings import Settings
from .trouble import Blocked, Pace, StillThere, Trouble
from .working import fault, tried, trouble_in

__all__ = ["PAUSED", "Driver"]

PAUSED: Final = "pagewire.dev/paused"

log = logging.getLogger(__name__)


class Driver:
    """A `Brain` made of kinds.

    Args:
        kinds: by the name of the kind.
        graphs: the clients for Meta.
        settings: the operator's.
        clock: seconds since 1970.
    """

    def __init__(
        self, kinds: Mapping[str, Kind[Any, Any]], graphs: Graphs, settings: Settings, clock: Callable[[], float]
    ) -> None:
        self._kinds = kinds
        self._graphs = graphs
        self._settings = settings
        self._clock = clock
        self._failures: dict[Key, int] = {}

    async def reconcile(self, resource: Resource, world: World, keeping: Keeping) -> Outcome:
        """See `Brain.reconcile`."""
        kind = self._kinds[resource.kind]
        site = self._site(resource, world, keeping)
        if resource.metadata.deletion_timestamp:
            return await self._depart(kind, resource, site)
        if _paused(resource):
            return self._rest(kind, resource, site.now)
        observing = resource.spec.management_policy is ManagementPolicy.OBSERVE
        seen, work = await tried(kind, resource, site, observing=observing)
        return self._outcome(kind, resource, seen, work, site.now)

    async def plan(self, resource: Resource, world: World) -> tuple[tuple[Step, ...], tuple[Saying, ...]]:
        """See `Brain.plan`."""
        kind = self._kinds[resource.kind]
        site = self._site(resource, world, None)
        seen, work = await tried(kind, resource, site, observing=True)
        return work.planned, outcome.sayings(resource, kind.status(resource, seen, work, site.now), work)

    def finalizer(self, resource: Resource) -> bool:
        """See `Brain.finalizer`."""
        return self._kinds[resource.kind].finalizer(resource)

    def dependants(self, key: Key, world: World) -> Iterable[Key]:
        """See `Brain.dependants`."""
        for kind in self._kinds.values():
            yield from kind.dependants(key, world)

    async def aclose(self) -> None:
        """Close the connections to Meta."""
        await self._graphs.aclose()

    def _site(self, resource: Resource, world: World, keeping: Keeping | None) -> Site:
        return Site(
            world=world,
            keeping=keeping,
            graphs=self._graphs,
            settings=self._settings,
            now=self._clock(),
            priority=_priority(resource),
        )

    def _outcome(self, kind: Kind[Any, Any], resource: Resource, seen: Seen | None, work: Work, now: float) -> Outcome:
        report = kind.status(resource, seen, work, now)
        new = outcome.status(resource, report, work, now)
        failures = self._count(resource, work.trouble)
        _log(resource, work.trouble, failures)
        return Outcome(
            status=new,
            happenings=outcome.events(resource, new, report, work, first=failures <= 1),
            again=again(resource, work.trouble, failures, report.again, self._settings),
            finalizer=kind.finalizer(resource),
        )

    def _count(self, resource: Resource, trouble: Trouble | None) -> int:
        """How often in a row this resource has failed; kept in memory, so a restart begins anew."""
        key = key_of(resource)
        if trouble is None:
            self._failures.pop(key, None)
            return 0
        self._failures[key] = self._failures.get(key, 0) + 1
        return self._failures[key]

    def _rest(self, kind: Kind[Any, Any], resource: Resource, now: float) -> Outcome:
        """Paused: say so beside what was said before, and do nothing."""
        old = resource.status or Status()
        said = f"Annotation {PAUSED} is set: nothing is looked at or changed until it is removed."
        saying = Saying(type=ConditionType.PAUSED, status="True", reason=Reason.PAUSED, message=said)
        (paused,) = conditions(old.conditions, [saying], resource.metadata.generation, now)
        others = [one for one in old.conditions if one.type != ConditionType.PAUSED]
        status = structs.replace(old, conditions=[*others, paused])
        return Outcome(status=status, finalizer=kind.finalizer(resource))

    async def _depart(self, kind: Kind[Any, Any], resource: Resource, site: Site) -> Outcome:
        why = departure.left_alone(resource, paused=_paused(resource))
        left = departure.time_left(
            resource,
            site.now,
            self._settings.deletion_timeout,
            terminating=site.world.terminating(resource.metadata.namespace),
        )
        if why is not None:
            result = departure.let_go(resource, why)
        else:
            result = await self._release(kind, resource, site, left)
        if result.released:
            self._failures.pop(key_of(resource), None)
        return result

    async def _release(self, kind: Kind[Any, Any], resource: Resource, site: Site, left: float) -> Outcome:
        try:
            return departure.released(resource, await kind.release(resource, site))
        except (GraphError, Blocked) as error:
            trouble = trouble_in(error)
            left_there = error.left if isinstance(error, StillThere) else kind.leftover(resource)
        except Exception as error:  # noqa: BLE001 - not even a mistake of ours may hold a deletion for ever
            trouble, left_there = fault(resource, error), kind.leftover(resource)
        if site.another_secret(trouble):
            return await self._release(kind, resource, site, left)
        if left <= 0:
            return departure.left_behind(resource, left_there, trouble)
        # A deletion is bounded, so even what only a person can mend is tried again soon.
        soon = structs.replace(trouble, pace=Pace.SOON if trouble.pace is Pace.SLOW else trouble.pace)
        failures = self._count(resource, trouble)
        _log(resource, trouble, failures)
        due = again(resource, soon, failures, None, self._settings)
        return departure.waiting(resource, trouble, min(due or left, left), site.now)


def _log(resource: Resource, trouble: Trouble | None, failures: int) -> None:
    """Meta forgets its trace ids soon, so they are written down at once; they are in no status, as each is another."""
    if trouble is None:
        return
    level = logging.WARNING if failures == 1 else logging.INFO
    facts = {"code": trouble.code, "subcode": trouble.subcode, "trace": trouble.fbtrace_id, "time": failures}
    told = ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
    log.log(level, "%s stopped: %s (%s)", key_of(resource), trouble.reason, told)


def _priority(resource: Resource) -> Priority:
    """Somebody waits after a change and while it is not ready; a look for drift can wait."""
    status = resource.status or Status()
    ready = said_before(status.conditions, ConditionType.READY)
    waited_for = status.observed_generation != resource.metadata.generation or ready is None or ready.status != "True"
    return Priority.CHANGE if waited_for or resource.metadata.deletion_timestamp else Priority.RESYNC


def _paused(resource: Resource) -> bool:
    return resource.metadata.annotations.get(PAUSED) == "true"
