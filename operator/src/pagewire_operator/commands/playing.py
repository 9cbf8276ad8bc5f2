"""The brain at work on a plain world: once over everything, or until nothing changes any more."""

import asyncio
import logging
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from msgspec import Struct, structs

from pagewire.resources import AccessToken, Condition, DeletionPolicy, ManagementPolicy, PlanStep, Reason, Resource
from pagewire.terminal.exits import CommandError
from pagewire_operator import installed
from pagewire_operator.brain import make_brain
from pagewire_operator.brain.settings import read_settings
from pagewire_operator.model import Brain, Happening, Key
from pagewire_operator.plain_world import PlainWorld

from .worlds import resources

_TURNS = 8
"""How often one resource is looked at in one run at most."""


class Found(Struct, frozen=True, kw_only=True):
    """What came of one resource."""

    resource: Resource
    conditions: list[Condition]
    plan: list[PlanStep] = []

    @property
    def title(self) -> str:
        """As in ``MessengerPage support/harbour``."""
        return title(self.resource)

    def said(self, condition: str) -> Condition | None:
        """One of its conditions."""
        return next((one for one in self.conditions if one.type == condition), None)


Told = Callable[[Resource, Happening], None]


@asynccontextmanager
async def brain() -> AsyncIterator[Brain]:
    """The brain, with its settings from the environment.

    Raises:
        CommandError: a variable cannot be read.
    """
    try:
        settings = read_settings(os.environ)
    except ValueError as error:
        raise CommandError(str(error)) from error
    # What it logs for operators is told here as happenings and conditions.
    logging.getLogger("pagewire_operator").addHandler(logging.NullHandler())
    made = make_brain(settings, time.time, plugins=installed.look())
    try:
        yield made
    finally:
        await made.aclose()


async def look(of: Brain, world: PlainWorld) -> list[Found]:
    """What each resource would have done. Changes nothing at Meta.

    Tokens are looked at twice, as one may be derived from another; all else once, as Meta allows few looks at a profile.
    """
    everything = resources(world)
    tokens = [resource for resource in everything if isinstance(resource, AccessToken)]
    for resource in [*tokens, *everything]:
        outcome = await of.reconcile(_observing(resource), world, world)
        world.put_status(resource, outcome.status)
    return [_found(resource) for resource in resources(world)]


async def settle(of: Brain, world: PlainWorld, seconds: float, told: Told) -> list[Found]:
    """Do it: each resource once, then what depends on those that changed, then what waits for something that comes soon."""
    end = time.monotonic() + seconds
    line = Line(_key(resource) for resource in resources(world))
    while (key := await line.next(end)) is not None:
        resource = world.get(*key)
        if resource is None:
            continue
        outcome = await of.reconcile(resource, world, world)
        changed = outcome.status != resource.status
        world.put_status(resource, outcome.status)
        for happening in outcome.happenings:
            if happening.reason != Reason.FOUND:  # a folder has no status, so each run would tell it anew
                told(resource, happening)
        line.later(key, outcome.again)
        if changed:
            line.add(one for one in of.dependants(key, world) if one != key)
    return [_found(resource) for resource in resources(world)]


class Line:
    """What is to be done next: what is new, then what waits, each resource so often at most."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._now: dict[Key, None] = dict.fromkeys(keys)
        self._due: dict[Key, float] = {}
        self._turns: Counter[Key] = Counter()

    def add(self, keys: Iterable[Key]) -> None:
        """These have to be looked at again; what is in the line already keeps its place."""
        self._now |= {key: None for key in keys if key not in self._now and self._turns[key] < _TURNS}

    def later(self, key: Key, pause: float | None) -> None:
        """This one may be looked at again after so many seconds."""
        self._due.pop(key, None)
        if pause is not None and self._turns[key] < _TURNS:
            self._due[key] = time.monotonic() + pause

    async def next(self, end: float) -> Key | None:
        """The next one; ``None`` when nothing is left that comes before `end`."""
        if not self._now:
            key = min(self._due, key=lambda one: self._due[one], default=None)
            if key is None or self._due[key] > end:
                return None
            await asyncio.sleep(max(0.0, self._due.pop(key) - time.monotonic()))
            self._now[key] = None
        key = next(iter(self._now))
        del self._now[key]
        self._turns[key] += 1
        return key


def _key(resource: Resource) -> Key:
    return Key(resource.kind, resource.metadata.namespace, resource.metadata.name)


def title(resource: Resource) -> str:
    """As in ``MessengerPage support/harbour``."""
    return f"{resource.kind} {resource.metadata.namespace}/{resource.metadata.name}"


def _observing(resource: Resource) -> Resource:
    spec = structs.replace(
        resource.spec, management_policy=ManagementPolicy.OBSERVE, deletion_policy=DeletionPolicy.ORPHAN
    )
    return structs.replace(resource, spec=spec)


def _found(resource: Resource) -> Found:
    status = resource.status
    return Found(
        resource=resource,
        conditions=list(status.conditions) if status else [],
        plan=list(status.plan) if status else [],
    )
