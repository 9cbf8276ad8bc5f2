"""What the simulator received and sent, by HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Annotated, TypeVar

from litestar import get
from litestar.params import FromQuery, QueryParameter

from pagewire.simulator.control import shapes
from pagewire.simulator.control.base import Control
from pagewire.simulator.control.summary import summary
from pagewire.simulator.ledger import Tally
from pagewire.simulator.wiring import TheMeta

T = TypeVar("T")

After = Annotated[int, QueryParameter(ge=0, description="skip records up to this number")]
Limit = Annotated[int, QueryParameter(ge=1, le=100_000)]


class Records(Control):
    """What the simulator received and sent."""

    @get("/state", sync_to_thread=False)
    def state(self, meta: TheMeta) -> shapes.Seen:
        """A summary, without secrets."""
        return summary(meta)

    @get("/sends", sync_to_thread=False)
    def sends(self, meta: TheMeta, after: After = 0, limit: Limit = 1000) -> shapes.Sends:
        """Messages accepted by the Send API, in order."""
        return shapes.Sends(data=_after(meta.ledger.sends, after, limit), total=meta.ledger.accepted_total)

    @get("/actions", sync_to_thread=False)
    def actions(self, meta: TheMeta, after: After = 0, limit: Limit = 1000) -> shapes.Sends:
        """Accepted sender actions and reactions, in order."""
        return shapes.Sends(data=_after(meta.ledger.actions, after, limit), total=meta.ledger.actions_total)

    @get("/refused", sync_to_thread=False)
    def refused(self, meta: TheMeta, after: After = 0, limit: Limit = 1000) -> shapes.RefusedCalls:
        """Send API calls that were refused, or eaten by a fault."""
        return shapes.RefusedCalls(data=_after(meta.ledger.refused, after, limit), total=meta.ledger.refused_total)

    @get("/deliveries", sync_to_thread=False)
    def deliveries(self, meta: TheMeta, after: After = 0, limit: Limit = 1000) -> shapes.Deliveries:
        """Attempts at webhook deliveries and how they were answered."""
        return shapes.Deliveries(data=_after(meta.ledger.deliveries, after, limit), total=meta.ledger.deliveries_total)

    @get("/alerts", sync_to_thread=False)
    def alerts(self, meta: TheMeta) -> shapes.Alerts:
        """What Meta told the developer."""
        return shapes.Alerts(data=list(meta.ledger.alerts))

    @get("/ledger", sync_to_thread=False)
    def ledger(self, meta: TheMeta) -> Tally:
        """Accepted messages by metadata: ``doubled`` is empty when no reply was sent twice."""
        return meta.ledger.tally()

    @get("/violations", sync_to_thread=False)
    def violations(self, meta: TheMeta) -> shapes.Violations:
        """Limits that somebody went beyond; none is the proof of good pacing."""
        found = meta.rates.violations
        return shapes.Violations(data=found, total=sum(violation.count for violation in found))

    @get("/wait")
    async def wait(
        self,
        meta: TheMeta,
        sends: FromQuery[int] = 0,
        refused: FromQuery[int] = 0,
        delivered: FromQuery[int] = 0,
        drained: FromQuery[bool] = False,
        timeout: Annotated[float, QueryParameter(ge=0, le=600)] = 30.0,  # noqa: ASYNC109 - a query parameter
    ) -> shapes.Waited:
        """Wait until so many sends, refusals and good deliveries are on record, and nothing is outstanding."""
        ledger = meta.ledger

        def there() -> bool:
            return (
                ledger.accepted_total >= sends
                and ledger.refused_total >= refused
                and ledger.delivered_total >= delivered
                and not (drained and meta.publisher.outstanding)
            )

        try:
            await ledger.wait_until(there, timeout)
            reached = True
        except TimeoutError:
            reached = False
        outstanding = meta.publisher.outstanding
        return shapes.Waited(
            reached=reached, tally=ledger.tally(), delivered=ledger.delivered_total, outstanding=outstanding
        )


def _after(records: Iterable[T], after: int, limit: int) -> list[T]:
    return list(islice((r for r in records if getattr(r, "number", 0) > after), limit))
