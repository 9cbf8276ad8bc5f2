"""What the slowest acknowledgements waited for: searches for garbage, the writer's batches, a loop that was busy.

    python -m bench.stalls [RATE] [SECONDS]

The durable route of `bench.server` under an open load from another process. Each line stands for the slowest deliveries that
waited for the same: all that lay within their time and took longer than two milliseconds.
"""

import asyncio
import gc
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any, NamedTuple

from bench.server import OneApp, now
from pagewire_gateway.collecting import collect_garbage_rarely
from pagewire_gateway.config import Address, IngressLimits
from pagewire_gateway.ingress import Ingress, create_public_app
from pagewire_gateway.journal.sqlite import SqliteJournal
from pagewire_gateway.serving import Listener
from pagewire_gateway.sharing_time import hand_over_sooner

_LEAST = 0.002
_SHOWN = 10


class Span(NamedTuple):
    what: str
    began: float
    ended: float

    @property
    def ms(self) -> float:
        return 1000 * (self.ended - self.began)


class Record:
    """Everything that took long."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.acknowledged: list[Span] = []
        self._search = 0.0
        gc.callbacks.append(self._collecting)

    def note(self, what: str, began: float) -> None:
        if (ended := perf_counter()) - began >= _LEAST:
            self.spans.append(Span(what, began, ended))

    def _collecting(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            self._search = perf_counter()
        else:
            self.note(f"garbage, generation {info['generation']}, {info['collected']} found", self._search)

    def watched(self, work: Callable[[Any], None]) -> Callable[[Any], None]:
        """The writer's work on a batch, timed."""

        def timed(batch: Any) -> None:
            began = perf_counter()
            work(batch)
            self.note(f"batch of {len(batch)}", began)

        return timed

    async def watch_the_loop(self) -> None:
        while True:
            began, worked = perf_counter() + _LEAST, thread_time()
            await asyncio.sleep(_LEAST)
            # The rest of the time others had the processor or the interpreter.
            self.note(f"loop busy, {1000 * (thread_time() - worked):.0f} ms of it at work,", began)

    def show(self) -> None:
        slowest = sorted(self.acknowledged, key=lambda span: -span.ms)
        at = [slowest[len(slowest) * share // 100].ms for share in (50, 1, 0)]
        print("acknowledged: p50 {:.1f} ms, p99 {:.1f} ms, longest {:.1f} ms".format(*at))
        lines: dict[str, float] = {}
        for one in slowest[: 20 * _SHOWN]:
            within = [span for span in self.spans if span.began < one.ended and span.ended > one.began]
            lines.setdefault("; ".join(f"{span.what} {span.ms:.0f} ms" for span in within[:8]), one.ms)
        for said, ms in list(lines.items())[:_SHOWN]:
            print(f"{ms:7.1f} ms: {said}")


class Timed(Ingress):
    record: Record

    async def take(self, *given: Any) -> Any:
        began = perf_counter()
        answer = await super().take(*given)
        self.record.acknowledged.append(Span("delivery", began, perf_counter()))
        return answer


async def run(rate: float, seconds: float) -> None:
    record = Record()
    with tempfile.TemporaryDirectory() as folder:
        journal = SqliteJournal(Path(folder) / "journal.db", clock=now)
        journal._group._work = record.watched(journal._group._work)  # noqa: SLF001 - nobody else knows when it begins
        await journal.start()
        ingress = Timed(OneApp(), journal, IngressLimits(), now)
        ingress.record = record
        listener = Listener(create_public_app(ingress), Address("127.0.0.1", 0), 1)
        await listener.start()
        collect_garbage_rarely()
        hand_over_sooner()
        watching = asyncio.ensure_future(record.watch_the_loop())
        command = [sys.executable, "-m", "bench.load", str(listener.port), "64", str(seconds), str(rate)]
        load = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        said, _ = await load.communicate()
        watching.cancel()
        await listener.stop()
        await journal.aclose()
    found = json.loads(said)
    print(
        f"{found['requests'] / found['seconds']:.0f} deliveries/s; seen by the load: p50 {found['p50']}, p99 {found['p99']} ms"
    )
    record.show()


def main() -> None:
    import uvloop

    rate = float(sys.argv[1]) if len(sys.argv) > 1 else 1500.0
    uvloop.run(run(rate, float(sys.argv[2]) if len(sys.argv) > 2 else 8.0))


if __name__ == "__main__":
    main()
