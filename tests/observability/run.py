"""Everything of the proof, one after the other."""

import asyncio
import subprocess
import time
import traceback
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec

from tests.e2e.programs import running
from tests.kube.cluster import running_cluster
from tests.observability import errands, proof, traces
from tests.observability.asking import People, Questions
from tests.observability.daemons import alertmanager, collector, jaeger, listening, prometheus, validated
from tests.observability.faults import Fault
from tests.observability.place import Place
from tests.observability.queries import DASHBOARDS, asked
from tests.observability.report import Result
from tests.otlp.receiver import receiving
from tools.dashboards.known import metric_of, metrics
from tools.observability.programs import BUILT, program, version

TRACED: Final = {
    "OTEL_TRACES_SAMPLER": "always_on",
    "OTEL_BSP_SCHEDULE_DELAY": "500",
    "OTEL_METRIC_EXPORT_INTERVAL": "5000",
    "OTEL_LOGS_EXPORTER": "otlp",
}
EXCUSED: Final = {
    "pagewire_login_finished_total": "nobody logs in here; tests/e2e/test_login.py does",
    "pagewire_operator_watch_missed_total": "counts what must not happen",
    "pagewire_telemetry_overflow_total": "counts what must not happen",
    "pagewire_telemetry_attributes_removed_total": "counts what must not happen",
    "pagewire_telemetry_dropped_total": "counts what happens only when the Collector is away",
    "pagewire_operator_reconcile_errors_total": "counts errors that nobody foresaw",
    "pagewire_login_endings_total": "nobody logs in here; tests/e2e/test_login.py does",
    "pagewire_people_forgotten_total": "counts old events of the forgotten, which Meta would have to send again",
    "pagewire_plugin_process_deaths_total": "no plugin of the proof has a process of its own",
    "pagewire_reply_ending_total": "counts uses of what Meta ends within 90 days, of which there may be none",
}
"""Metrics that need not have a series in the proof, each with the reason."""


async def prove(folder: Path, faults: Sequence[Fault], say: proof.Say) -> Result:
    """The whole proof; everything that is started ends with it."""
    for name in ("prometheus", "alertmanager", *BUILT):
        program(name)
    store, taking = jaeger(folder)
    with running_cluster() as cluster, receiving() as numbers:
        gate = collector(folder, taking, f"http://127.0.0.1:{numbers.server_port}")
        validated(gate)
        async with running(store, gate):
            await listening(gate)
            traced = {**TRACED, "OTEL_EXPORTER_OTLP_ENDPOINT": gate.origin}
            async with Place(cluster, folder, traced) as place, _watched(folder, place) as (ask, people):
                found = await _found(place, ask, people, store.origin, faults, say)
        return msgspec.structs.replace(found, pushed=sorted(numbers.metrics))


@asynccontextmanager
async def _watched(folder: Path, place: Place) -> AsyncIterator[tuple[Questions, People]]:
    async with People() as people:
        manager = alertmanager(folder, people.url)
        watcher = prometheus(folder, place.targets, [proof.write_rules(folder)], f"127.0.0.1:{manager.port}")
        async with running(manager, watcher), Questions(watcher.origin) as ask:
            yield ask, people


async def _found(
    place: Place, ask: Questions, people: People, store: str, faults: Sequence[Fault], say: proof.Say
) -> Result:
    begun = time.time()
    await errands.run(place)
    spans = await traces.story(store)
    say(f"one trace: {spans}")
    told = [await _played(fault, place, ask, people, say) for fault in faults]
    await errands.stranger(place)
    await asyncio.sleep(20)
    unseen = set(metrics()) - {metric_of(name) for name in await ask.names() if _ours(name)}
    return Result(
        when=time.strftime("%Y-%m-%d", time.gmtime()),
        versions=_versions(),
        linter=_lint(),
        panels=len({(query.board, query.panel) for query in asked()}),
        queries=len(list(asked())),
        empty=await proof.empty_panels(ask, time.time() - begun, frozenset(EXCUSED)),
        silent=sorted(unseen - set(EXCUSED)),
        excused={name: why for name, why in EXCUSED.items() if name in unseen},
        broken=[*await proof.broken_rules(ask), *await proof.silent_rules(ask)],
        faults=told,
        spans=spans,
    )


async def _played(fault: Fault, place: Place, ask: Questions, people: People, say: proof.Say) -> proof.Told:
    """One fault; if it breaks off, that is what it came to, and the others are played all the same."""
    try:
        return await proof.play(fault, place, ask, people, say)
    except Exception:  # noqa: BLE001 - said, and kept as a fault that did not hold
        say(f"{fault.name} broke off: {traceback.format_exc()}")
        return proof.Told(fault.name, None, None, [False for _ in fault.looks], "", [])


def _ours(name: str) -> bool:
    try:
        metric_of(name)
    except KeyError:
        return False
    return True


def _lint() -> str:
    done = subprocess.run([program("linter"), *DASHBOARDS], capture_output=True, text=True, check=False)
    return done.stdout.strip().splitlines()[-1] if not done.returncode else f"REFUSED: {done.stdout}"


def _versions() -> dict[str, str]:
    found = {name: version(name) for name in BUILT}
    for name in ("prometheus", "alertmanager"):
        done = subprocess.run([program(name), "--version"], capture_output=True, text=True, check=True)
        found[name] = (done.stdout or done.stderr).split()[2]
    return found
