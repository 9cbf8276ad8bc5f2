"""Between the watches and the mirror: what they tell is gathered, so that of one object only the last counts."""

import asyncio
from collections.abc import Callable, Iterable

from pagewire.kube import KubeClient, Object, ObjectKind, name_of
from pagewire.manifests.problems import Problem
from pagewire_gateway.registry.entries import SECRET, Key
from pagewire_gateway.registry.port import Name, Spoken
from pagewire_gateway.registry.store import Snapshot

from .mirror import Mirror
from .secrets import SecretReader


class Intake:
    """Takes in what is told, and asks for the Secrets that are referred to from then on.

    Args:
        client: The API server.
        mirror: Where everything goes.
        wake: Called when there is something to build.

    Attributes:
        fetching: Whether Secrets are asked for one by one. Not before all of them are about to be listed.
    """

    def __init__(self, client: KubeClient, mirror: Mirror, wake: Callable[[], None]) -> None:
        self._mirror, self._wake = mirror, wake
        self._pending: dict[Key, Object | None] = {}
        self._secrets = SecretReader(client, wake)
        self._one_at_a_time = asyncio.Lock()
        self.fetching = False

    def put(self, kind: ObjectKind, value: Object, *, gone: bool = False) -> None:
        """An object came, changed or went."""
        self._pending[kind.kind, *name_of(value)] = None if gone else value
        self._wake()

    async def drain(self) -> None:
        """Have everything taken in that was put so far."""
        async with self._one_at_a_time:
            await self._drain()

    async def keep_only(self, found: set[Name], kind: ObjectKind, namespace: str) -> None:
        """Of a kind, nothing is left but this, in a namespace or everywhere."""
        async with self._one_at_a_time:
            await self._drain()
            for name in self._mirror.names(kind.kind, namespace).difference(found):
                self._pending[kind.kind, *name] = None
        self._wake()

    async def spoken(self, login: Name) -> list[Spoken]:
        """See `Registry.spoken`."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._mirror.spoken, login)

    async def build(self, others: Iterable[Problem]) -> Snapshot:
        """Have everything taken in, and make it visible.

        Args:
            others: What is wrong with the cluster itself.
        """
        async with self._one_at_a_time:
            await self._drain()
            return await asyncio.to_thread(self._mirror.build, [*others, *self._secrets.problems()])

    async def _drain(self) -> None:
        await self._take()
        if self._secrets.wanted:
            for secret in await self._secrets.read():
                # What a watch told meanwhile is newer.
                self._pending.setdefault((SECRET, *name_of(secret)), secret)
            await self._take()

    async def _take(self) -> None:
        changes, self._pending = self._pending, {}
        if changes:
            missing = await asyncio.to_thread(self._mirror.take, changes)
            if self.fetching:
                self._secrets.wanted |= missing
            self._secrets.wanted.difference_update(key[1:] for key in changes if key[0] == SECRET)
