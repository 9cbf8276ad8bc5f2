"""Follows Secrets without reading them: of all, only names and versions come here; contents only of those somebody refers to.

The right to list Secrets cannot be narrowed to some of them, but what is done with it can.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

from pagewire.kube import (
    SECRETS,
    Change,
    Forbidden,
    Informer,
    KubeClient,
    KubeError,
    NotFound,
    Object,
    ObjectName,
    Selection,
    name_of,
    version_of,
)
from pagewire_operator.backoff import Backoff
from pagewire_operator.cluster.secret_view import is_ours, view_of
from pagewire_operator.known import Known, number_of
from pagewire_operator.model import SecretView
from pagewire_operator.queue import WorkQueue
from pagewire_operator.world import ClusterWorld

_log: Final = logging.getLogger(__name__)

NOT_OURS: Final = "type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token"
"""What never holds a token of Meta's, and is most of the Secrets of many a cluster."""
_READERS: Final = 8
_LOOK_AGAIN: Final = 0.05
"""Seconds between two looks at the first lists."""


class Glance(NamedTuple):
    """What is kept of every Secret."""

    version: str
    ours: bool


class Secrets:
    """Keeps the Secrets of a `ClusterWorld` true.

    Args:
        client: the API server.
        namespaces: the only ones to look at; all if there are none here.
        world: where they go.
        changed: told when a Secret that matters came, changed or went.
    """

    def __init__(
        self,
        client: KubeClient,
        namespaces: tuple[str, ...],
        world: ClusterWorld,
        changed: Callable[[ObjectName], None],
    ) -> None:
        self._client, self._world, self._changed = client, world, changed
        self._informers = {namespace: self._informer(namespace) for namespace in namespaces or ("",)}
        self._reading: WorkQueue[ObjectName] = WorkQueue()
        self._backoff: Backoff[ObjectName] = Backoff(first=0.5, longest=30.0)
        self._gone: dict[ObjectName, int] = {}

    def _informer(self, namespace: str) -> Informer[Glance]:
        of = Selection(namespace, fields=NOT_OURS, metadata_only=True)
        return Informer(self._client, SECRETS, _glance, self._noticed, of)

    @property
    def trouble(self) -> KubeError | None:
        """Why Secrets cannot be followed right now."""
        return next((one.trouble for one in self._informers.values() if one.trouble), None)

    async def run(self) -> None:
        """Follow until cancelled."""
        async with asyncio.TaskGroup() as group:
            for informer in self._informers.values():
                group.create_task(informer.run())
            for _ in range(_READERS):
                group.create_task(self._read_for_ever())

    async def synced(self) -> None:
        """Wait until every Secret that matters, and may be read, was read once.

        Raises:
            KubeError: one could not be read for now.
        """
        await asyncio.gather(*map(self._listed, self._informers.values()))
        waiting = {name for informer in self._informers.values() for name in informer if self._matters(name)}
        await asyncio.gather(*(self._read_at_start(name) for name in waiting))

    async def _listed(self, informer: Informer[Glance]) -> None:
        """Wait until its Secrets are known, or may not be listed while those of another namespace are."""
        while not informer.synced.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AGAIN):
                    await informer.synced.wait()
            others = any(one.synced.is_set() for one in self._informers.values())
            if others and isinstance(informer.trouble, Forbidden):
                return

    async def _read_at_start(self, name: ObjectName) -> None:
        try:
            await self.ensure(name)
        except Forbidden as refusal:
            # Whoever refers to it says so; the others need not wait for that right.
            _log.warning("Secret %s may not be read: %s", name, refusal)
            self._reading.add(name)

    async def ready_for(self, known: Known) -> None:
        """Read the Secrets a resource refers to, if that was not done yet.

        Raises:
            Forbidden: one may not be read; the others were.
            KubeError: one could not be read for now.
        """
        refusal: Forbidden | None = None
        for name in self._world.secrets_of(known):
            # One that is named has to be there by now, also if the watch has not told; of any other the watch tells in time.
            if name.name in known.secrets or self._glance_at(name) is not None:
                try:
                    await self.ensure(name)
                except Forbidden as error:
                    refusal = error
        if refusal is not None:
            raise refusal

    async def ensure(self, name: ObjectName) -> None:
        """Read a Secret if that was not done yet; one that does not exist is asked for each time.

        The watch of Secrets may be a moment behind that of a resource which was applied together with them.

        Raises:
            KubeError: it could not be read.
        """
        if self._world.secret(*name) is None:
            await self._read(name)

    def kept(self, view: SecretView) -> None:
        """A Secret was read or written."""
        name = ObjectName(view.namespace, view.name)
        self._gone.pop(name, None)
        if self._world.keep_secret(view):
            self._changed(name)

    def _noticed(self, change: Change[Glance]) -> None:
        if change.after is None:
            self._went(change)
        elif self._matters(change.name) and self._is_behind(change.name):
            self._reading.add(change.name)

    def _went(self, change: Change[Glance]) -> None:
        wanted = self._world.wants(change.name)
        if wanted and change.before is not None:
            self._gone[change.name] = number_of(change.before.version)
        if self._world.drop_secret(change.name) or wanted:
            self._changed(change.name)

    def _is_behind(self, name: ObjectName) -> bool:
        """Whether the watch told of a newer state than the one that was read."""
        view, glance = self._world.secret(*name), self._glance_at(name)
        return glance is not None and number_of(view.version if view else "") < number_of(glance.version)

    def _matters(self, name: ObjectName) -> bool:
        glance = self._glance_at(name)
        return self._world.wants(name) or (glance is not None and glance.ours) or self._world.secret(*name) is not None

    def _glance_at(self, name: ObjectName) -> Glance | None:
        informer = self._informers.get(name.namespace) or self._informers.get("")
        return informer.get(name) if informer else None

    async def _read_for_ever(self) -> None:
        while True:
            name = await self._reading.take()
            again: float | None = None
            try:
                # Our own write may have been answered meanwhile.
                if self._is_behind(name):
                    await self._read(name)
                self._backoff.succeeded(name)
            except KubeError as error:
                again = self._backoff.failed(name)
                _log.warning("Secret %s cannot be read for now: %s", name, error)
            self._reading.done(name, again)

    async def _read(self, name: ObjectName) -> None:
        try:
            found = await self._client.get(SECRETS, name.name, name.namespace)
        except NotFound:
            if self._world.drop_secret(name):
                self._changed(name)
            return
        self._take(found)

    def _take(self, found: Object) -> None:
        # An answer that was on its way while the Secret went must not bring it back.
        if number_of(version_of(found)) > self._gone.get(name_of(found), -1):
            self.kept(view_of(found))


def _glance(found: Object) -> Glance:
    return Glance(version_of(found), is_ours(found))
