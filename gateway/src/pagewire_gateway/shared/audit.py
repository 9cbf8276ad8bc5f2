"""The audit log of an installation on NATS: one stream that all its processes append to, and nobody can change."""

from typing import Final

import msgspec
import nats
from nats.js import api

from pagewire_gateway.audit.port import Act, AuditError, End, Query, Retention
from pagewire_gateway.journal.errors import JournalUnavailable
from pagewire_gateway.shared.connection import Nats, explained

_DAY: Final = 86_400.0
_BATCH: Final = 500
_LOOKED_AT: Final = 20_000
"""Newest records among which acts are looked for."""


class _Record(msgspec.Struct, frozen=True):
    """One message of the stream."""

    act: Act | None = None
    end: End | None = None


class SharedAudit:
    """See `pagewire_gateway.audit.port.Audit`.

    Args:
        nats: the connection.
        retention: how long records stay; read when the stream is made.
    """

    def __init__(self, nats: Nats, retention: Retention) -> None:
        self._nats, self._retention = nats, retention
        self._name, self._subject = nats.named("audit"), nats.subject("audit")

    async def start(self) -> None:
        """Make the stream, if nobody did.

        Raises:
            JournalUnavailable: NATS cannot be used.
        """
        wanted = api.StreamConfig(
            name=self._name,
            subjects=[self._subject],
            storage=api.StorageType.FILE,
            num_replicas=self._nats.replicas,
            max_age=self._retention.days * _DAY,
            max_msgs=self._retention.records,
            discard=api.DiscardPolicy.OLD,
            deny_delete=True,
            deny_purge=True,
            allow_direct=True,
        )
        with explained():
            try:
                await self._nats.js.stream_info(self._name)
            except nats.js.errors.NotFoundError:
                await self._nats.js.add_stream(wanted)

    async def begin(self, act: Act) -> None:
        """See the port."""
        await self._append(_Record(act=act), act.id)

    async def end(self, end: End) -> None:
        """See the port."""
        await self._append(_Record(end=end), f"{end.of}-end")

    async def latest(self, query: Query) -> list[Act]:
        """See the port; acts that are more than `_LOOKED_AT` records back are not found."""
        self._check()
        try:
            with explained():
                return await self._latest(query)
        except JournalUnavailable as error:
            raise AuditError(str(error)) from error

    async def _append(self, record: _Record, mark: str) -> None:
        self._check()
        try:
            with explained():
                headers = {"Nats-Msg-Id": mark}
                await self._nats.js.publish(self._subject, msgspec.json.encode(record), headers=headers)
        except JournalUnavailable as error:
            raise AuditError(str(error)) from error

    def _check(self) -> None:
        if not self._nats.connected:
            raise AuditError(
                "NATS is not reached, and the audit log is there; look at its servers, and at the way to them"
            )

    async def _latest(self, query: Query) -> list[Act]:
        state = (await self._nats.js.stream_info(self._name)).state
        ends: dict[str, End] = {}
        found: list[Act] = []
        upto, least = state.last_seq, max(state.first_seq, state.last_seq - _LOOKED_AT)
        while upto >= least and len(found) < query.limit and state.messages:
            first = max(least, upto - _BATCH + 1)
            for record in reversed(await self._read(first, upto)):
                if record.end is not None:
                    ends[record.end.of] = record.end
                elif record.act is not None and query.fits(record.act):
                    found.append(_with(record.act, ends.get(record.act.id)))
            upto = first - 1
        return sorted(found, key=lambda act: (act.at, act.id), reverse=True)[: query.limit]

    async def _read(self, first: int, last: int) -> list[_Record]:
        consumer = await self._nats.js.subscribe(
            self._subject,
            stream=self._name,
            ordered_consumer=True,
            config=api.ConsumerConfig(deliver_policy=api.DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=first),
        )
        try:
            records: list[_Record] = []
            while True:
                message = await consumer.next_msg(timeout=5)
                if message.metadata.sequence.stream <= last:
                    records.append(msgspec.json.decode(message.data, type=_Record))
                if message.metadata.sequence.stream >= last or not message.metadata.num_pending:
                    return records
        finally:
            await consumer.unsubscribe()


def _with(act: Act, end: End | None) -> Act:
    if end is None:
        return act
    changed = {name: value for name in ("on", "detail") if (value := getattr(end, name))}
    return msgspec.structs.replace(act, outcome=end.outcome, **changed)
