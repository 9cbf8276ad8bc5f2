"""`pagewire.Context.people`: what a plugin may say about the person of an event."""

import hashlib
from collections.abc import Callable
from typing import get_args

import apsw

from pagewire.events import Event
from pagewire.people import ExternalKey, Ground, Linked, LinkError, ScopedId
from pagewire_gateway.people import links, requests
from pagewire_gateway.people.forgotten import FORGOTTEN, forgotten
from pagewire_gateway.people.links import KEY, Assertion
from pagewire_gateway.people.store import Store
from pagewire_gateway.registry.port import Account, Registry

_GROUNDS = frozenset(get_args(Ground))


class Linking:
    """Takes assertions of plugins.

    Args:
        store: where they are kept.
        registry: which accounts a namespace has.
        clock: milliseconds since 1970.
    """

    def __init__(self, store: Store, registry: Registry, clock: Callable[[], int]) -> None:
        self.store = store
        self.clock = clock
        self._registry = registry

    def node(self, other: ScopedId | ExternalKey, namespace: str) -> ScopedId:
        """What is kept of the other side of an assertion.

        Raises:
            LinkError: it belongs to another namespace, or is empty.
        """
        if isinstance(other, ExternalKey):
            value = other.value.strip().casefold()
            if not value or not other.kind:
                raise LinkError("an external key needs a kind and a value")
            account = f"{namespace}/{other.kind}"
            return ScopedId(KEY, account, self.store.keyed.of_text(f"{account}:{value}"))
        if not other.id or not self._belongs(other, namespace):
            raise LinkError(f"no {other.object} {other.account} is described in namespace {namespace}")
        return ScopedId(*other)

    def _belongs(self, who: ScopedId, namespace: str) -> bool:
        if who.object == "app":
            return any(app.app_id == who.account and app.namespace == namespace for app in self._registry.apps())
        account = self._registry.account(who.object, who.account)
        return account is not None and account.namespace == namespace


class Desk:
    """`pagewire.People` of one event for one plugin.

    Args:
        linking: takes what is asserted.
        event: whose person it is about.
        account: the event's account.
        plugin: who asserts.
    """

    def __init__(self, linking: Linking, event: Event, account: Account, plugin: str) -> None:
        self._linking = linking
        self._event = event
        self._account = account
        self._plugin = plugin

    async def link(self, other: ScopedId | ExternalKey, ground: Ground) -> Linked:
        """See `pagewire.People`."""
        if ground not in _GROUNDS - {links.OPERATOR}:
            raise LinkError(f"{ground!r} is no ground a plugin can have")
        other_id = self._linking.node(other, self._account.namespace)
        pair = links.ordered(self._person(), other_id)
        text = ":".join((self._event.id, self._plugin, ground, *pair[0], *pair[1]))
        new = Assertion(
            id=hashlib.sha256(text.encode()).hexdigest()[:32],
            a=pair[0],
            b=pair[1],
            ground=ground,
            by=self._plugin,
            event=self._event.id,
            at=self._linking.clock(),
        )
        person, store = self._person(), self._linking.store
        hash_, happened = store.keyed.of(person), int(self._event.timestamp.timestamp() * 1000)

        def say(db: apsw.Connection) -> Linked:
            # A hook at work on an event of before the request must not bring the person back, nor must one that knows an old id.
            if requests.forgotten_until(db, hash_) >= happened or forgotten(db, store.keyed, other_id):
                return Linked(person="", linked=False, reason=FORGOTTEN)
            return links.say(db, new)

        return await store.run(say)

    async def unlink(self, other: ScopedId | ExternalKey) -> bool:
        """See `pagewire.People`."""
        pair = (self._person(), self._linking.node(other, self._account.namespace))
        now = self._linking.clock()
        return await self._linking.store.run(lambda db: links.take_back(db, pair, self._plugin, now)) > 0

    async def same(self) -> tuple[ScopedId, ...]:
        """See `pagewire.People`."""
        if self._event.person is None:
            return ()
        person = self._person()
        return await self._linking.store.run(lambda db: links.everyone(db, [person]))

    def _person(self) -> ScopedId:
        if self._event.person is None:
            raise LinkError(f"a {self._event.kind} event is about no person")
        return ScopedId(self._event.object, self._event.account, self._event.person)
