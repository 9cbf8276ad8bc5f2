"""What somebody should look at, worst first. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from pagewire.manifests.problems import Problem
from pagewire_gateway.admin.things import AccountStatus, OutboxStatus, PluginStatus
from pagewire_gateway.console import words
from pagewire_gateway.console.complaints import of_complaints
from pagewire_gateway.console.matter import Matter
from pagewire_gateway.journal.port import Stats
from pagewire_gateway.registry.complaints import Complaint
from pagewire_gateway.telemetry.history import Sample

_LAG: Final = 5 * 60_000
"""Milliseconds an event may wait before somebody should look."""
_LATELY: Final = 10 * 60_000
"""Milliseconds for which a wrong signature is worth telling."""
_ROOM: Final = 512 * 1024 * 1024
"""Bytes of free disk below which somebody should look."""


class Seen(Struct, frozen=True, kw_only=True):
    """Everything that is looked at.

    Attributes:
        stats: of the journal.
        now: the newest figures.
        samples: those of the last hour, the oldest first.
        plugins: all of them.
        accounts: all of them, or as many as there is time for.
        outbox: of accounts with something waiting, or in trouble.
        problems: of the registry.
        complaints: of the operator.
        deletions: how many deletions of people are parked.
        logins: how many ends of logins are parked.
    """

    stats: Stats
    now: Sample
    samples: Sequence[Sample] = ()
    plugins: Sequence[PluginStatus] = ()
    accounts: Sequence[AccountStatus] = ()
    outbox: Sequence[OutboxStatus] = ()
    problems: Sequence[Problem] = ()
    complaints: Iterable[Complaint] = ()
    deletions: int = 0
    logins: int = 0


def matters(seen: Seen) -> list[Matter]:
    """Everything to look at, what does not work first."""
    found = [
        *_of_journal(seen.stats, seen.now),
        *(one for plugin in seen.plugins for one in _of_plugin(plugin)),
        *(_of_outbox(one) for one in seen.outbox if one.trouble or one.paused_until),
        *(_of_doubts(one) for one in seen.outbox if one.unclear and not (one.trouble or one.paused_until)),
        *_of_accounts([one for one in seen.accounts if one.closed]),
        *of_complaints(seen.complaints, seen.accounts, seen.now.at),
        *_of_deliveries(seen.samples, seen.now),
        *_of_parked(seen),
        *(
            Matter(mood="bad", title=one.resource or "A manifest", said=str(one), href="/console/accounts")
            for one in seen.problems
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


def _of_deliveries(samples: Sequence[Sample], now: Sample) -> Iterator[Matter]:
    before = next((one for one in samples if one.at >= now.at - _LATELY), now)
    forged, events = now.forged - before.forged, now.total - before.total
    if forged <= 0:
        return
    what = "webhook" if forged == 1 else "webhooks"
    title = f"{words.count(forged)} {what} with a wrong signature in the last minutes"
    if events > 0:
        said = "Others come in as they should: somebody tries their luck, or one of several apps has a new secret."
        yield Matter(mood="wait", title=title, said=said, href="/console/accounts")
    else:
        said = (
            "And no event came in: was the app secret reset at Meta? Give its MessengerApp the new one beside the old."
        )
        yield Matter(mood="bad", title=title, said=said, href="/console/accounts")


def _of_parked(seen: Seen) -> Iterator[Matter]:
    if seen.deletions:
        what = "deletion of a person is" if seen.deletions == 1 else "deletions of people are"
        said = "A plugin will not forget somebody: its receipt says why. Mend that, and ask it again."
        yield Matter(
            mood="bad", title=f"{words.count(seen.deletions)} {what} parked", said=said, href="/console/people"
        )
    if seen.logins:
        what = "end of a login is" if seen.logins == 1 else "ends of logins are"
        said = "A plugin did not take it: its receipt says why. Mend that, and tell it again."
        yield Matter(mood="bad", title=f"{words.count(seen.logins)} {what} parked", said=said, href="/console/logins")


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


def _of_doubts(one: OutboxStatus) -> Matter:
    title = f"{one.object} {one.account}: no clear answer from Meta to {words.count(one.unclear)} of its requests"
    said = f"{one.reason}. Whether they were sent is being found out, so that nothing goes twice."
    return Matter(mood="wait", title=title, said=said, href="/console/outbox")


def _of_accounts(closed: Sequence[AccountStatus]) -> Iterator[Matter]:
    for one in closed[:20]:
        said = "It has no token that works: its events are kept, and nothing can be sent in its name."
        href = f"/console/accounts/{one.object}/{one.id}"
        yield Matter(mood="bad", title=f"{one.namespace}/{one.name} is closed", said=said, href=href)
    if len(closed) > 20:
        yield Matter(mood="bad", title=f"{len(closed) - 20} more accounts are closed", href="/console/accounts")
