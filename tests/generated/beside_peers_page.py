"""docs/explanation/beside-peers.md: Pagewire beside its peers, from the kept result of the newest run."""

import json
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from bench.peers.catalogue import ABSENT, HERE, PEERS, Peer
from bench.peers.loading import QUIET_AFTER_KILL

RESULT = HERE / "results/latest.json"


def text() -> str:
    """The whole page."""
    result = json.loads(RESULT.read_text())
    loads = [visit["load_average"] for visit in result["visits"]]
    there = [
        (peer, found) for peer in PEERS if (found := [one for one in result["visits"] if one["peer"] == peer.name])
    ]
    parts = {
        "speed": "".join(_speed(peer, visits) for peer, visits in there),
        "kept": "".join(_kept(peer, visits) for peer, visits in there),
        "better": "".join(_better(there)),
        "bar": " and ".join(_bar({peer.name: visits for peer, visits in there})),
        "setups": "".join(_setups(result["versions"])),
        "missing": "".join(_missing(result)),
    }
    return (
        (HERE / "page.md")
        .read_text()
        .format(**{**result, "quiet": QUIET_AFTER_KILL, "low": min(loads), "high": max(loads), **parts})
    )


def _middle(visits: list[dict[str, Any]], *path: str) -> float:
    return float(median(_at(visit, path) for visit in visits))


def _at(found: Any, path: tuple[str, ...]) -> float:
    for name in path:
        found = found[name]
    return float(found)


def _acknowledged(visits: list[dict[str, Any]]) -> float:
    return float(median(one["full"]["acknowledged"] / one["full"]["seconds"] for one in visits))


def _speed(peer: Peer, visits: list[dict[str, Any]]) -> str:
    even, full = (
        f"{_middle(visits, load, 'p50'):.1f}, {_middle(visits, load, 'p99'):.0f}" for load in ("even", "full")
    )
    rates = (f"{_acknowledged(visits):,.0f}", f"{_middle(visits, 'full', 'handled_rate'):,.0f}")
    return _cells(
        peer.title, *rates, even, full, f"{_middle(visits, 'full', 'cpu_us'):,.0f}", f"{_middle(visits, 'memory'):.0f}"
    )


def _before(visits: list[dict[str, Any]], name: str) -> int:
    return sum(visit[load][name] for visit in visits for load in ("full", "even"))


def _kept(peer: Peer, visits: list[dict[str, Any]]) -> str:
    handled, sent = _before(visits, "handled"), _before(visits, "acknowledged")
    batches = f"{handled:,} of {sent:,}" + ("" if handled == sent else f" ({handled / sent:.0%})")
    repeats = f"{_before(visits, 'repeats_doubled')} of {_before(visits, 'repeated')}"
    everything = _lost(visits, "everything") if peer.has_engine else "the same"
    twice = sum(kill["doubled"] - kill["repeats_doubled"] for visit in visits for kill in visit["killed"].values())
    return _cells(
        peer.title, batches, repeats, _before(visits, "disordered"), _lost(visits, "program"), everything, twice
    )


def _lost(visits: list[dict[str, Any]], what: str) -> str:
    kills = [visit["killed"][what] for visit in visits]
    return f"{sum(one['lost'] for one in kills)} of {sum(one['acknowledged'] for one in kills):,}"


def _handled(visits: list[dict[str, Any]]) -> float:
    return _middle(visits, "full", "handled_rate")


_FIGURES: tuple[tuple[str, Callable[[list[dict[str, Any]]], float], bool], ...] = (
    ("acknowledges more a second", _acknowledged, True),
    ("handles more a second", _handled, True),
    ("acknowledges sooner at the even load (p50)", lambda visits: _middle(visits, "even", "p50"), False),
    ("acknowledges sooner at the even load (p99)", lambda visits: _middle(visits, "even", "p99"), False),
    ("uses less CPU for a message", lambda visits: _middle(visits, "full", "cpu_us"), False),
    ("uses less memory", lambda visits: _middle(visits, "memory"), False),
)


def _better(there: list[tuple[Peer, list[dict[str, Any]]]]) -> Iterator[str]:
    """For each peer, the figures in which it is ahead."""
    (_, ours), *others = there
    for peer, visits in others:
        ahead = [
            f"{what} ({figure(visits):,.4g} against {figure(ours):,.4g})"
            for what, figure, more in _FIGURES
            if (figure(visits) > figure(ours)) is more and figure(visits) != figure(ours)
        ]
        yield f"- {peer.title}: {'; '.join(ahead) or 'in none of these figures'}.\n"


def _bar(there: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    for name, title in (("restate", "Restate"), ("botkit", "Botkit")):
        if name in there:
            yield f"{_handled(there['pagewire']) / _handled(there[name]):.1f} times {title}'s"


def _setups(versions: dict[str, dict[str, str]]) -> Iterator[str]:
    for peer in (one for one in PEERS if one.name in versions):
        pins = ", ".join(f"{name} {pin}" for name, pin in versions[peer.name].items())
        yield _cells(peer.title, pins or "this repository", peer.setup, peer.lacks)


def _missing(result: dict[str, Any]) -> Iterator[str]:
    for title, reason in result["missing"].items():
        yield _cells(title, reason)
    for one in ABSENT:
        yield _cells(one.title, f"`{' '.join(one.ask)}`: {result['absent'][one.title]}")


def _cells(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"
