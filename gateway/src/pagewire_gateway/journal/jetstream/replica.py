"""A partition's stream and the file that follows it, kept together over purges and restarts."""

import asyncio
import functools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.jetstream.applying import Applied, Applier
from pagewire_gateway.journal.jetstream.following import Follower
from pagewire_gateway.journal.jetstream.freshness import Reached
from pagewire_gateway.journal.jetstream.places import Map
from pagewire_gateway.journal.jetstream.projection import Projection, file_of
from pagewire_gateway.journal.jetstream.provision import StreamState, state_of, stored_at
from pagewire_gateway.journal.jetstream.snapshots import Snapshot, Snapshots
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite.opening import to_its_end
from pagewire_gateway.shared.connection import Nats

log = logging.getLogger(__name__)

_WORTH_IT: Final = 20_000
"""Messages by which a snapshot has to be ahead to be fetched although the stream could be applied."""
_PAUSE: Final = 1.0
_LONGEST: Final = 30.0
"""Seconds between two attempts to replace the file: the first, and at most."""


class Replica:
    """Follows a partition.

    Args:
        link: the connection.
        where: names.
        partition: which.
        folder: for the file.
        finished: told what was applied.
        replaced: told that another file is in use now.

    Attributes:
        reached: how far the file is.
        projection: the file in use.
        snapshots: copies of it.
    """

    def __init__(
        self,
        link: Nats,
        where: Map,
        partition: int,
        folder: Path,
        finished: Callable[[list[Applied]], None],
        replaced: Callable[[], None],
    ) -> None:
        self._link, self._where, self._partition = link, where, partition
        self._finished, self._replaced = finished, replaced
        self._name = where.stream(partition)
        self._path = file_of(folder, self._name)
        self.reached = Reached()
        self.snapshots = Snapshots(link, partition, self._name)
        self._mending: asyncio.Task[None] | None = None
        self._assemble()

    def _assemble(self) -> None:
        self.projection = Projection(self._path)
        self.applier = Applier(self.projection, self._where.deed(self._partition), self._finished)
        self._follower = Follower(self._link, self._name, self.applier.take, self._gap, self.applier.room)

    async def start(self) -> None:
        """Open the file, from a snapshot where that is better or has to be, and follow until it is where the stream is now.

        Raises:
            JournalError: the file cannot be used, or NATS does not answer; says why, and what to do.
        """
        state = await self.state()
        try:
            await self._open(state)
            await self.reached.wait(state.last)
        except BaseException:
            # Nobody else may find the file in use: it is opened anew, here or by whoever has the partition next.
            await self.aclose()
            self._assemble()
            self._replaced()
            raise

    async def aclose(self) -> None:
        """End."""
        await cancelled(self._mending)
        self._mending = None
        await self._follower.aclose()
        await self._close()

    @property
    def sure(self) -> bool:
        """Whether the stream still has what this file was made of, as far as can be known: see `Follower.sure`."""
        return self._follower.sure

    async def state(self) -> StreamState:
        """How the stream is now."""
        return await state_of(self._link, self._name)

    async def _open(self, state: StreamState) -> None:
        place = await self._begin(state)
        if await self._astray(place, state):
            # A server that lost power may have lost what it had acknowledged, and given its places to others since.
            log.error(
                "%s has lost messages that were stored; what only this machine's file still had is put aside as %s.lost. "
                "Let the servers sync always, or have three replicas on machines of their own",
                self._name,
                self._path,
            )
            await to_its_end(self.projection.put_aside)
            self._assemble()
            self._replaced()
            place = await self._begin(state)
        for better in await self._better(place, state):
            await to_its_end(self.projection.close)
            self._assemble()
            await self.snapshots.fetch(better, self._path)
            place = await self._begin(state)
            self._replaced()
            if not await self._astray(place, state):
                break
            place = await self._begin_empty(state)
        if place + 1 < state.first:
            raise self._gone(place, state)
        self.reached.move(place)
        self.applier.start()
        await self._follower.start(place)

    async def _astray(self, place: int, state: StreamState) -> bool:
        """Whether the file holds something else at its last place than the stream does."""
        if not state.first <= place <= state.last:
            return place > state.last
        known = await asyncio.get_running_loop().run_in_executor(None, self.projection.stored)
        return known is not None and known != await stored_at(self._link, self._name, place)

    async def _begin_empty(self, state: StreamState) -> int:
        log.error(
            "a snapshot of %s holds what its stream has lost; an older one, or the whole stream, is used", self._name
        )
        await to_its_end(self.projection.close)
        self.projection.remove()
        self._assemble()
        self._replaced()
        return await self._begin(state)

    async def _begin(self, state: StreamState) -> int:
        return await to_its_end(functools.partial(self.projection.open, state))

    def _gone(self, place: int, state: StreamState) -> JournalError:
        return JournalError(
            f"{self._name} begins at {state.first}, this machine's file ends at {place}, and no snapshot leads from one to "
            "the other; restore a backup of the deployment"
        )

    async def _better(self, place: int, state: StreamState) -> list[Snapshot]:
        """Snapshots to begin with, the best first. One that is ahead of the stream holds what that has lost."""
        missing, empty = place + 1 < state.first, place == 0
        if not missing and not empty and state.last - place < _WORTH_IT:
            return []
        found = [one for one in reversed(await self.snapshots.known()) if state.first - 1 <= one.place <= state.last]
        return found if missing or empty else [one for one in found if one.place > place][:1]

    def _gap(self) -> None:
        """The stream was purged beyond what this file has: a snapshot has the rest."""
        self._mending = asyncio.get_running_loop().create_task(self._mend())

    async def _mend(self) -> None:
        log.warning("%s was purged beyond this machine's file; it is replaced by a snapshot", self._name)
        await self._follower.aclose()
        await self._close()
        pause = _PAUSE
        while not await self._mended():
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST)

    async def _mended(self) -> bool:
        self._assemble()
        self._replaced()
        try:
            await self._open(await self.state())
        except JournalError as error:
            log.error("the file of %s could not be replaced, trying again: %s", self._name, error)  # noqa: TRY400
        except Exception:
            log.exception("the file of %s could not be replaced, trying again; look at this machine's disk", self._name)
        else:
            return True
        return False

    async def _close(self) -> None:
        await self.applier.aclose()
        await to_its_end(self.projection.close)
