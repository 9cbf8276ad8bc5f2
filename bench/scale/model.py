"""What a load needs, on paper: pure arithmetic over measured costs, each line a sentence somebody can check."""

from math import ceil
from typing import NamedTuple


class Costs(NamedTuple):
    """What things cost, as measured; see :mod:`bench.scale.measured`."""

    ingress_us: float
    """CPU of the gateway from webhook to durable, an event."""
    work_us: float
    """CPU of the gateway from durable to answered, an event with one reply."""
    process_mb: float
    """A gateway process with few Pages, after a load."""
    page_bytes: float
    """In memory, a Page with its token, in every process."""
    message_us: float
    """CPU of all three servers of a NATS cluster, a stored message with three replicas."""
    message_bytes: float
    """On disk, a stored message, in each of the three."""
    object_bytes: float
    """What the API server sends for a resource or a Secret, average."""
    list_us: float
    """CPU of the API server, an object listed."""
    watch_us: float
    """CPU of the API server, a change told to one more watcher."""


class World(NamedTuple):
    """A load, and what is taken for granted."""

    events_per_minute: float = 1_000_000
    pages: int = 100_000
    graph_seconds: float = 0.2
    """How long Meta takes to answer a send."""
    fill: float = 0.6
    """How busy a core may be on average."""
    in_flight: int = 256
    """Requests of one worker to Meta at once: PAGEWIRE_SEND_CONCURRENCY."""
    messages: float = 4.0
    """Stored messages an event: itself, its settling with the reply, and the send begun and done."""
    draws: float = 1.2
    """Writes to the purses of Pages an event, if each Page has few: a call is drawn for each event. Only the last is kept."""
    server_cores: int = 4
    """Cores of a NATS server."""
    retention_days: float = 7.0
    changes_per_page_and_day: float = 1.0
    """Writes to a Page, its token or its Secret."""
    page_rate: float = 30.0
    """Sends a second of one Page: PAGEWIRE_SEND_RATE."""

    @property
    def events(self) -> float:
        """A second."""
        return self.events_per_minute / 60


class Plan(NamedTuple):
    """What is needed."""

    ingress_processes: int
    workers: int
    partitions: int
    in_flight: float
    """Requests to the Graph API under way, all workers together."""
    process_mb: float
    nats_cores: float
    nats_servers: int
    stored_per_second: float
    disk_tb: float
    """In each of three replicas."""
    listed_mb: float
    """What one process reads from the API server when it starts."""
    list_seconds: float
    """CPU of the API server for that."""
    changes_per_second: float
    watch_cores: float
    """CPU of the API server for telling every process of every change."""
    sends_a_page: float
    """Mean, a second."""
    engaged_a_page: float
    """People a Page must be able to write to for Meta's daily allowance to suffice: 200 calls each."""

    @property
    def processes(self) -> int:
        """All of the gateway."""
        return self.ingress_processes + self.workers


OBJECTS = 3
"""Of a Page: itself, its token, its Secret."""
A_WORKER = 8
"""Partitions: so that what one had can be shared out among several when it dies."""


def plan(world: World, costs: Costs) -> Plan:
    """Work it out."""
    in_flight = world.events * world.graph_seconds
    # The simulation taught the second bound: by CPU alone requests to Meta queue.
    workers = ceil(max(world.events * costs.work_us / 1e6, in_flight / world.in_flight) / world.fill)
    ingress = ceil(world.events * costs.ingress_us / 1e6 / world.fill)
    kept = world.events * world.messages
    stored = world.events * (world.messages + world.draws)
    nats = stored * costs.message_us / 1e6 / world.fill
    objects, changes = OBJECTS * world.pages, world.changes_per_page_and_day * world.pages / 86_400
    return Plan(
        ingress_processes=ingress,
        workers=workers,
        partitions=power_of_two(A_WORKER * workers),
        in_flight=in_flight,
        process_mb=costs.process_mb + world.pages * costs.page_bytes / 1e6,
        nats_cores=nats,
        nats_servers=max(3, ceil(nats / world.server_cores)),
        stored_per_second=stored,
        disk_tb=kept * 86_400 * world.retention_days * costs.message_bytes / 1e12,
        listed_mb=objects * costs.object_bytes / 1e6,
        list_seconds=objects * costs.list_us / 1e6,
        changes_per_second=changes,
        watch_cores=changes * (ingress + workers) * costs.watch_us / 1e6,
        sends_a_page=world.events / world.pages,
        engaged_a_page=world.events / world.pages * 86_400 / 200,
    )


def power_of_two(least: float) -> int:
    """The smallest one that is at least that."""
    found = 1
    while found < least:
        found *= 2
    return found


def rate(offered: float, conversations: int, turn_seconds: float, event_us: float, share: float = 1.0) -> float:
    """Events a second that one process handles.

    The least of three: what comes, what its share of a core allows, and what conversations allow, for each waits for the answer
    to one message before the next.

    Args:
        offered: events a second that come.
        conversations: that they belong to.
        turn_seconds: what a message waits for besides CPU: Meta's answer, and its reply's becoming durable.
        event_us: CPU an event.
        share: of a core that the process gets.
    """
    own = event_us / 1e6 / share
    return min(offered, 1 / own, conversations / (turn_seconds + own))


def pages_above(world: World, rate_of_one: float) -> int:
    """If traffic is as uneven as Zipf's law has it: how many Pages get more events a second than that."""
    harmonic = sum(1 / rank for rank in range(1, world.pages + 1))
    return sum(1 for rank in range(1, world.pages + 1) if world.events / harmonic / rank > rate_of_one)
