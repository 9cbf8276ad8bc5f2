"""Every piece of news comes in here, whoever brings it: it goes into the world, and what it touches goes into the queue."""

import logging
from typing import Final
from zlib import crc32

from pagewire.kube import ObjectName
from pagewire.kube.refusals import KIND
from pagewire.resources import ConditionType
from pagewire_operator.known import Known
from pagewire_operator.model import Brain, Key, asked_for
from pagewire_operator.queue import Why, WorkQueue
from pagewire_operator.world import ClusterWorld

_log: Final = logging.getLogger(__name__)


class Intake:
    """Takes in what is new.

    Args:
        world: where it goes.
        queue: where those it touches go.
        brain: knows whom it touches.
        settle: seconds a resource that is new may wait for what was applied together with it.
    """

    def __init__(self, world: ClusterWorld, queue: WorkQueue[Key], brain: Brain, settle: float) -> None:
        self._world, self._queue, self._brain, self._settle = world, queue, brain, settle
        self._begun = False

    def told(self, known: Known, *, certain: bool = False) -> None:
        """A resource is so now.

        Args:
            known: the resource.
            certain: even if the one known looks newer.
        """
        new = self._world.known(known.key) is None
        found = self._world.put(known, certain=certain)
        why = Why.DELETED if known.deleting else Why.CREATED if new else Why.CHANGED
        if found.own and new:
            self._queue.add_later(known.key, self._settle, why)
        elif found.own:
            self._queue.add(known.key, why)
        if found.others:
            self._touch(known.key)

    def gone(self, key: Key, uid: str) -> None:
        """That very resource is no more; another one of its name may be there already."""
        known = self._world.known(key)
        if known is not None and known.metadata.uid == uid:
            self._world.drop(key)
            self._queue.forget(key)
            self._touch(key)

    def secret(self, name: ObjectName) -> None:
        """A Secret came, changed or went."""
        self._touch(Key("Secret", name.namespace, name.name))

    def refused(self, name: ObjectName) -> None:
        """Meta refuses a token, a gateway says: nobody waits for the next round."""
        key = Key(KIND, name.namespace, name.name)
        if self._world.known(key) is not None:
            self._queue.add(key, Why.REFUSED)

    def begin(self, first_look: float) -> None:
        """Put everything in line once, after a start.

        Args:
            first_look: seconds over which those are spread that look as if nothing were to be done.
        """
        self._begun = True
        for kind in self._world.kinds:
            for known in self._world.every(kind):
                if is_settled(known):
                    self._queue.add_later(known.key, first_look * _share(known.metadata.uid), Why.RESUME)
                else:
                    self._queue.add(known.key, Why.RESUME)

    def _touch(self, key: Key) -> None:
        if not self._begun:
            # What is learnt before the beginning is no change, and `begin` puts everything in line.
            return
        try:
            for dependant in self._brain.dependants(key, self._world):
                self._queue.add(dependant, Why.RELATED)
        except Exception:  # noqa: BLE001 - a mistake here must not end a watch; the timer brings them all the same
            _log.exception("the resources that depend on %s could not be found", key)


def is_settled(known: Known) -> bool:
    """Whether a resource looks, by its status alone, as if the last operator had left nothing to do."""
    status, metadata = known.status, known.metadata
    if known.resource is None or known.deleting or status is None:
        return False
    ready = next((one.status for one in status.conditions if one.type == ConditionType.READY), "Unknown")
    paused = any(one.type == ConditionType.PAUSED for one in status.conditions)
    return (
        status.observed_generation == metadata.generation
        and ready == "True"
        and not paused
        and asked_for(metadata) in (None, status.last_handled_reconcile_at)
    )


def _share(uid: str) -> float:
    """From 0 to 1, always the same for the same resource."""
    return crc32(uid.encode()) / 0xFFFFFFFF
