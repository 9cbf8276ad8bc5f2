"""The backlog of each lane as a durable consumer, for those who look at NATS: ``nats consumer info``, and KEDA's scaler.

It hands nothing out. A lane's order, retries, replays and marks are more than a consumer can say, so workers ask the file. The
consumer is only set to where the lane's low-water mark is: what it counts as pending is what the lane has before it.
"""

from typing import Any, Final

import apsw

from pagewire_gateway.journal.jetstream.places import Map
from pagewire_gateway.journal.jetstream.provision import NOT_FOUND_CONSUMER, Refused, ask, told
from pagewire_gateway.journal.port import JournalUnavailable
from pagewire_gateway.journal.sqlite.asking import fetch
from pagewire_gateway.journal.sqlite.statements import READING
from pagewire_gateway.shared.connection import Nats

_PREFIX: Final = "lane-"


class Backlogs:
    """The consumers of one partition.

    Args:
        link: the connection.
        where: names.
        partition: which.
    """

    def __init__(self, link: Nats, where: Map, partition: int) -> None:
        self._link = link
        self._stream = where.stream(partition)
        self._events = where.events(partition)
        self._shown: dict[str, int] = {}

    async def show(self, marks: dict[str, int]) -> None:
        """Set the consumers to where lanes are.

        Args:
            marks: for each open lane the place of the stream up to which it has settled everything.

        Raises:
            JournalError: NATS does not answer, or refuses.
        """
        try:
            if self._shown.keys() != marks.keys():
                await self._tidy(marks)
            for lane, place in marks.items():
                if self._shown.get(lane) != place:
                    await self._set(_PREFIX + lane, place + 1)
                    self._shown[lane] = place
        except Refused as refused:
            raise told(refused) from refused

    async def _tidy(self, marks: dict[str, int]) -> None:
        found = await ask(self._link, f"CONSUMER.NAMES.{self._stream}")
        for name in found["consumers"] or ():
            if name.startswith(_PREFIX) and name.removeprefix(_PREFIX) not in marks:
                await ask(self._link, f"CONSUMER.DELETE.{self._stream}.{name}")
        self._shown = {lane: place for lane, place in self._shown.items() if lane in marks}

    async def _set(self, name: str, start: int) -> None:
        try:
            # Since nats-server 2.14; before that a consumer has to be made anew.
            await ask(self._link, f"CONSUMER.RESET.{self._stream}.{name}", {"seq": start})
        except Refused as refused:
            if refused.code != NOT_FOUND_CONSUMER:
                raise
            await self._make(name, start)
        except JournalUnavailable:
            await self._anew(name, start)

    async def _anew(self, name: str, start: int) -> None:
        try:
            await ask(self._link, f"CONSUMER.DELETE.{self._stream}.{name}")
        except Refused as refused:
            if refused.code != NOT_FOUND_CONSUMER:
                raise
        await self._make(name, start)

    async def _make(self, name: str, start: int) -> None:
        config: dict[str, Any] = {
            "durable_name": name,
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": start,
            "ack_policy": "all",
            "filter_subject": self._events,
        }
        asked = {"stream_name": self._stream, "config": config}
        await ask(self._link, f"CONSUMER.DURABLE.CREATE.{self._stream}.{name}", asked)


def marks_of(db: apsw.Connection) -> dict[str, int]:
    """For each open lane the place of the stream up to which it has settled everything, or a little less."""
    return dict(fetch(db, READING["trail_of_lanes"]))
