"""One reconciliation on the real API server, with nobody watching."""

from pathlib import Path

import pytest
import yaml

from pagewire.kube import KubeClient, NotFound, find_access
from pagewire_operator.brain import Settings, make_brain
from pagewire_operator.model import Key, asked_for
from tests.kube.cluster import Cluster, Namespace
from tests.pagewire_operator.machine.alone import NOW, Alone
from tests.pagewire_operator.machine.conftest import CRDS
from tests.pagewire_operator.machine.ledger_brain import LedgerBrain

PAGE = """
apiVersion: pagewire.dev/v1alpha1
kind: MessengerPage
metadata: {name: harbour}
spec: {appRef: {name: acme}, pageId: "108000000000001", deletionPolicy: Delete}
"""

BARE = """
apiVersion: pagewire.dev/v1alpha1
kind: MessengerApp
metadata: {name: acme}
spec: {appId: "990000000000001"}
"""


async def test_what_was_let_go_is_forgotten_though_its_end_was_told_before_our_write_was_answered(
    client: KubeClient, namespace: Namespace, tmp_path: Path
) -> None:
    """Else the answer would bring it back, in the place of a successor of its name."""
    alone = Alone(client, LedgerBrain(tmp_path, 0), namespace.name)
    key = Key("MessengerPage", namespace.name, "harbour")
    namespace.apply(PAGE)
    await alone.told(key)
    await alone.reconcile(key)
    namespace.kubectl("delete", "mpage", "harbour", "--wait=false")
    await alone.told(key)
    await alone.reconcile(key)
    assert alone.world.known(key) is None


async def test_what_is_too_long_for_a_status_is_cut_and_the_rest_is_written(
    client: KubeClient, namespace: Namespace
) -> None:
    """Else one long name at Meta, or one long annotation, keeps every condition from being told."""
    namespace.apply(BARE)
    namespace.kubectl("annotate", "mapp", "acme", f"pagewire.dev/reconcile-at={'now' * 200}")
    brain = make_brain(Settings(), lambda: NOW)
    alone, key = Alone(client, brain, namespace.name), Key("MessengerApp", namespace.name, "acme")
    await alone.told(key)
    await alone.reconcile(key)
    status = namespace.kubectl.get("mapp", "acme")["status"]
    assert status["lastHandledReconcileAt"] == ("now" * 200)[:253]
    assert {one["type"] for one in status["conditions"]} >= {"Ready", "Synced"}
    found = alone.world.known(key)
    assert found is not None
    assert asked_for(found.metadata) == status["lastHandledReconcileAt"], "it is looked at once for it, not each time"
    await brain.aclose()


async def test_a_status_that_finds_no_place_is_tried_again(private_cluster: Cluster, tmp_path: Path) -> None:
    """The resource is there, so it is not done: the kinds of another release may lack what is written to."""
    definition = yaml.safe_load((CRDS / "messengerpages.pagewire.dev.yaml").read_text())
    for version in definition["spec"]["versions"]:
        del version["subresources"]
    private_cluster.install_crds(yaml.safe_dump(definition))
    namespace = private_cluster.namespace()
    namespace.apply(PAGE)
    key = Key("MessengerPage", namespace.name, "harbour")
    async with KubeClient(find_access(private_cluster.admin_kubeconfig)) as client:
        alone = Alone(client, LedgerBrain(tmp_path, 0), namespace.name)
        await alone.told(key)
        with pytest.raises(NotFound):
            await alone.reconcile(key)
        namespace.kubectl("patch", "mpage", "harbour", "--type=merge", "-p", '{"metadata": {"finalizers": null}}')
        namespace.kubectl("delete", "mpage", "harbour")
        assert await alone.reconcile(key) is None
        assert alone.world.known(key) is None
