"""AccessTokens, their Secrets and Meta together: the simulator plays Meta, a queue plays the cluster."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

import msgspec

from pagewire.graph import open_http
from pagewire.graph.admin import Budget
from pagewire.resources import AccessToken, AccessTokenStatus, Condition, Resource
from pagewire.sealed import Sealed
from pagewire.simulator import Simulator
from pagewire.simulator.clock import Clock
from pagewire.simulator.world import World as MetaWorld
from pagewire.simulator.world import small_world
from pagewire_operator.brain.driver import Driver
from pagewire_operator.brain.graphs import Graphs
from pagewire_operator.brain.kinds import make_kinds
from pagewire_operator.brain.settings import Settings
from pagewire_operator.brain.tokens import AccessTokenKind
from pagewire_operator.model import ClusterError, ClusterRefuses, Happening, Key, Outcome
from pagewire_operator.plain_world import PlainWorld

from .making import NAMESPACE, SECRET, app, app_secret, secret

START = 1_795_305_600.0
DAY = 86_400.0
MANY = 60
"""Reconciliations after which a stage counts as never coming to rest."""


class Died(BaseException):
    """The operator is killed in the middle of something."""


class Stage:
    """`await stage.settle()` reconciles what is new until nothing changes any more."""

    def __init__(self, *documents: Mapping[str, Any], world: MetaWorld | None = None, whole: bool = False) -> None:
        self._whole = whole
        self.sim = Simulator(world or small_world(), clock=Clock(START, speed=0))
        self.world = PlainWorld([app(), app_secret(), *documents])
        self.happenings: list[Happening] = []
        self.outcomes: dict[str, Outcome] = {}
        self.writes: list[str] = []
        self.cluster_fails = 0
        self.cluster_refuses = False
        self.writes_left: int | None = None
        self.on_write: Callable[[dict[str, str]], object] = lambda _kept: None
        self._new: deque[Key] = deque()

    async def __aenter__(self) -> Self:
        await self.sim.start()
        self._http = open_http()
        self.restart()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()
        await self.sim.stop()

    def restart(self) -> None:
        """A new operator, which remembers nothing, finds the world as it is."""
        settings = Settings(graph_url=self.sim.graph_url, instagram_graph_url=self.sim.instagram_graph_url, jitter=0.0)
        budget = Budget(clock=self.sim.clock.now, sleep=self._sleep)
        graphs = Graphs(settings, budget=budget, http=self._http)
        kinds = make_kinds() if self._whole else {"AccessToken": AccessTokenKind()}
        self.driver = Driver(kinds, graphs, settings, self.sim.clock.now)
        self._add(_key(one) for kind in kinds for one in self.world.all(kind))

    async def _sleep(self, seconds: float) -> None:
        self.sim.clock.advance(seconds)

    async def keep(self, owner: Resource, name: str, values: Mapping[str, Sealed[str]]) -> None:
        if self.cluster_refuses:
            raise ClusterRefuses("Secret robot-access-token may not be written: it cannot create secrets")
        if self.cluster_fails:
            self.cluster_fails -= 1
            raise ClusterError("the API server is away")
        if self.writes_left == 0:
            raise Died
        if self.writes_left is not None:
            self.writes_left -= 1
        await self.world.keep(owner, name, values)
        self.writes.append(name)
        self.on_write({key: value.reveal() for key, value in values.items()})
        self.touched("Secret", name)

    def put(self, *documents: Mapping[str, Any]) -> None:
        """Somebody applies manifests."""
        for made in documents:
            before = self.world.get(made["kind"], NAMESPACE, made["metadata"]["name"])
            self.world.read(made)
            now = self.world.get(made["kind"], NAMESPACE, made["metadata"]["name"])
            if before is not None and now is not None and before.status is not None:
                self.world.put_status(now, before.status)
            self.touched(made["kind"], made["metadata"]["name"])

    def give(self, name: str, value: str) -> None:
        """Somebody puts a token into the Secret that an AccessToken is given in."""
        self.put(secret(f"{name}-given", token=value))

    def drop(self, kind: str, name: str) -> None:
        """Somebody deletes something."""
        self.world.drop(Key(kind, NAMESPACE, name))
        self.touched(kind, name)

    def touched(self, kind: str, name: str) -> None:
        key = Key(kind, NAMESPACE, name)
        self._add([key])
        self._add(self.driver.dependants(key, self.world))

    async def settle(self) -> None:
        for _ in range(MANY):
            if not self._new:
                return
            key = self._new.popleft()
            await self.reconcile(key.name, key.kind)
        raise AssertionError("the tokens do not come to rest")

    async def look(self, *names: str) -> None:
        """As a timer does: look at these (all, if none is named) again, then settle."""
        everything = [one.metadata.name for one in self.world.all("AccessToken")]
        self._add(Key("AccessToken", NAMESPACE, name) for name in names or everything)
        await self.settle()

    async def reconcile(self, name: str, kind: str = "AccessToken") -> Outcome | None:
        found = self.world.get(kind, NAMESPACE, name)
        if found is None:
            return None
        try:
            outcome = self.outcomes[name] = await self.driver.reconcile(found, self.world, self)
        except Died:
            return None
        self.happenings += outcome.happenings
        self._nothing_leaks(outcome)
        if outcome.released:
            self.drop(kind, name)
        elif outcome.status != found.status:
            self.world.put_status(found, outcome.status)
            self._add(self.driver.dependants(_key(found), self.world))
        return outcome

    def _nothing_leaks(self, outcome: Outcome) -> None:
        """No token and no secret, nor a digest of one, is ever told."""
        told = msgspec.json.encode((outcome.status, outcome.happenings)).decode()
        apps, tokens = self.sim.meta.state.apps.values(), self.sim.meta.state.tokens
        secrets = {*tokens, *(one.secret for one in apps), *(one.instagram_secret or SECRET for one in apps)}
        for value in secrets:
            assert value not in told
            assert hashlib.sha256(value.encode()).hexdigest() not in told

    def later(self, seconds: float) -> None:
        self.sim.clock.advance(seconds)

    def status(self, name: str) -> AccessTokenStatus:
        found = self.world.get("AccessToken", NAMESPACE, name)
        assert isinstance(found, AccessToken)
        assert found.status is not None
        return found.status

    def condition(self, name: str, type_: str) -> Condition:
        found = {one.type: one for one in self.status(name).conditions}
        assert type_ in found, f"{name} says nothing of {type_}: {sorted(found)}"
        return found[type_]

    def said(self, name: str, type_: str) -> tuple[str, str]:
        """Status and reason of a condition."""
        condition = self.condition(name, type_)
        return condition.status, condition.reason

    def kept(self, name: str) -> dict[str, str]:
        """What is in the Secret that an AccessToken owns; empty if there is none."""
        view = self.world.secret(NAMESPACE, f"{name}-access-token")
        return {key: value.reveal() for key, value in view.values.items()} if view is not None else {}

    def calls(self, edge: str | None = None) -> int:
        return self.sim.calls.count(edge=edge)

    def _add(self, keys: Iterable[Key]) -> None:
        ours = (key for key in keys if key.kind == "AccessToken" or (self._whole and key.kind != "Secret"))
        self._new.extend(key for key in ours if key not in self._new)


def _key(found: Resource) -> Key:
    return Key(found.kind, found.metadata.namespace, found.metadata.name)
