"""A cluster without a cluster: manifests, a brain, the simulator as Meta, and a callback that answers handshakes."""

from collections import deque
from collections.abc import Iterable
from typing import Any, Self
from urllib.parse import parse_qs

import httpx
import msgspec
from msgspec import structs

from pagewire.graph import open_http
from pagewire.graph.admin import Budget
from pagewire.resources import Condition, Resource, Status, decode
from pagewire.simulator import Clock, Simulator, small_world
from pagewire.simulator.settings.bare import bare
from pagewire.simulator.world import World as MetaWorld
from pagewire_operator.brain import Driver, Settings, make_brain
from pagewire_operator.brain.conditions import timestamp
from pagewire_operator.brain.indices import key_of
from pagewire_operator.brain.plugins import NO_PLUGINS, Installed
from pagewire_operator.model import Happening, Key, Outcome
from pagewire_operator.plain_world import PlainWorld
from tests.pagewire.simulator.receiver import Receiver, Request

from .manifests import NAMESPACE, VERIFY_TOKEN, Document

START = 1_795_305_600.0
MINUTE = 60.0
MANY = 200
"""Reconciliations after which a stage counts as never coming to rest."""


class Stage:
    """``async with Stage(*manifests) as stage``: then ``await stage.settle()`` until nothing changes any more."""

    def __init__(
        self,
        *documents: Document,
        world: MetaWorld | None = None,
        gateway: bool = True,
        verify_token: str = VERIFY_TOKEN,
        plugins: Installed = NO_PLUGINS,
    ) -> None:
        self.clock = Clock(START, speed=0)
        self.sim = Simulator(bare(world or small_world()), clock=self.clock)
        self.world = PlainWorld()
        self.events: list[Happening] = []
        self.outcomes: dict[Key, Outcome] = {}
        self.writes = 0
        self._gateway = gateway
        self._verify_token = verify_token
        self._documents = documents
        self._plugins = plugins
        self._due: deque[Key] = deque()
        self._held: set[Key] = set()
        self._seen: dict[Key, tuple[Any, ...]] = {}
        self._born = 0

    async def __aenter__(self) -> Self:
        self.hook = await Receiver(answer=self._handshake).__aenter__()
        self.hook.status = 200 if self._gateway else 503
        await self.sim.start()
        self.http = open_http()
        self.restart()
        self.apply(*self._documents)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()
        await self.sim.stop()
        await self.hook.__aexit__()

    def restart(self, http: httpx.AsyncClient | None = None) -> None:
        """A new operator, which remembers nothing."""
        self.brain = self.another_brain(http)

    def another_brain(self, http: httpx.AsyncClient | None = None) -> Driver:
        """An operator that remembers nothing and shares nothing."""
        settings = Settings(graph_url=self.sim.graph_url, instagram_graph_url=self.sim.instagram_graph_url, jitter=0.0)
        budget = Budget(clock=self.clock.now, sleep=self._sleep)
        return make_brain(settings, self.clock.now, budget=budget, http=http or self.http, plugins=self._plugins)

    def apply(self, *documents: Document) -> None:
        """Somebody applies manifests; a changed spec is a new generation, and the status stays."""
        for document in documents:
            if document["kind"] == "Secret":
                self.world.read(document)
                self._touched(Key("Secret", NAMESPACE, document["metadata"]["name"]))
            else:
                self._apply(self._reached(decode(document)))

    def edit(self, kind: str, name: str, **changes: Any) -> None:
        """Somebody changes fields of a spec, by their Python names."""
        found = self.get(kind, name)
        self._apply(structs.replace(found, spec=structs.replace(found.spec, **changes)))

    def annotate(self, kind: str, name: str, **annotations: str) -> None:
        """Somebody sets annotations ``pagewire.dev/...``."""
        found = self.get(kind, name)
        told = {f"pagewire.dev/{key.replace('_', '-')}": value for key, value in annotations.items()}
        self._put(structs.replace(found, metadata=structs.replace(found.metadata, annotations=told)))

    def delete(self, kind: str, name: str) -> None:
        """Somebody deletes something; a resource with a finalizer only begins to go."""
        key = Key(kind, NAMESPACE, name)
        if kind != "Secret" and self.brain.finalizer(found := self.get(kind, name)):
            leaving = structs.replace(found.metadata, deletion_timestamp=timestamp(self.clock.now()))
            self._put(structs.replace(found, metadata=leaving))
            return
        self.world.drop(key)
        self._touched(key)

    def hold(self, key: Key) -> None:
        """Nobody reconciles this one for a while."""
        self._held.add(key)
        self._due = deque(due for due in self._due if due != key)

    def let_go(self, key: Key) -> None:
        """This one is due."""
        self._held.discard(key)
        self._add([key])

    async def settle(self) -> None:
        """Reconcile what is due, and what follows from it, until all is quiet."""
        for _ in range(MANY):
            if not self._due:
                return
            await self.reconcile(self._due.popleft())
        raise AssertionError(f"never comes to rest; due are {list(self._due)}")

    async def look(self, kind: str | None = None) -> None:
        """As the timer does: look at everything of a kind, then settle."""
        for name in [kind] if kind else KINDS:
            self._add(key_of(one) for one in self.world.all(name))
        await self.settle()

    async def reconcile(self, key: Key) -> Outcome | None:
        found = self.world.get(*key)
        if found is None:
            return None
        outcome = self.outcomes[key] = await self.brain.reconcile(found, self.world, self.world)
        self.events += outcome.happenings
        self._nothing_leaks(outcome)
        if outcome.released:
            self.world.drop(key)
            self._touched(key)
        elif outcome.status != found.status:
            self.writes += 1
            self.world.put_status(found, _stored(found, outcome.status))
            self._touched(key)
        return outcome

    def touched_secret(self, name: str) -> None:
        self._touched(Key("Secret", NAMESPACE, name))

    def later(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def get(self, kind: str, name: str) -> Resource:
        found = self.world.get(kind, NAMESPACE, name)
        assert found is not None, f"there is no {kind} {name}"
        return found

    def status(self, kind: str, name: str) -> Any:
        return self.get(kind, name).status or Status()

    def outcome(self, kind: str, name: str) -> Outcome:
        return self.outcomes[Key(kind, NAMESPACE, name)]

    def condition(self, kind: str, name: str, type_: str) -> Condition:
        found = {one.type: one for one in self.status(kind, name).conditions}
        assert type_ in found, f"{name} says nothing of {type_}: {sorted(found)}"
        return found[type_]

    def said(self, kind: str, name: str, type_: str) -> tuple[str, str]:
        """Status and reason of a condition."""
        condition = self.condition(kind, name, type_)
        return condition.status, condition.reason

    def ready(self, kind: str, name: str) -> tuple[str, str]:
        return self.said(kind, name, "Ready")

    def told(self, reason: str) -> list[str]:
        """Messages of the Events with this reason."""
        return [event.message for event in self.events if event.reason == reason]

    def calls(self, edge: str | None = None, method: str | None = None) -> int:
        return self.sim.calls.count(edge=edge, method=method)

    async def _sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def _handshake(self, request: Request) -> str:
        query = parse_qs(request.query)
        known = query.get("hub.verify_token") == [self._verify_token]
        return query["hub.challenge"][0] if known else "who are you?"

    def _reached(self, resource: Resource) -> Resource:
        """Callbacks must be https in a manifest; the simulator has to reach the one that stands here."""
        if resource.kind != "WebhookSubscription":
            return resource
        url = resource.spec.callback_url.replace("https://hooks.example.com/webhooks/support/acme", self.hook.url)
        return structs.replace(resource, spec=structs.replace(resource.spec, callback_url=url))

    def _apply(self, resource: Resource) -> None:
        old = self.world.get(*key_of(resource))
        if old is None:
            self._born += 1
            metadata = structs.replace(
                resource.metadata,
                uid=resource.metadata.uid or f"uid-{self._born}",
                generation=1,
                creation_timestamp=resource.metadata.creation_timestamp
                or timestamp(self.clock.now() + self._born / 1000),
            )
            self._put(structs.replace(resource, metadata=metadata))
            return
        generation = old.metadata.generation + (old.spec != resource.spec)
        metadata = structs.replace(
            old.metadata, generation=generation, annotations=resource.metadata.annotations or old.metadata.annotations
        )
        self._put(structs.replace(resource, metadata=metadata, status=old.status))

    def _put(self, resource: Resource) -> None:
        self.world.put(resource)
        self._touched(key_of(resource))

    def _touched(self, key: Key) -> None:
        if key.kind != "Secret" and self._changed(key):
            self._add([key])
        self._add(self.brain.dependants(key, self.world))

    def _changed(self, key: Key) -> bool:
        """Whether a resource is another than the one last reconciled; its status does not count."""
        found = self.world.get(*key)
        if found is None:
            return False
        now = (found.metadata.generation, found.metadata.annotations, found.metadata.deletion_timestamp)
        before, self._seen[key] = self._seen.get(key), now
        return before != now

    def _add(self, keys: Iterable[Key]) -> None:
        self._due.extend(key for key in keys if key not in self._due and key not in self._held)

    def _nothing_leaks(self, outcome: Outcome) -> None:
        told = msgspec.json.encode((outcome.status, outcome.happenings)).decode()
        for app in self.sim.meta.state.apps.values():
            assert app.secret not in told
        for value in self.sim.meta.state.tokens:
            assert value not in told
        assert VERIFY_TOKEN not in told


KINDS = ("MessengerApp", "AccessToken", "WebhookSubscription", "MessengerPage", "InstagramAccount")


def _stored(resource: Resource, status: Status) -> Status:
    """As the API server would give it back: through JSON, by its schema."""
    document = msgspec.to_builtins(structs.replace(resource, status=status))
    if resource.kind == "WebhookSubscription":  # the callback that stands here is no https
        document["spec"]["callbackURL"] = "https://hooks.example.com/"
    made = decode(document)
    assert made.status is not None
    return made.status
