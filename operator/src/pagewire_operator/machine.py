"""The machine: everything that is at work while this replica is the one at work."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from itertools import chain
from typing import Any, Final

from pagewire.kube import RESOURCES, KubeClient, KubeError, NotFound, Object
from pagewire_operator import handlers
from pagewire_operator.backoff import Backoff
from pagewire_operator.cluster.audit import Audit
from pagewire_operator.cluster.census import Census
from pagewire_operator.cluster.events import Events
from pagewire_operator.cluster.refusals import Refusals
from pagewire_operator.cluster.secrets import Secrets
from pagewire_operator.config import Settings
from pagewire_operator.intake import Intake
from pagewire_operator.known import Known, read
from pagewire_operator.model import Brain, Key
from pagewire_operator.queue import WorkQueue
from pagewire_operator.reconcile import Reconciler
from pagewire_operator.telemetry import Telemetry
from pagewire_operator.workers import Workers
from pagewire_operator.world import ClusterWorld, Indices

_log: Final = logging.getLogger(__name__)

_NOT_INSTALLED: Final = (
    "the kinds of pagewire.dev in the cluster: install the chart, or apply what `pagewire crds` prints"
)
_PAUSE: Final = 2.0
_LONGEST_END: Final = 10.0


class Machine:
    """Reconciles what is in the cluster until it is stopped. Needs a running event loop.

    Args:
        client: the API server.
        brain: decides, and talks to Meta.
        settings: of the machine.
        telemetry: what it tells about itself.
        identity: who it is, for Events.
        first_look: seconds over which resources that look settled are first looked at.
        indices: by what the brain finds resources.
        clock: seconds since 1970.

    Attributes:
        following: set once the watches begin.
        waiting_for: what it cannot begin without; empty once it began.
    """

    def __init__(
        self,
        client: KubeClient,
        brain: Brain,
        settings: Settings,
        telemetry: Telemetry,
        identity: str,
        first_look: float,
        indices: Indices,
        clock: Callable[[], float],
    ) -> None:
        self._client, self._settings, self._telemetry, self._first_look = client, settings, telemetry, first_look
        self._world = ClusterWorld(tuple(RESOURCES), indices)
        self._queue: WorkQueue[Key] = WorkQueue()
        self._intake = Intake(self._world, self._queue, brain, settings.settle)
        self._secrets = Secrets(client, settings.namespaces, self._world, self._intake.secret)
        self._refusals = Refusals(client, settings.namespaces, self._intake.refused)
        self._census = Census(
            client, settings.namespaces, self._world, self._intake, telemetry, settings.watch_patience
        )
        self._audit = Audit(self._census, settings.audit, settings.audit_again)
        events = Events(client, identity, telemetry, clock)
        reconciler = Reconciler(brain, self._world, self._secrets, client, events, self._intake, clock)
        backoff: Backoff[Key] = Backoff(settings.first_retry, settings.longest_retry)
        self._workers = Workers(
            self._queue, reconciler, reconciler.fault, backoff, telemetry, settings.reconcile_timeout
        )
        self.following, self._ended = asyncio.Event(), asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._watches: asyncio.Task[None] | None = None
        self.waiting_for = "the first list of resources"
        telemetry.watch_queue(self._queue)
        telemetry.watch_resources(self._every, self._world.known)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; when this returns, nothing is being reconciled any more.

        Raises:
            Exception: something it needs ended for good; start the process again.
        """
        # Everything of ours is started before kopf is: at its end kopf cancels whatever task is younger.
        secrets = self._spawn(self._secrets.run(), "secrets")
        await _first_of(stop, secrets, self._spawn(self._begin(), "begin"))
        if stop.is_set():
            return
        audit = self._spawn(self._audit.run(), "audit")
        self._spawn(self._refusals.run(), "refusals")
        self._workers.start(self._settings.workers)
        self._watches = self._spawn(self._follow(), "watches")
        try:
            await _first_of(stop, secrets, audit, self._watches)
        finally:
            await self._workers.stop(self._settings.stop_grace)

    async def close(self) -> None:
        """End the watches."""
        self._ended.set()
        for task in self._tasks:
            if task is not self._watches:
                task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LONGEST_END)

    def dead(self) -> Iterator[str]:
        """Why the process should be started again; nothing if all is well."""
        for kind in self._census.dead:
            yield f"the watch of {kind} has told nothing since something changed"

    def unready(self) -> Iterator[str]:
        """Why it cannot do its work right now; nothing if all is well."""
        if self.waiting_for:
            yield f"waiting for {self.waiting_for}"
        elif not self.following.is_set():
            yield "the watches have not begun yet"
        if self._audit.trouble:
            yield f"resources cannot be listed: {self._audit.trouble}"
        for namespace, refusal in self._census.closed.items():
            yield f"resources of namespace {namespace} cannot be listed: {refusal}"
        if self._secrets.trouble:
            yield f"Secrets cannot be followed: {self._secrets.trouble}"

    async def _begin(self) -> None:
        while True:
            try:
                await self._census.read_all()
                self.waiting_for = "the first list of Secrets"
                await self._secrets.synced()
                break
            except NotFound:
                self._wait(_NOT_INSTALLED)
            except KubeError as error:
                self._wait(str(error))
            await asyncio.sleep(_PAUSE)
        self._intake.begin(self._first_look)
        self.waiting_for = ""
        _log.info("begun", extra={"resources": sum(1 for _ in self._every()), "in_line": self._queue.depth})

    def _wait(self, what: str) -> None:
        if self.waiting_for != what:
            _log.warning("cannot begin yet: %s", what)
        self.waiting_for = what

    async def _follow(self) -> None:
        await handlers.follow(
            self._client.access,
            self._settings.namespaces,
            self._heard,
            self._ended,
            self.following,
            self._telemetry.count,
        )

    async def _heard(self, kind: str, told: handlers.Told, found: Object) -> None:
        try:
            self._census.heard(kind)
            await self._take_in(read(found, kind), told)
        except Exception:  # noqa: BLE001 - one bad object must not end the watch of the others
            _log.exception("news of a %s could not be taken in", kind)

    async def _take_in(self, known: Known, told: handlers.Told) -> None:
        if told == "DELETED":
            self._intake.gone(known.key, known.metadata.uid)
            return
        try:
            # Before anybody can see the resource, so that nobody thinks its Secrets did not exist.
            await self._secrets.ready_for(known)
        except KubeError as error:
            _log.info("%s: its Secrets are read later: %s", known.key, error)
        self._intake.told(known)

    def _every(self) -> Iterator[Known]:
        return chain.from_iterable(map(self._world.every, self._world.kinds))

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.append(task)
        return task


async def _first_of(stop: asyncio.Event, *tasks: asyncio.Task[None]) -> None:
    """Wait until `stop` is set or one of them ends; raises what it ended with."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((stopping, *tasks), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for task in tasks:
        if task.done():
            task.result()
