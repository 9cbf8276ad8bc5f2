"""The registry of a cluster: six watches a scope, read-only, with the last known state while they are broken."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from pagewire.kube import RESOURCES, SECRETS, Access, KubeClient, KubeError, ObjectKind, ObjectName, Selection
from pagewire_gateway.registry.complaints import Complaint
from pagewire_gateway.registry.ended import Ended
from pagewire_gateway.registry.port import Account, Name, Spoken, ToldError
from pagewire_gateway.registry.served import Served
from pagewire_gateway.registry.store import Snapshot
from pagewire_gateway.telemetry import metrics

from .feed import Feed
from .intake import Intake
from .mirror import Mirror
from .refusals import Refusals
from .trouble import words

LOG: Final = logging.getLogger(__name__)

GATHER_SECONDS: Final = 0.1
"""What is applied together becomes visible together, as a rule."""
REST: Final = 4
"""Times a build took that we rest after it: at most a fifth of a core for huge clusters,"""
LONGEST_REST: Final = 0.5
"""but no longer than this, in seconds: what changes counts within a second."""
START_SECONDS: Final = 10.0
_AFTER_A_BUG: Final = 5.0


class ClusterRegistry(Served):
    """A `Registry` that follows the five kinds and the Secrets they refer to.

    Args:
        access: The cluster, and who we are there; see `pagewire.kube.find_access`.
        namespaces: Those to serve; all of them if none is given, which takes rights in all.
        gather_seconds: How long to wait for more after a change.
    """

    def __init__(
        self, access: Access, namespaces: Iterable[str] = (), *, gather_seconds: float = GATHER_SECONDS
    ) -> None:
        super().__init__()
        self._access = access
        self._scopes = tuple(dict.fromkeys(namespaces)) or ("",)
        self._gather_seconds = gather_seconds
        self._mirror = Mirror()
        self._feeds: list[Feed] = []
        self._due = asyncio.Event()
        self._settled = asyncio.Event()
        self._one_build = asyncio.Lock()
        self._known = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to follow; returns when everything was read, or cannot be for now.

        Without an API server it goes on trying: `problems` says why, and `revision` stays 0.
        """
        self._client = KubeClient(self._access, agent="pagewire-gateway")
        self._refusals = Refusals(self._client)
        self._intake = Intake(self._client, self._mirror, self._due.set)
        kinds = (*RESOURCES.values(), SECRETS)
        self._feeds = [self._feed(kind, scope) for kind in kinds for scope in self._scopes]
        metrics.registry_silence.read = self._silences
        self._task = asyncio.create_task(self._follow(), name="cluster")
        with suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                await self._settled.wait()

    async def told(self, kind: str, name: Name | None, most: int) -> list[dict[str, Any]]:
        """See the port. With no more rights than to list: one object is a list of those with its name."""
        found: list[dict[str, Any]] = []
        for scope in self._scopes if name is None else (name[0],):
            of = Selection(namespace=scope, fields=f"metadata.name={name[1]}" if name else "")
            try:
                async for page in self._client.pages(RESOURCES[kind], of, chunk=most):
                    found += page.items
                    if len(found) >= most:
                        return found[:most]
            except KubeError as error:
                raise ToldError(f"the API server does not answer: {error}") from error
        return found

    def complaints(self) -> list[Complaint]:
        """See the port. As the watches have told it, so nobody is asked."""
        return self._mirror.complaints()

    async def spoken(self, login: Name) -> list[Spoken]:
        """See `Registry.spoken`."""
        return await self._intake.spoken(login)

    async def end(self, ended: Mapping[Name, Ended]) -> None:
        """See `Registry.end`."""
        self._mirror.end(ended)
        if self._known:
            await self._build()

    async def aclose(self) -> None:
        """Follow no more. What was read can still be looked up."""
        self._close()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            await self._refusals.aclose()
            await self._client.aclose()

    def token_refused(self, account: Account, code: int | None, subcode: int | None) -> None:
        """The operator hears of it at once."""
        if account.token_name:
            self._refusals.tell(ObjectName(account.namespace, account.token_name), code, subcode)

    def _feed(self, kind: ObjectKind, scope: str) -> Feed:
        return Feed(self._client, kind, scope, self._intake, self._due.set)

    async def _follow(self) -> None:
        """Secrets come last: only then it is known which of them to keep."""
        async with asyncio.TaskGroup() as group:
            group.create_task(_for_ever(self._settle))
            for secrets in (False, True):
                feeds = [feed for feed in self._feeds if (feed.kind is SECRETS) is secrets]
                self._intake.fetching = secrets
                for feed in feeds:
                    group.create_task(_for_ever(feed.run))
                for feed in feeds:
                    await feed.synced.wait()
            self._known = True
            self._due.set()

    async def _settle(self) -> None:
        while True:
            await self._due.wait()
            await asyncio.sleep(self._gather_seconds)
            began = monotonic()
            await self._build()
            await asyncio.sleep(min(REST * (monotonic() - began), LONGEST_REST))

    async def _build(self) -> None:
        self._due.clear()
        async with self._one_build:
            troubles = [feed.trouble for feed in self._feeds if feed.trouble]
            problems = words(troubles, self._access.server, known=self._known)
            snapshot = await self._intake.build(problems) if self._known else Snapshot(problems=tuple(problems))
            await asyncio.to_thread(self._show, snapshot)
        self._tell()
        if self.revision or problems:
            self._settled.set()

    def _silences(self) -> list[tuple[tuple[str, ...], float]]:
        longest: dict[str, float] = {}
        for feed in self._feeds:
            longest[str(feed.kind)] = max(feed.silence, longest.get(str(feed.kind), 0.0))
        return [((kind,), seconds) for kind, seconds in longest.items()]


async def _for_ever(work: Callable[[], Awaitable[None]]) -> None:
    """A mistake of ours must not leave the gateway with a registry that never changes again."""
    while True:
        try:
            await work()
        except Exception:
            LOG.exception("the cluster could not be followed; trying again")
        await asyncio.sleep(_AFTER_A_BUG)
