"""What somebody should look at, worst first. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from pagewire.manifests.problems import Problem
from pagewire_gateway.admin.things import AccountStatus, OutboxStatus, PluginStatus
from pagewire_gateway.console import words
from pagewire_gateway.journal.port import Stats
from pagewire_gateway.telemetry.history import Sample

_LAG: Final = 5 * 60_000
"""Milliseconds an event may wait before somebody should look."""
_ROOM: Final = 512 * 1024 * 1024
"""Bytes of free disk below which somebody should look."""


class Matter(Struct, frozen=True, kw_only=True):
    """One thing to look at.

    Attributes:
        mood: ``bad`` for what does not work, ``wait`` for what will not for long.
        title: what is wrong.
        said: why, and what to do.
        href: the page that tells more.
    """

    mood: Literal["bad", "wait"]
    title: str
    said: str = ""
    href: str = ""


def matters(
    stats: Stats,
    now: Sample,
    plugins: Iterable[PluginStatus],
    accounts: Iterable[AccountStatus],
    outbox: Iterable[OutboxStatus],
    problems: Iterable[Problem],
) -> list[Matter]:
    """Everything to look at, what does not work first."""
    found = [
        *_of_journal(stats, now),
        *(one for plugin in plugins for one in _of_plugin(plugin)),
        *(_of_outbox(one) for one in outbox if one.trouble or one.paused_until),
        *_of_accounts([one for one in accounts if one.closed]),
        *(
            Matter(mood="bad", title=one.resource or "A manifest", said=str(one), href="/console/accounts")
            for one in problems
        ),
    ]
    return sorted(found, key=lambda one: one.mood)


def _of_journal(stats: Stats, now: Sample) -> Iterator[Matter]:
    if stats.free_bytes < _ROOM:
        said = "Webhooks are refused once it is full: free disk space, or shorten the retention."
        yield Matter(mood="bad", title=f"The journal has room for {words.size(stats.free_bytes)} more", said=said)
    if now.lag > _LAG:
        said = "The plugin with the longest queue holds it up."
        title = f"An event has waited for {words.span(now.lag / 1000)}"
        yield Matter(mood="wait", title=title, said=said, href="/console/plugins")
    if now.parked or stats.outbox.get("parked"):
        title = f"{words.count(now.parked + stats.outbox.get('parked', 0))} parked, waiting for a person"
        yield Matter(mood="wait", title=title, said="Look at the cause, then replay.", href="/console/parked")


def _of_plugin(plugin: PluginStatus) -> Iterator[Matter]:
    lane, href = plugin.lane, f"/console/plugins/{plugin.name}"
    if lane and lane.quarantined:
        yield Matter(mood="bad", title=f"{plugin.name} is in quarantine", said=lane.quarantined, href=href)
    elif lane and lane.paused:
        said = "Its events wait in the journal until somebody releases it."
        yield Matter(mood="wait", title=f"{plugin.name} is paused", said=said, href=href)
    elif lane and lane.circuit != "closed":
        said = "It failed several times in a row; its events wait and are tried again."
        yield Matter(mood="bad", title=f"{plugin.name} is given a rest", said=said, href=href)
    if plugin.health and plugin.health.status != "ok":
        mood: Literal["bad", "wait"] = "bad" if plugin.health.status == "failing" else "wait"
        yield Matter(
            mood=mood, title=f"{plugin.name} says it is {plugin.health.status}", said=plugin.health.reason, href=href
        )


def _of_outbox(one: OutboxStatus) -> Matter:
    title = f"{one.object} {one.account}: {one.trouble or 'paused'}, {words.count(one.waiting)} waiting to be sent"
    return Matter(
        mood="wait" if one.trouble == "throttled" else "bad", title=title, said=one.reason, href="/console/outbox"
    )


def _of_accounts(closed: Sequence[AccountStatus]) -> Iterator[Matter]:
    for one in closed[:20]:
        said = "It has no token that works: its events are kept, and nothing can be sent in its name."
        yield Matter(mood="bad", title=f"{one.namespace}/{one.name} is closed", said=said, href="/console/accounts")
    if len(closed) > 20:
        yield Matter(mood="bad", title=f"{len(closed) - 20} more accounts are closed", href="/console/accounts")
