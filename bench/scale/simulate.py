"""A simulation of discrete events: every event on its way through cores, the journal, its conversation's lane and Meta.

The paper's model knows averages only. This one knows queues: cores that are busy, a conversation whose last answer is
still under way, partitions of which one worker has more than another. Nothing here reads a clock; a seed gives the same
run every time.
"""

import heapq
import random
from collections import defaultdict, deque
from collections.abc import Callable
from itertools import count
from typing import NamedTuple


class Clock:
    """What happens, in order of time."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._tie = count()

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self.now + seconds, next(self._tie), what))

    def run(self) -> None:
        while self._due:
            self.now, _, what = heapq.heappop(self._due)
            what()


class Core:
    """One process: one thing after the other, at the share of a core that it gets."""

    def __init__(self, clock: Clock, share: float = 1.0) -> None:
        self._clock, self._share = clock, share
        self._free = 0.0
        self.busy = 0.0

    def work(self, micros: float, then: Callable[[], None]) -> None:
        taken = micros / 1e6 / self._share
        self.busy += taken
        self._free = max(self._free, self._clock.now) + taken
        self._clock.after(self._free - self._clock.now, then)


class Town(NamedTuple):
    """What is simulated."""

    events: float
    """A second; they come at random."""
    seconds: float
    conversations: int
    graph_seconds: float
    ingress_us: float
    work_us: float
    commit_seconds: float
    """Until something is durable, by group commit or the stream's acknowledgement: an event, and a reply before it is sent."""
    share: float = 1.0
    ingress_processes: int = 0
    """0: ingress and worker are one process."""
    workers: int = 1
    partitions: int = 1
    evenly: bool = False
    """Conversations take turns, as in the load generator, instead of coming at random."""
    in_flight: int = 256
    """Requests of one worker to Meta at once: PAGEWIRE_SEND_CONCURRENCY."""
    seed: int = 1


class Found(NamedTuple):
    """What came of it."""

    handled: int
    rate: float
    """Events a second from the first to the last answer."""
    drained: float
    """Seconds from the first event to the last answer."""
    p50_ms: float
    p99_ms: float
    """From webhook to the Send API call."""
    busiest: float
    """CPU of the busiest worker beside the average one."""


class Worker:
    """One process with the conversations of its partitions."""

    def __init__(self, simulation: "Simulation", core: Core) -> None:
        self.simulation, self.core = simulation, core
        self.lanes: defaultdict[int, deque[float]] = defaultdict(deque)
        self.waiting: deque[int] = deque()
        self.flying = 0

    def take(self, conversation: int, came: float) -> None:
        lane = self.lanes[conversation]
        lane.append(came)
        if len(lane) == 1:
            self.begin(conversation)

    def begin(self, conversation: int) -> None:
        town, clock = self.simulation.town, self.simulation.clock
        self.core.work(town.work_us / 2, lambda: clock.after(town.commit_seconds, lambda: self.send(conversation)))

    def send(self, conversation: int) -> None:
        if self.flying >= self.simulation.town.in_flight:
            self.waiting.append(conversation)
            return
        self.flying += 1
        self.simulation.sent(self.lanes[conversation][0])
        self.simulation.clock.after(self.simulation.town.graph_seconds, lambda: self.answered(conversation))

    def answered(self, conversation: int) -> None:
        self.flying -= 1
        if self.waiting:
            self.send(self.waiting.popleft())
        self.core.work(self.simulation.town.work_us / 2, lambda: self.done(conversation))

    def done(self, conversation: int) -> None:
        lane = self.lanes[conversation]
        lane.popleft()
        self.simulation.handled()
        if lane:
            self.begin(conversation)


class Simulation:
    """One run."""

    def __init__(self, town: Town) -> None:
        self.town, self.clock, self.chance = town, Clock(), random.Random(town.seed)
        self.workers = [Worker(self, Core(self.clock, town.share)) for _ in range(town.workers)]
        self.doors = [Core(self.clock, town.share) for _ in range(town.ingress_processes)]
        self.latencies: list[float] = []
        self.answers = self.turn = 0
        self.last = 0.0

    def run(self) -> Found:
        self.arrive()
        self.clock.run()
        spread = sorted(self.latencies)
        busy = [worker.core.busy for worker in self.workers]
        at = [spread[min(len(spread) - 1, len(spread) * share // 100)] * 1000 for share in (50, 99)]
        return Found(self.answers, self.answers / self.last, self.last, *at, busiest=max(busy) * len(busy) / sum(busy))

    def arrive(self) -> None:
        if self.clock.now < self.town.seconds:
            self.event(self.whose(), self.clock.now)
            self.clock.after(self.chance.expovariate(self.town.events), self.arrive)

    def whose(self) -> int:
        if not self.town.evenly:
            return self.chance.randrange(self.town.conversations)
        self.turn += 1
        return self.turn % self.town.conversations

    def event(self, conversation: int, came: float) -> None:
        worker = self.worker_of(conversation)
        door = self.chance.choice(self.doors) if self.doors else worker.core

        def stored() -> None:
            self.clock.after(self.town.commit_seconds, lambda: worker.take(conversation, came))

        door.work(self.town.ingress_us, stored)

    def worker_of(self, conversation: int) -> Worker:
        partition = random.Random(conversation).randrange(self.town.partitions)
        return self.workers[partition % len(self.workers)]

    def sent(self, came: float) -> None:
        self.latencies.append(self.clock.now - came)

    def handled(self) -> None:
        self.answers += 1
        self.last = self.clock.now


def simulate(town: Town) -> Found:
    """Run it until everything is answered."""
    return Simulation(town).run()
