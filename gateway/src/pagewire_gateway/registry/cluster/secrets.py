"""Secrets that somebody began to refer to after they were told: the watch will not tell them again, so they are asked for."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

from pagewire.kube import SECRETS, KubeClient, KubeError, Object, Selection
from pagewire.manifests.problems import Problem
from pagewire_gateway.registry.entries import SECRET
from pagewire_gateway.registry.port import Name

from .reading import problem

NOT_OURS: Final = "type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token"
"""What never holds a secret or token of Meta's, and is most of the Secrets of many a cluster."""

PATIENCE: Final = 2.0
"""Seconds an answer may take; whatever else changed waits as long to become visible."""
AGAIN: Final = 2.0
_AT_ONCE: Final = 16
_LATE: Final = "the API server takes long to answer"


class SecretReader:
    """Asks for single Secrets, again and again if it must.

    Args:
        client: The API server.
        wake: Called when it is time to try again.

    Attributes:
        wanted: Those to ask for.
    """

    def __init__(self, client: KubeClient, wake: Callable[[], None]) -> None:
        self._client, self._wake = client, wake
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._why: dict[Name, str] = {}
        self.wanted: set[Name] = set()

    async def read(self) -> list[Object]:
        """Those of the wanted ones that exist. They are wanted no more, save those that could not be read."""
        self._why = dict.fromkeys(self.wanted, _LATE)
        found: list[Object] = []
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(self._read(name, found) for name in self.wanted))
        except TimeoutError:
            pass
        self.wanted = set(self._why)
        if self.wanted:
            asyncio.get_running_loop().call_later(AGAIN, self._wake)
        return found

    def problems(self) -> Iterator[Problem]:
        """Which ones cannot be read for now."""
        for name in self.wanted:
            yield problem(
                (SECRET, *name), "", f"cannot be read for now, and is tried again: {self._why.get(name, _LATE)}"
            )

    async def _read(self, name: Name, found: list[Object]) -> None:
        # A list of one and not a get: the right to list is needed in any case, and who has none is no error.
        of = Selection(name[0], fields=f"metadata.name={name[1]},{NOT_OURS}")
        try:
            async with self._room:
                found += (await self._client.list(SECRETS, of)).items
        except KubeError as error:
            self._why[name] = str(error)
        else:
            del self._why[name]
