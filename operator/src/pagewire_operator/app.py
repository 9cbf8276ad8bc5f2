"""The composition root: one replica of the operator, from its settings to its exit code."""

import asyncio
import logging
import os
import socket
from collections.abc import Iterator
from time import time
from typing import Final
from uuid import uuid4

from msgspec import structs

from pagewire.kube import Access, KubeClient, find_access
from pagewire.stopping import SIGNALS
from pagewire_operator.config import LeaseSettings, Settings
from pagewire_operator.lease import Lease
from pagewire_operator.machine import Machine
from pagewire_operator.model import Brain
from pagewire_operator.serving import Serving
from pagewire_operator.telemetry import Telemetry
from pagewire_operator.world import Indices

_log: Final = logging.getLogger(__name__)

AGENT: Final = "pagewire-operator"


class Replica:
    """One process of the operator. Needs a running event loop.

    Args:
        settings: of the machine.
        brain: decides, and talks to Meta.
        first_look: seconds over which resources that look settled are first looked at after a start.
        indices: by what the brain finds resources.
        telemetry: what it tells about itself; its own if left out.

    Raises:
        AccessError: no cluster is configured.
    """

    def __init__(
        self,
        settings: Settings,
        brain: Brain,
        first_look: float,
        indices: Indices | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        access = find_access(settings.kubeconfig, settings.context)
        self._settings, self._brain = settings, brain
        self._telemetry = telemetry or Telemetry()
        self._client = KubeClient(access, self._telemetry.count, agent=AGENT, in_flight=settings.api_in_flight)
        # One of its own, so that renewing never waits behind other requests.
        self._lease_client = KubeClient(access, self._telemetry.count, agent=f"{AGENT}/lease", in_flight=2)
        identity = _identity()
        self._lease = Lease(self._lease_client, identity, _lease_settings(settings, access), _exit_at_once)
        self._machine = Machine(
            self._client, brain, settings, self._telemetry, identity, first_look, indices or {}, time
        )
        self._serving = Serving(self._machine.dead, self._unready, self._telemetry.text)
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Serve probes, wait to be the one at work, and work until told to stop.

        Ends the process with 1 if it cannot go on.

        Raises:
            OSError: the address of the probes cannot be used.
        """
        self._heed_signals()
        address = await self._serving.start(self._settings.listen)
        _log.info("probes and metrics on http://%s:%d", address.host, address.port)
        try:
            if await self._lead():
                await self._work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next start begins anew
            _log.critical("the operator cannot go on", exc_info=error)
            await self._close()
            # What failed may never come to an end of its own accord.
            _exit_at_once("it starts again")
        await self._close()

    async def _lead(self) -> bool:
        """Wait to be the one at work; False if told to stop before."""
        if not self._settings.lease.enabled:
            return True
        acquiring = asyncio.create_task(self._lease.acquire())
        await _either(acquiring, self._stop)
        return self._lease.ours and not self._stop.is_set()

    async def _work(self) -> None:
        self._telemetry.metrics.leader.show(1)
        keeping = asyncio.create_task(self._lease.keep())
        heeding = asyncio.create_task(self._heed_signals_again())
        try:
            await self._machine.run(self._stop)
        finally:
            keeping.cancel()
            heeding.cancel()
            await asyncio.gather(keeping, heeding, return_exceptions=True)

    async def _close(self) -> None:
        """In the order that lets another replica begin at once, and never before this one is quiet."""
        await self._lease.release()
        await self._serving.stop()
        await self._machine.close()
        for closing in (self._brain, self._client, self._lease_client):
            await closing.aclose()
        _log.info("stopped")

    def _heed_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._stop.set)

    async def _heed_signals_again(self) -> None:
        # kopf puts its own handlers in their place when it starts; they would stop the watches before the work.
        await self._machine.following.wait()
        self._heed_signals()

    def _unready(self) -> Iterator[str]:
        if self._settings.lease.enabled and not self._lease.ours:
            # Standing by is what a second replica is for; only one that cannot see the Lease is not ready.
            if self._lease.trouble:
                yield f"the Lease cannot be looked at: {self._lease.trouble}"
            return
        yield from self._machine.unready()


async def _either(task: asyncio.Task[None], stop: asyncio.Event) -> None:
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
    for one in (task, stopping):
        one.cancel()
    await asyncio.gather(task, stopping, return_exceptions=True)
    if not task.cancelled():
        task.result()


def _lease_settings(settings: Settings, access: Access) -> LeaseSettings:
    if settings.lease.namespace:
        return settings.lease
    return structs.replace(settings.lease, namespace=access.namespace)


def _identity() -> str:
    return f"{socket.gethostname()}_{uuid4()}"


def _exit_at_once(why: str) -> None:
    """As for a lost Lease: another replica may be at work already, and not one more request may leave this process."""
    _log.critical("this replica ends at once: %s", why)
    logging.shutdown()
    os._exit(1)
