"""Every call of the Graph API, counted as it arrives: what budgets are checked with."""

from __future__ import annotations

from collections import Counter, deque

import msgspec


class CallRecord(msgspec.Struct, kw_only=True):
    """One call and how it was answered.

    Attributes:
        number: 1 for the first call of all.
        time: milliseconds since the epoch, by the simulator's clock.
        method: the verb.
        edge: what faults call it: ``subscriptions``, ``subscribed_apps``, ``messenger_profile``, ``batch`` ...
        node: the id in the path, ``me`` resolved; empty for calls without one.
        status: HTTP status of the answer; None while it is answered, or when the connection was lost.
        code, subcode: of the error it was refused with, if it was.
        fault: kind of the fault that spoilt the answer, if any.
    """

    number: int
    time: int
    method: str
    edge: str
    node: str
    status: int | None = None
    code: int | None = None
    subcode: int | None = None
    fault: str | None = None


class CallCount(msgspec.Struct, kw_only=True):
    """How often one edge of one object was called with one verb, and how often that was refused or spoilt."""

    edge: str
    method: str
    node: str
    count: int
    failed: int


_Key = tuple[str | None, str | None, str | None]


class Calls:
    """Counts of all calls, exact, and the newest records.

    Args:
        keep: newest records kept. Sends have a ledger of their own and are only counted here.
    """

    def __init__(self, *, keep: int = 100_000) -> None:
        self._counts: Counter[_Key] = Counter()
        self._failed: Counter[_Key] = Counter()
        self.log: deque[CallRecord] = deque(maxlen=keep)
        """The newest calls, oldest first."""
        self.total = 0

    def clear(self) -> None:
        """Begin to count anew."""
        self._counts.clear()
        self._failed.clear()
        self.log.clear()
        self.total = 0

    def arrived(self, method: str, edge: str, node: str, now_ms: int) -> CallRecord:
        """Count a call; the record learns its end from ``answered``."""
        self.total += 1
        _add(self._counts, edge, method, node)
        record = CallRecord(number=self.total, time=now_ms, method=method, edge=edge, node=node)
        if edge != "messages":
            self.log.append(record)
        return record

    def answered(self, record: CallRecord) -> None:
        """Count a call that failed: refused, or spoilt by a fault."""
        if record.code is not None or record.status != 200:
            _add(self._failed, record.edge, record.method, record.node)

    def count(self, edge: str | None = None, *, method: str | None = None, node: str | None = None) -> int:
        """Calls that arrived so far, of one edge, verb and object or of all."""
        return self._counts[edge, method, node]

    def failed(self, edge: str | None = None, *, method: str | None = None, node: str | None = None) -> int:
        """Calls that were refused or spoilt so far."""
        return self._failed[edge, method, node]

    def table(self) -> list[CallCount]:
        """Every count, by edge, verb and object."""
        rows = []
        for (edge, method, node), count in self._counts.items():
            if edge is not None and method is not None and node is not None:
                failed = self._failed[edge, method, node]
                rows.append(CallCount(edge=edge, method=method, node=node, count=count, failed=failed))
        return sorted(rows, key=lambda row: (row.edge, row.method, row.node))


def _add(counts: Counter[_Key], edge: str, method: str, node: str) -> None:
    """Count a call under every question that it answers, so that asking costs nothing while thousands arrive."""
    for key in (
        (edge, method, node),
        (edge, method, None),
        (edge, None, node),
        (edge, None, None),
        (None, method, node),
        (None, method, None),
        (None, None, node),
        (None, None, None),
    ):
        counts[key] += 1
