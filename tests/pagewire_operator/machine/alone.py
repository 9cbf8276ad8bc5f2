"""A reconciler on the real API server with nobody watching: a test says what is told, and when."""

from pagewire.kube import RESOURCES, KubeClient
from pagewire_operator.brain.indices import INDICES
from pagewire_operator.cluster.events import Events
from pagewire_operator.cluster.keeping import ClusterKeeping
from pagewire_operator.cluster.secrets import Secrets
from pagewire_operator.intake import Intake
from pagewire_operator.known import read
from pagewire_operator.model import Brain, Key
from pagewire_operator.queue import WorkQueue
from pagewire_operator.reconcile import Reconciler
from pagewire_operator.telemetry import Telemetry
from pagewire_operator.world import ClusterWorld

NOW = 1_800_000_000.0
"""Seconds since 1970."""


class Alone:
    """Needs a running event loop.

    Args:
        client: the API server.
        brain: decides.
        namespace: the only one it looks at.
    """

    def __init__(self, client: KubeClient, brain: Brain, namespace: str) -> None:
        self._client = client
        self.world = ClusterWorld(tuple(RESOURCES), INDICES)
        self._intake = Intake(self.world, WorkQueue[Key](), brain, 0.0)
        self.secrets = Secrets(client, (namespace,), self.world, self._intake.secret)
        self.keeping = ClusterKeeping(client, self.world, self.secrets.kept)
        events = Events(client, "pod-1", Telemetry(), lambda: NOW)
        self.reconcile = Reconciler(brain, self.world, self.secrets, client, events, self._intake, lambda: NOW)

    async def told(self, key: Key) -> None:
        """What a watch would tell of a resource now."""
        self._intake.told(read(await self._client.get(RESOURCES[key.kind], key.name, key.namespace), key.kind))
