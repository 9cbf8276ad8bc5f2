"""Hears from gateways that Meta refuses a token: by Events about AccessTokens, of that one reason and no other."""

import asyncio
import logging
from collections.abc import Callable
from time import monotonic
from typing import Final

from pagewire.kube import EVENTS, KubeClient, KubeError, Object, ObjectName, Reflector, Selection, version_of
from pagewire.kube.refusals import SELECTOR, refused
from pagewire.kube.watching import Heard

_log: Final = logging.getLogger(__name__)

Seen = tuple[str, str]

_QUIET: Final = 10.0
"""Seconds in which one token is heard of once: whoever may create Events must not decide how often Meta is asked."""


class Refusals:
    """Follows these Events. They only make haste: a token that nobody tells of is looked at with its next round.

    Args:
        client: the API server.
        namespaces: the only ones to look at; all if there are none here.
        heard: told of each AccessToken that was refused.
    """

    def __init__(self, client: KubeClient, namespaces: tuple[str, ...], heard: Callable[[ObjectName], None]) -> None:
        stores = {namespace: Heed(heard) for namespace in namespaces or ("",)}
        self._reflectors = [
            Reflector(client, EVENTS, store, Selection(namespace, fields=SELECTOR))
            for namespace, store in stores.items()
        ]

    async def run(self) -> None:
        """Follow until cancelled."""
        async with asyncio.TaskGroup() as group:
            for reflector in self._reflectors:
                group.create_task(reflector.run())


class Heed:
    """A `Store` that keeps of Events only which were heard of, so that a new list tells no old ones again.

    Args:
        heard: told of each AccessToken, not more often than every ten seconds.
        clock: seconds that never go back.
    """

    def __init__(self, heard: Callable[[ObjectName], None], clock: Callable[[], float] = monotonic) -> None:
        self._heard, self._clock = heard, clock
        self._latest: dict[ObjectName, float] = {}
        self._before: set[Seen] = set()
        self._seen: set[Seen] = set()

    def begin(self) -> None:
        """See `Store.begin`."""
        self._before, self._seen = self._seen, set()

    async def found(self, objects: list[Object]) -> None:
        """See `Store.found`."""
        for found in objects:
            self._take(found)

    async def end(self) -> None:
        """See `Store.end`."""
        self._before = set()

    async def changed(self, heard: Heard) -> None:
        """See `Store.changed`."""
        if heard.type == "DELETED":
            self._seen = {one for one in self._seen if one[0] != heard.object["metadata"]["uid"]}
        else:
            self._take(heard.object)

    def troubled(self, error: KubeError | None) -> None:
        """See `Store.troubled`."""
        if error is not None:
            _log.warning("gateways cannot tell of refused tokens, which are found later: %s", error)

    def _take(self, found: Object) -> None:
        seen = (found["metadata"]["uid"], version_of(found))
        self._seen.add(seen)
        if seen in self._before:
            return
        try:
            token = refused(found)
        except KeyError:
            _log.info("an Event of a refused token names none")
            return
        now = self._clock()
        if now - self._latest.get(token, -_QUIET) >= _QUIET:
            self._latest = {one: at for one, at in self._latest.items() if now - at < _QUIET} | {token: now}
            self._heard(token)
