"""Which of several replicas is at work: a Lease (coordination.k8s.io), as Kubernetes' own controllers hold one.

Nobody trusts another's clock: a Lease has ended when *we* have not seen it change for its duration.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final

from pagewire.kube import LEASES, AlreadyExists, Conflict, KubeClient, KubeError, NotFound, Object, version_of
from pagewire_operator.config import LeaseSettings

_log: Final = logging.getLogger(__name__)


class Lease:
    """A Lease that this process wants, or has.

    Args:
        client: the API server.
        identity: who we are; no two replicas may say the same.
        settings: times and name.
        lost: called once when it was ours and no longer is. It must end the process before it does anything more.
    """

    def __init__(self, client: KubeClient, identity: str, settings: LeaseSettings, lost: Callable[[str], None]) -> None:
        self._client, self._identity, self._settings, self._lost = client, identity, settings, lost
        self._held: Object | None = None
        self._seen = ""
        self._seen_at = 0.0
        self.trouble: KubeError | None = None
        self.holder = ""

    @property
    def ours(self) -> bool:
        """Whether we are the one at work."""
        return self._held is not None

    async def acquire(self) -> None:
        """Wait until it is ours."""
        while not await self._try():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(self._settings.retry)
        _log.info("this replica is at work now", extra={"identity": self._identity})

    async def keep(self) -> None:
        """Renew it until cancelled; calls `lost` and returns if that fails for too long."""
        try:
            await self._keep()
        except Exception as error:  # noqa: BLE001 - nobody may go on working on a Lease that nobody renews
            self._lost(f"renewing the Lease {self._settings.name} failed: {error!r}")

    async def _keep(self) -> None:
        renewed = monotonic()
        while self.ours:
            await asyncio.sleep(self._settings.retry)
            deadline = self._settings.renew_deadline
            left = deadline - (monotonic() - renewed)
            # A request that hangs, as on a connection that went dead, must leave time for another one.
            if left > 0 and await self._renewed_within(min(left, deadline / 2)):
                renewed = monotonic()
            elif not self.ours or monotonic() - renewed >= self._settings.renew_deadline:
                self._held = None
                self._lost(
                    f"the Lease {self._settings.name} could not be renewed in time: {self.trouble or 'no answer'}"
                )
                return

    async def release(self) -> None:
        """Give it back, so that another replica need not wait for its end."""
        held, self._held = self._held, None
        if held is None:
            return
        given = {**held["spec"], "holderIdentity": "", "leaseDurationSeconds": 1, "renewTime": _now()}
        try:
            await self._client.replace(LEASES, {**held, "spec": given})
        except KubeError as error:
            _log.warning("the Lease could not be given back; another replica waits for its end: %s", error)

    async def _renewed_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._try()
        except TimeoutError:
            return False

    async def _try(self) -> bool:
        """Take or renew it; whether it is ours then."""
        try:
            return await self._take_or_renew()
        except NotFound:
            self._held = None
            return await self._create()
        except KubeError as error:
            self._tell(error)
            return False

    async def _take_or_renew(self) -> bool:
        found = self._held or await self._read()
        if not self._may_take(found):
            self._held = None
            return False
        try:
            self._held = await self._write(found)
        except Conflict:
            # Somebody was first: it may have been us, in a request whose answer was lost.
            now = await self._read()
            self._held = now if self._holder_of(now) == self._identity else None
        self.trouble = None
        return self.ours

    async def _read(self) -> Object:
        return await self._client.get(LEASES, self._settings.name, self._settings.namespace)

    async def _create(self) -> bool:
        body = {
            "apiVersion": LEASES.api_version,
            "kind": LEASES.kind,
            "metadata": {"name": self._settings.name, "namespace": self._settings.namespace},
            "spec": self._spec({}),
        }
        try:
            self._held = await self._client.create(LEASES, body)
        except AlreadyExists:
            return False
        except KubeError as error:
            self._tell(error)
            return False
        return True

    async def _write(self, found: Object) -> Object:
        return await self._client.replace(LEASES, {**found, "spec": self._spec(found.get("spec") or {})})

    def _may_take(self, found: Object) -> bool:
        self.holder = self._holder_of(found)
        if self.holder in ("", self._identity):
            return True
        if self._seen != version_of(found):
            self._seen, self._seen_at = version_of(found), monotonic()
        lasts = float(found["spec"].get("leaseDurationSeconds") or self._settings.duration)
        return monotonic() - self._seen_at > lasts

    def _holder_of(self, found: Object) -> str:
        return str((found.get("spec") or {}).get("holderIdentity") or "")

    def _spec(self, before: dict[str, Any]) -> dict[str, Any]:
        again = before.get("holderIdentity") == self._identity
        transitions = int(before.get("leaseTransitions") or 0)
        return {
            "holderIdentity": self._identity,
            "leaseDurationSeconds": max(1, round(self._settings.duration)),
            "acquireTime": before["acquireTime"] if again and before.get("acquireTime") else _now(),
            "renewTime": _now(),
            "leaseTransitions": transitions if again else transitions + 1,
        }

    def _tell(self, error: KubeError) -> None:
        if self.trouble is None:
            _log.warning("the Lease cannot be looked at for now: %s", error)
        self.trouble = error


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
