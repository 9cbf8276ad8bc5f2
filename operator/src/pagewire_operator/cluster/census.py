"""What lists show: everything at the start, and later whether the watches tell the truth.

kopf says that it is alive also when a watch is dead, and does not tell what went while it had to list anew. So its news are
compared with a list now and then; a difference that stays is mended, and one that a silent watch should have told is a reason to
start the process again.
"""

import logging
from collections.abc import AsyncIterator, Callable
from time import monotonic
from typing import Final, NamedTuple

from pagewire.kube import RESOURCES, Forbidden, KubeClient, NotFound, Object, Selection, name_of
from pagewire_operator.intake import Intake
from pagewire_operator.known import Known, read
from pagewire_operator.model import Key
from pagewire_operator.telemetry import Telemetry
from pagewire_operator.world import ClusterWorld

_log: Final = logging.getLogger(__name__)


class State(NamedTuple):
    """Which object, and which version of it."""

    uid: str
    version: str


class Doubt(NamedTuple):
    """A difference between what is known and what a list shows.

    Attributes:
        known: then; None if it was not known at all.
        since: `time.monotonic()`.
    """

    known: State | None
    since: float


class Census:
    """Lists resources.

    Args:
        client: the API server.
        namespaces: the only ones to look at; all if there are none here.
        world: what is known.
        intake: told of what is not.
        telemetry: counts what no watch told.
        patience: seconds a watch may be silent about a change before it counts as dead.
        clock: seconds that never go back.

    Attributes:
        closed: namespaces that may not be listed, and why; work goes on in the others.
    """

    def __init__(
        self,
        client: KubeClient,
        namespaces: tuple[str, ...],
        world: ClusterWorld,
        intake: Intake,
        telemetry: Telemetry,
        patience: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._client, self._namespaces, self._world, self._intake = client, namespaces or ("",), world, intake
        self._telemetry, self._patience, self._clock = telemetry, patience, clock
        self._doubts: dict[Key, Doubt] = {}
        self._heard: dict[str, float] = {}
        self._silent: dict[str, float] = {}
        self.closed: dict[str, Forbidden] = {}

    def heard(self, kind: str) -> None:
        """The watch of a kind told something."""
        self._heard[kind] = self._clock()
        self._silent.pop(kind, None)

    @property
    def dead(self) -> tuple[str, ...]:
        """Kinds whose watch has told nothing for too long since something changed."""
        now = self._clock()
        return tuple(sorted(kind for kind, since in self._silent.items() if now - since > self._patience))

    async def read_all(self) -> None:
        """Read every resource into the world.

        Raises:
            NotFound: the kinds are not installed.
            Forbidden: no namespace may be listed.
            KubeError: anything else.
        """
        self.closed = {}
        for kind in self._world.kinds:
            async for found in self._list(kind, metadata_only=False):
                self._world.put(read(found, kind), certain=True)

    async def compare(self) -> bool:
        """Compare once; whether anything is in doubt, or out of sight.

        Raises:
            Forbidden: no namespace may be listed.
            KubeError: the list could not be read.
        """
        self.closed = {}
        for kind in self._world.kinds:
            shown = {key: state async for key, state in self._shown(kind)}
            await self._judge(kind, shown)
        return bool(self._doubts or self.closed)

    async def _judge(self, kind: str, shown: dict[Key, State]) -> None:
        open_ones = (one for one in self._world.every(kind) if one.key.namespace not in self.closed)
        known = {one.key: _state(one) for one in open_ones}
        shown = {key: state for key, state in shown.items() if key.namespace not in self.closed}
        differing = {key for key in {*shown, *known} if shown.get(key) != known.get(key)}
        before = {key: self._doubts.pop(key) for key in list(self._doubts) if key.kind == kind}
        for key in differing:
            doubt = before.get(key)
            if doubt is not None and doubt.known == known.get(key):
                await self._mend(key, shown.get(key), doubt)
            else:
                self._doubts[key] = Doubt(known.get(key), self._clock())

    async def _mend(self, key: Key, shown: State | None, doubt: Doubt) -> None:
        _log.warning("%s: a list shows what no watch told", key)
        self._telemetry.metrics.healed.add(key.kind)
        if shown is None:
            # After lost history a watch begins with a new list, which cannot name what went: no sign of a dead one.
            self._intake.gone(key, doubt.known.uid if doubt.known else "")
            return
        if self._heard.get(key.kind, 0.0) < doubt.since:
            self._silent.setdefault(key.kind, doubt.since)
        try:
            found = await self._client.get(RESOURCES[key.kind], key.name, key.namespace)
        except NotFound:
            return
        self._intake.told(read(found, key.kind), certain=True)

    async def _shown(self, kind: str) -> AsyncIterator[tuple[Key, State]]:
        async for found in self._list(kind, metadata_only=True):
            metadata = found["metadata"]
            yield Key(kind, *name_of(found)), State(metadata["uid"], metadata["resourceVersion"])

    async def _list(self, kind: str, *, metadata_only: bool) -> AsyncIterator[Object]:
        for namespace in self._namespaces:
            if namespace in self.closed:
                continue
            try:
                async for page in self._client.pages(
                    RESOURCES[kind], Selection(namespace, metadata_only=metadata_only)
                ):
                    for found in page.items:
                        yield found
            except Forbidden as refusal:
                self._close(namespace, refusal)

    def _close(self, namespace: str, refusal: Forbidden) -> None:
        """One namespace whose rights are not there keeps no other from being looked after."""
        self.closed[namespace] = refusal
        if len(self.closed) == len(self._namespaces):
            raise refusal


def _state(known: Known) -> State:
    return State(known.metadata.uid, known.version)
