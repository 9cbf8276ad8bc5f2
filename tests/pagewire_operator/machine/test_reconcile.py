"""One reconciliation on the real API server, with nobody watching."""

from pathlib import Path

from pagewire.kube import RESOURCES, KubeClient
from pagewire_operator.cluster.events import Events
from pagewire_operator.cluster.secrets import Secrets
from pagewire_operator.intake import Intake
from pagewire_operator.known import read
from pagewire_operator.model import Key
from pagewire_operator.queue import WorkQueue
from pagewire_operator.reconcile import Reconciler
from pagewire_operator.telemetry import Telemetry
from pagewire_operator.world import ClusterWorld
from tests.kube.cluster import Namespace
from tests.pagewire_operator.machine.ledger_brain import LedgerBrain

PAGE = """
apiVersion: pagewire.dev/v1alpha1
kind: MessengerPage
metadata: {name: harbour}
spec: {appRef: {name: acme}, pageId: "108000000000001", deletionPolicy: Delete}
"""


async def test_what_was_let_go_is_forgotten_though_its_end_was_told_before_our_write_was_answered(
    client: KubeClient, namespace: Namespace, tmp_path: Path
) -> None:
    """Else the answer would bring it back, in the place of a successor of its name."""
    brain, world, queue = LedgerBrain(tmp_path, 0), ClusterWorld(tuple(RESOURCES)), WorkQueue[Key]()
    intake = Intake(world, queue, brain, 0.0)
    secrets = Secrets(client, (namespace.name,), world, intake.secret)
    events = Events(client, "pod-1", Telemetry(), lambda: 1_700_000_000.0)
    reconcile = Reconciler(brain, world, secrets, client, events, intake, lambda: 1_700_000_000.0)
    key = Key("MessengerPage", namespace.name, "harbour")
    namespace.apply(PAGE)

    async def told() -> None:
        intake.told(read(await client.get(RESOURCES[key.kind], key.name, key.namespace), key.kind))

    await told()
    await reconcile(key)
    namespace.kubectl("delete", "mpage", "harbour", "--wait=false")
    await told()
    await reconcile(key)
    assert world.known(key) is None
