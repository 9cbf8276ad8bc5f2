"""What a plugin that misbehaves costs the good ones beside it, in one gateway and one run.

    python -m bench.isolation

Five plugins: ``good`` answers; ``blocks`` keeps the event loop, ``raises`` fails at everything, ``leaks`` never lets memory go,
``floods`` returns as many replies as it may. Events come at a steady pace. Rounds with ``good`` alone and rounds beside the
others take turns, so that whatever else the machine does falls on both. Measured is the time from an event's place in the
journal to the end of ``good``'s hook. The first round with the others is told apart: in it the gateway finds out about them.
"""

import asyncio
import itertools
import json
import logging
import statistics
import sys
import tempfile
import time
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import uvloop

from pagewire import Text, hookimpl
from pagewire.wire import read
from pagewire_gateway.app import now
from pagewire_gateway.config import DispatchSettings
from pagewire_gateway.plugins import load
from pagewire_gateway.retry import RetryPolicy
from pagewire_gateway.trying import PAGE, Tried, trying

RATE, SECONDS, ROUNDS = 20, 6.0, 4
FLOOD = 10
_numbers = itertools.count(1)


class Good:
    def __init__(self) -> None:
        self.ended: dict[str, float] = {}

    @hookimpl
    async def message_received(self, event):
        self.ended[event.id] = time.perf_counter()
        return Text(text="thank you")


class Blocks:
    @hookimpl
    async def message_received(self, event):
        time.sleep(0.3)


class Raises:
    @hookimpl
    async def message_received(self, event):
        raise RuntimeError("always")


class Leaks:
    def __init__(self) -> None:
        self.kept: list[bytes] = []

    @hookimpl
    async def message_received(self, event):
        self.kept.append(bytes(256 * 1024))


class Floods:
    @hookimpl
    async def message_received(self, event):
        return [Text(text=f"and {number}") for number in range(FLOOD)]


ALL = {"good": Good, "blocks": Blocks, "raises": Raises, "leaks": Leaks, "floods": Floods}


def _loaded():
    module = ModuleType("bench_isolation_plugins")
    for name, plugin in ALL.items():
        setattr(module, name, plugin)
    sys.modules[module.__name__] = module
    return load(found=[EntryPoint(name, f"{module.__name__}:{name}", "pagewire") for name in ALL])


def _body(number: int) -> bytes:
    person, at = f"24{number % 50:015d}", now()
    item = {"sender": {"id": person}, "recipient": {"id": PAGE}, "timestamp": at}
    item["message"] = {"mid": f"m_bench_{number}", "text": "hello"}
    return json.dumps({"object": "page", "entry": [{"id": PAGE, "time": at, "messaging": [item]}]}).encode()


async def _round(tried: Tried, good: Good) -> list[float]:
    """Milliseconds of each event of one round."""
    began: dict[str, float] = {}
    start = time.perf_counter()
    for number in range(int(RATE * SECONDS)):
        await asyncio.sleep(max(0.0, start + number / RATE - time.perf_counter()))
        at = time.perf_counter()
        items = read(_body(next(_numbers)), now()).items
        appended = await tried.gateway.journal.append(items, now(), "trying/app")
        began[appended.new[0].id] = at
    await tried.until(lambda: began.keys() <= good.ended.keys())
    return [1000 * (good.ended[id_] - at) for id_, at in began.items()]


async def _enable(tried: Tried, names) -> None:
    tried.configure(**dict.fromkeys(names))
    account = lambda: tried.gateway.registry.account("page", PAGE)  # noqa: E731
    await tried.until(lambda: {use.name for use in account().plugins} == set(names))


async def measure(folder: Path) -> dict[str, list[float]]:
    plugins = _loaded()
    good = plugins["good"].hooks["message_received"].function.__self__
    dispatch = DispatchSettings(retry=RetryPolicy(attempts=3, first=0.5), circuit_pause=0.5)
    found: dict[str, list[float]] = {"alone": [], "finding out": [], "beside": []}
    async with trying(plugins, {"good": None}, folder, dispatch=dispatch) as tried:
        await _round(tried, good)  # warm
        for number in range(ROUNDS):
            await _enable(tried, ["good"])
            found["alone"] += await _round(tried, good)
            await _enable(tried, ALL)
            found["finding out" if number == 0 else "beside"] += await _round(tried, good)
        lanes = tried.gateway.dispatcher.lanes()
        for lane in lanes:
            print(
                f"{lane.plugin:8s} circuit {lane.circuit:9s} handled {lane.handled:5d} failed {lane.failed:5d} {lane.quarantined}"
            )
    return found


def show(found: dict[str, list[float]]) -> None:
    alone = None
    print(f"\n{'good, ms':14s} | {'events':>6s} | {'median':>8s} | {'p95':>8s} | {'worst':>8s} | median, against alone")
    for name, values in found.items():
        median = statistics.median(values)
        alone = alone or median
        p95 = statistics.quantiles(values, n=20)[-1]
        dearer = 100 * (median / alone - 1)
        print(f"{name:14s} | {len(values):6d} | {median:8.2f} | {p95:8.2f} | {max(values):8.2f} | {dearer:+.1f} %")


def main() -> None:
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        show(runner.run(measure(Path(folder))))


if __name__ == "__main__":
    main()
