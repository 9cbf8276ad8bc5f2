"""The how-to, typed as it stands: real API server and controllers, real Helm and kubectl, and the pods' own commands at work."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from pagewire.simulator import DeliveryOptions, Limits, Simulator
from pagewire.simulator.manifests import read_folder
from pagewire.simulator.settings.bare import bare
from tests.charts.helm import ROOT
from tests.charts.node.node import Node, at_work
from tests.docs.transcript import section, typed
from tests.e2e.town import OPERATOR
from tests.kube.cluster import Cluster
from tests.kube.servers import WORKLOADS
from tests.ports import free_port
from tests.whole.system import QUICK
from tools.charting.programs import program

PAGE = ROOT / "docs/how-to/install-with-helm.md"
CONSOLE = ROOT / "docs/how-to/open-the-console.md"
VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: somewhere}
spec:
  capacity: {storage: 20Gi}
  accessModes: [ReadWriteOnce]
  hostPath: {path: /nowhere}
  claimRef: {namespace: pagewire-system, name: data-pagewire-gateway-0}
"""
"""What a cluster's provisioner would make."""


@contextlib.asynccontextmanager
async def place(cluster: Cluster, folder: Path, admin: int) -> AsyncIterator[tuple[Simulator, Path]]:
    """Meta, a node at work, and the values that point at that Meta; `admin` is the port that leads to the admin port."""
    public = free_port()
    sim = Simulator(
        bare(read_folder(ROOT / "deploy/examples").world),
        limits=Limits(),
        delivery=DeliveryOptions(webhook_base=f"http://127.0.0.1:{public}"),
    )
    await sim.start()
    settings = {"PAGEWIRE_GRAPH_URL": sim.graph_url, "PAGEWIRE_INSTAGRAM_GRAPH_URL": sim.instagram_graph_url}
    values = {"settings": settings, "gateway": {"settings": QUICK}, "operator": {"settings": OPERATOR}}
    (folder / "test.yaml").write_text(yaml.safe_dump(values))
    async with at_work(
        Node(cluster, folder, hurry=0.1, ports={"pagewire-gateway": public, "pagewire-admin": admin}), cluster, folder
    ):
        yield sim, folder / "test.yaml"
    await sim.stop()


def tools(folder: Path, cluster: Cluster) -> dict[str, str]:
    """The environment of somebody who has Helm and kubectl."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "helm").symlink_to(program("helm"))
    (programs / "kubectl").symlink_to(cluster.kubectl.program)
    own = cluster.kubectl.environment
    return {"HOME": own["HOME"], "KUBECONFIG": own["KUBECONFIG"], "PATH": f"{programs}:{own['PATH']}"}


def page() -> str:
    """The how-to, and how to open the console of what it installed before that is taken away again."""
    before, end, after = PAGE.read_text().partition("## Uninstall\n")
    console = section(CONSOLE.read_text(), "Through a port-forward")
    # It goes on until Ctrl-C: what follows is typed beside it.
    beside = "service/pagewire-admin 9090 > port-forward.log &\n"
    return before + console.replace("service/pagewire-admin 9090\n", beside, 1) + end + after


@pytest.mark.slow(50)
@pytest.mark.timeout(400)
async def test_everything_it_says_happens(private_cluster: Cluster, tmp_path: Path) -> None:
    private_cluster.apply(VOLUME)
    private_cluster.start_controllers(WORKLOADS)
    admin = free_port()
    async with place(private_cluster, tmp_path, free_port()) as (sim, values):
        instead = {
            "helm install pagewire charts/pagewire": f"helm install pagewire {ROOT}/charts/pagewire --values {values}",
            "-f deploy/examples": f"-f {ROOT}/deploy/examples",
            "service/pagewire-admin 9090": f"service/pagewire-admin {admin}:9090",
            ":9090/": f":{admin}/",
        }
        environment = {**tools(tmp_path, private_cluster), "PAGEWIRE_ADMIN_URL": f"http://127.0.0.1:{admin}"}
        await asyncio.to_thread(
            typed, page(), tmp_path, instead=instead, environment=environment, timeout=380, keep="chart"
        )
    assert sim.settings.subscribed("108000000000001"), "the operator told Meta"
