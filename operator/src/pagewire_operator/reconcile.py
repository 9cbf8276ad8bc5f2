"""One resource, once: from what is known of it to a status that is written. May be killed between any two steps.

The order is what makes it so. The finalizer stands before anything is done at Meta; Events are told before the status, because
the status is what stops them from being told again; and nothing is remembered here that the next run could not find out.
"""

import logging
from collections.abc import Callable
from typing import Final, Protocol

from pagewire.kube import Conflict, Forbidden, KubeClient, NotFound
from pagewire.resources import Reason, Resource
from pagewire_operator.cluster.events import Events
from pagewire_operator.cluster.keeping import ClusterKeeping
from pagewire_operator.cluster.secrets import Secrets
from pagewire_operator.cluster.terminating import is_going
from pagewire_operator.cluster.writing import Writer
from pagewire_operator.known import Known
from pagewire_operator.model import Brain, Happening, Key, Severity
from pagewire_operator.unreadable import forbidden, forbidden_status, unreadable_status
from pagewire_operator.world import ClusterWorld

_log: Final = logging.getLogger(__name__)


class Hears(Protocol):
    """Who is told of what we wrote, or found out while writing."""

    def told(self, known: Known) -> None:
        """A resource is so now."""
        ...

    def gone(self, key: Key, uid: str) -> None:
        """It is no more."""
        ...


class Reconciler:
    """Brings one resource together with Meta.

    Args:
        brain: decides and talks to Meta.
        world: what is in the cluster.
        secrets: makes sure that those a resource refers to are in the world.
        client: the API server.
        events: tells people.
        hears: told of what we wrote.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        brain: Brain,
        world: ClusterWorld,
        secrets: Secrets,
        client: KubeClient,
        events: Events,
        hears: Hears,
        clock: Callable[[], float],
    ) -> None:
        self._brain, self._world, self._secrets, self._client = brain, world, secrets, client
        self._events, self._hears, self._clock = events, hears, clock
        self._writer = Writer(client)
        self._keeping = ClusterKeeping(client, world, secrets.kept)

    async def __call__(self, key: Key) -> float | None:
        """Reconcile one resource.

        Returns:
            Seconds until it is due without any change; None for never.

        Raises:
            KubeError: the API server did not take something for now.
            ClusterError: the same, met by the brain.
        """
        known = self._world.known(key)
        if known is None:
            return None
        try:
            return await self._reconcile(known)
        except NotFound:
            if await self._look_again(known):
                raise  # it is there, but not all that belongs to it: the kinds may be of another release
            return None
        except Conflict:
            await self._look_again(known)
            raise

    async def fault(self, key: Key, error: Exception) -> None:
        """Tell people of a mistake in the operator itself."""
        _log.error("%s: a fault of the operator", key, exc_info=error)
        known = self._world.known(key)
        if known is not None:
            said = f"The operator failed with {type(error).__name__}; its log tells more. It will try again."
            happening = Happening(reason=Reason.INTERNAL_ERROR, message=said, severity=Severity.WARNING)
            await self._events.tell(known, happening)

    async def _reconcile(self, known: Known) -> float | None:
        resource = known.resource
        if resource is None:
            return await self._unreadable(known)
        if known.deleting and not known.held:
            return None
        await self._read_secrets(known)
        if known.deleting:
            await self._look_at_namespace(known)
        elif self._brain.finalizer(resource) and not known.held:
            known = self._wrote(await self._writer.hold(known))
        return await self._apply(known, known.resource or resource)

    async def _read_secrets(self, known: Known) -> None:
        """A Secret that may not be read holds up an apply, which says so, but no deletion: that is bounded without it, too."""
        try:
            await self._secrets.ready_for(known)
        except Forbidden as refusal:
            await self._events.tell(known, forbidden(refusal))
            if not known.deleting:
                self._wrote(await self._writer.status(known, forbidden_status(known, refusal, self._clock())))
                raise

    async def _apply(self, known: Known, resource: Resource) -> float | None:
        outcome = await self._brain.reconcile(resource, self._world, self._keeping)
        await self._events.catch_up(known.metadata.uid)
        for happening in outcome.happenings:
            await self._events.tell(known, happening)
        if known.deleting and outcome.released:
            await self._let_go(known)
            return None
        known = self._wrote(await self._writer.status(known, outcome.status))
        if known.held and not known.deleting and not outcome.finalizer:
            self._wrote(await self._writer.release(known))
        return outcome.again

    async def _unreadable(self, known: Known) -> float | None:
        """A resource of another release of ours: say so; it may leave, and what it put at Meta stays."""
        if known.deleting:
            if known.held:
                await self._events.tell(known, _LEFT)
                await self._let_go(known)
            return None
        self._wrote(await self._writer.status(known, unreadable_status(known, self._clock())))
        return None

    async def _let_go(self, known: Known) -> None:
        """Take our finalizer off what is being deleted. The answer still shows what is gone by then, unless others hold it."""
        left = await self._writer.release(known)
        if left.metadata.finalizers:
            self._wrote(left)
        else:
            self._hears.gone(known.key, known.metadata.uid)

    async def _look_at_namespace(self, known: Known) -> None:
        if await is_going(self._client, known, self._clock()):
            self._world.going.add(known.key.namespace)
        else:
            self._world.going.discard(known.key.namespace)

    async def _look_again(self, known: Known) -> bool:
        """Whether it is there. The watch will bring it, too, unless it missed something."""
        try:
            self._hears.told(await self._writer.fetch(known))
        except NotFound:
            self._hears.gone(known.key, known.metadata.uid)
            return False
        return True

    def _wrote(self, known: Known) -> Known:
        self._hears.told(known)
        return known


_LEFT: Final = Happening(
    reason=Reason.LEFT_BEHIND,
    message="This release cannot read the resource, so what it put at Meta stays there. Remove it by hand if it is not wanted.",
    severity=Severity.WARNING,
)
