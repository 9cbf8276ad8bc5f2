"""Tells the cluster that Meta refuses a token, so that the operator looks at it at once and not with its next round."""

import asyncio
import logging
from time import time
from typing import Final

from pagewire.kube import EVENTS, RESOURCES, KubeClient, KubeError, ObjectName, Selection
from pagewire.kube.refusals import KIND, refusal

LOG: Final = logging.getLogger(__name__)

_QUIET: Final = 10.0
"""Seconds in which the same token is told of once: several accounts may send with it."""
_MOST: Final = 1000


class Refusals:
    """Posts one Event a refused token.

    Args:
        client: the API server; this takes the rights to list AccessTokens and to create Events.
    """

    def __init__(self, client: KubeClient) -> None:
        self._client = client
        self._told: dict[ObjectName, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, token: ObjectName, code: int | None, subcode: int | None) -> None:
        """Post it; nothing waits for it, and if it fails the operator finds out by itself, later."""
        now = time()
        if now - self._told.get(token, 0.0) < _QUIET:
            return
        self._told = {one: at for one, at in self._told.items() if now - at < _QUIET} | {token: now}
        if len(self._tasks) >= _MOST:
            return  # the API server is away, and the operator with it
        task = asyncio.create_task(self._post(token, code, subcode, now))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        """Wait for nothing more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _post(self, token: ObjectName, code: int | None, subcode: int | None, now: float) -> None:
        try:
            event = refusal(token, await self._uid(token), "pagewire-gateway", code, subcode, now)
            await self._client.create(EVENTS, event)
        except KubeError as error:
            LOG.warning("the operator was not told that Meta refuses AccessToken %s: %s", token, error)

    async def _uid(self, token: ObjectName) -> str:
        """Asked for here, as it would be kept for every token otherwise; by a list, for which the gateway has the right."""
        of = Selection(token.namespace, fields=f"metadata.name={token.name}", metadata_only=True)
        found = (await self._client.list(RESOURCES[KIND], of)).items
        return str(found[0]["metadata"]["uid"]) if found else ""
