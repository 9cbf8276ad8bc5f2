"""docs/explanation/scale.md: the plan for a million events a minute, from kept measurements."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bench.scale
from bench.scale.kept import PARTS, costs, kept
from bench.scale.model import Costs, Plan, World, pages_above, plan

PAGE = Path(bench.scale.__file__).with_name("page.md")
SIZES = ((10_000, 1_000), (100_000, 10_000), (1_000_000, 100_000))
"""Events a minute, and Pages."""

_COSTS: tuple[tuple[str, Callable[[Costs], str], str], ...] = (
    ("gateway, from webhook to durable: CPU an event", lambda one: f"{one.ingress_us:.0f} µs", "gateway"),
    ("gateway, from durable to answered, one plugin: CPU an event", lambda one: f"{one.work_us:.0f} µs", "gateway"),
    ("gateway process with few Pages, after a load", lambda one: f"{one.process_mb:.0f} MB", "gateway"),
    ("a Page with its token, in every process", lambda one: f"{one.page_bytes:,.0f} bytes", "registry"),
    ("three NATS servers together: CPU a message stored three times", lambda one: f"{one.message_us:.0f} µs", "nats"),
    ("a stored message on disk, in each of the three", lambda one: f"{one.message_bytes:.0f} bytes", "nats"),
    ("API server: CPU an object listed", lambda one: f"{one.list_us:.0f} µs", "cluster"),
    ("API server: CPU a change, for each watcher", lambda one: f"{one.watch_us:.0f} µs", "cluster"),
    ("a resource or Secret as the API server sends it", lambda one: f"{one.object_bytes:.0f} bytes", "cluster"),
)

_PLAN: tuple[tuple[str, Callable[[Plan], str]], ...] = (
    ("ingress processes", lambda one: f"{one.ingress_processes}"),
    ("workers", lambda one: f"{one.workers}"),
    ("partitions", lambda one: f"{one.partitions}"),
    ("memory a process, MB", lambda one: f"{one.process_mb:,.0f}"),
    ("memory of all processes, GB", lambda one: f"{one.process_mb * one.processes / 1e3:,.1f}"),
    ("requests to the Graph API under way", lambda one: f"{one.in_flight:,.0f}"),
    ("messages stored a second", lambda one: f"{one.stored_per_second:,.0f}"),
    ("NATS: cores, all servers together", lambda one: f"{one.nats_cores:.1f}"),
    ("NATS: servers", lambda one: f"{one.nats_servers}"),
    ("NATS: disk, TB, in each of three replicas", lambda one: f"{one.disk_tb:.2f}"),
    ("API server: read by a process that starts, MB", lambda one: f"{one.listed_mb:,.1f}"),
    ("API server: its CPU for that, s", lambda one: f"{one.list_seconds:,.2f}"),
    ("API server: the same for all processes, s", lambda one: f"{one.list_seconds * one.processes:,.1f}"),
    ("API server: changes a second", lambda one: f"{one.changes_per_second:.3f}"),
    ("API server: cores for telling every process", lambda one: f"{one.watch_cores:.4f}"),
    ("sends a second of an average Page", lambda one: f"{one.sends_a_page:.2f}"),
)


def text() -> str:
    """The whole page."""
    world, gateway, simulated = World(), kept("gateway"), kept("simulated")
    full = plan(world, costs())
    several = [plan(World(events_per_minute=events, pages=pages), costs()) for events, pages in SIZES]
    return PAGE.read_text().format(
        costs="".join(_cells(what, figure(costs()), f"`bench.scale.{part}`") for what, figure, part in _COSTS),
        loads=", ".join(f"{part} {kept(part)['load']:.0f}" for part in PARTS),
        graph_ms=world.graph_seconds * 1e3,
        fill=world.fill,
        messages=world.messages,
        draws=world.draws,
        cores=world.server_cores,
        days=world.retention_days,
        sizes=" | ".join(f"{events:,} events a minute, {pages:,} Pages" for events, pages in SIZES),
        rules=" | ".join("---" for _ in SIZES),
        plan="".join(_cells(what, *map(figure, several)) for what, figure in _PLAN),
        a_page=full.sends_a_page,
        engaged=full.engaged_a_page,
        page_rate=world.page_rate,
        above=pages_above(world, world.page_rate),
        simulated_seconds=simulated["seconds"],
        conversations=simulated["conversations"],
        simulated="".join(map(_simulated, simulated["rows"])),
        event_us=gateway["event_us"],
        compared="".join(map(_compared, gateway["scenarios"])),
        registry_load=kept("registry")["load"],
        registry="".join(_registry(kept("registry"))),
    )


def _simulated(row: dict[str, Any]) -> str:
    figures = (f"{row[name]:,.1f}" for name in ("p50_ms", "p99_ms", "drained"))
    return _cells(row["name"], row["workers"], row["partitions"], f"{row['busiest']:.2f}", *figures)


def _compared(row: dict[str, Any]) -> str:
    rates = (f"{row[name]:.0f}" for name in ("paper", "simulated", "measured"))
    ratios = (f"{row['measured'] / row[name]:.2f}" for name in ("paper", "simulated"))
    return _cells(
        row["name"], f"{row['share']:.2f}", f"{row['commit_ms']:.1f}", f"{row['offered']:.0f}", *rates, *ratios
    )


def _registry(found: dict[str, Any]) -> Iterator[str]:
    yield _cells("memory that stays, a Page", f"{found['bytes_a_page']:,} bytes", "1 KB")
    yield _cells("look-up of any Page, in no order", f"{found['look_up_ns']:,} ns", "1 µs")
    yield _cells("one Page reloaded, with the 100 in its file", f"{found['reload_ms']:,} ms", "without touching others")
    yield _cells("a look at a folder in which nothing changed", f"{found['unchanged_ms']:,} ms", "")
    yield _cells("everything read for the first time", f"{found['read_seconds']} s", "")


def _cells(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"
