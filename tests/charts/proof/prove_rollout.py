"""A whole control plane with kwok's nodes: what Helm installs is scheduled, spread, rolled, rolled back and taken away."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.charts.helm import CHART, NAMESPACE, PROFILES, helm, rendered, values_of
from tests.charts.test_templates import THIRD_PARTY
from tests.kube.cluster import Cluster, running_cluster
from tests.kube.servers import WORKLOADS
from tools.charting.programs import program
from tools.charting.sources import folder

ZONES = ("north", "south", "west")
_PROMETHEUS = "example/prometheus-operator-crd/monitoring.coreos.com_{}.yaml"
_EXTERNAL = "config/crds/bases/external-secrets.io_{}.yaml"
_CRDS = (
    ("sigs.k8s.io/gateway-api", "1.4.1", "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml"),
    ("github.com/kedacore/keda/v2", "2.21.0", "config/crd/bases/keda.sh_scaledobjects.yaml"),
    *(
        ("github.com/prometheus-operator/prometheus-operator", "0.85.0", _PROMETHEUS.format(kind))
        for kind in ("servicemonitors", "podmonitors", "prometheusrules")
    ),
    *(
        ("github.com/external-secrets/external-secrets", "1.3.2", _EXTERNAL.format(kind))
        for kind in ("externalsecrets", "secretstores")
    ),
)
NODE = """
apiVersion: v1
kind: Node
metadata:
  name: {zone}
  labels: {{topology.kubernetes.io/zone: {zone}, kubernetes.io/hostname: {zone}, kubernetes.io/os: linux}}
status:
  capacity: &room {{cpu: "8", memory: 32Gi, ephemeral-storage: 100Gi, pods: "50"}}
  allocatable: *room
"""


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """API server, controllers, scheduler and three nodes that say of every pod that it runs."""
    with running_cluster() as cluster:
        for module, version, path in _CRDS:
            crd = folder(module, version) / path
            cluster.kubectl("apply", "--server-side", "-f", str(crd))
        cluster.start_controllers(WORKLOADS)
        cluster.start_scheduler()
        with _kwok(cluster, tmp_path_factory.mktemp("kwok")):
            for zone in ZONES:
                cluster.apply(NODE.format(zone=zone))
                cluster.kubectl("patch", "node", zone, "--type=merge", "-p", '{"spec": {"taints": null}}')
            yield cluster


def _kwok(cluster: Cluster, logs: Path) -> subprocess.Popen[bytes]:
    stages = folder("sigs.k8s.io/kwok", "0.8.0") / "kustomize/stage"
    files = [*(stages / "node/fast").glob("node-*.yaml"), *(stages / "pod/fast").glob("pod-*.yaml")]
    own = ["--manage-all-nodes", "--node-ip=127.0.0.1", *(f"--config={path}" for path in sorted(files))]
    with (logs / "kwok.log").open("wb") as log:
        command = [str(program("kwok")), f"--kubeconfig={cluster.admin_kubeconfig}", *own]
        return _Ended(command, stdout=log, stderr=log)


class _Ended(subprocess.Popen[bytes]):
    def __exit__(self, *error: object) -> None:
        self.kill()
        super().__exit__(*error)  # type: ignore[arg-type]


def _helm(cluster: Cluster, *words: str) -> None:
    helm(*words, "--namespace", NAMESPACE, "--wait", "--timeout", "120s", KUBECONFIG=str(cluster.admin_kubeconfig))


@pytest.mark.timeout(600)
def test_one_gateway_comes_goes_and_leaves_its_volume(plane: Cluster) -> None:
    within = plane.kubectl.within(NAMESPACE)
    plane.apply(
        "{apiVersion: v1, kind: PersistentVolume, metadata: {name: disk}, spec: {capacity: {storage: 20Gi}, "
        "accessModes: [ReadWriteOnce], hostPath: {path: /nowhere}}}"
    )
    _helm(plane, "install", "pagewire", str(CHART), "--create-namespace")
    token = within.get("secret", "pagewire-admin")["data"]
    first = within.get("pod", "pagewire-gateway-0")["metadata"]["uid"]
    _helm(plane, "upgrade", "pagewire", str(CHART), "--set", "gateway.logLevel=debug")
    assert within.get("pod", "pagewire-gateway-0")["metadata"]["uid"] != first
    assert within.get("secret", "pagewire-admin")["data"] == token, "an upgrade keeps the token"
    _helm(plane, "rollback", "pagewire")
    (container,) = within.get("pod", "pagewire-gateway-0")["spec"]["containers"]
    assert "--log-level=info" in container["args"]
    _helm(plane, "uninstall", "pagewire")
    assert within.get("persistentvolumeclaims")["items"][0]["status"]["phase"] == "Bound"
    assert plane.kubectl.get("crds", "messengerpages.pagewire.dev")
    assert within.get("serviceaccounts,roles,deployments,statefulsets,secrets")["items"] == []


@pytest.mark.timeout(600)
def test_processes_on_nats_are_spread_and_roll(plane: Cluster) -> None:
    within = plane.kubectl.within(NAMESPACE)
    three = "gateway.replicas=3,worker.replicas=3,operator.replicas=3,gateway.autoscaling.enabled=false,worker.keda.enabled=false"
    values = ("--values", str(values_of("nats")), "--set", three)
    _helm(plane, "install", "pagewire", str(CHART), "--create-namespace", *values)
    for part in ("gateway", "worker", "operator"):
        found = within.get("pods", "-l", f"app.kubernetes.io/component={part}")["items"]
        assert Counter(pod["spec"]["nodeName"] for pod in found) == dict.fromkeys(ZONES, 1), part
        budget = within.get("poddisruptionbudget", f"pagewire-{part}")["status"]
        assert (budget["currentHealthy"], budget["disruptionsAllowed"]) == (3, 1)
    _helm(plane, "upgrade", "pagewire", str(CHART), *values, "--set", "gateway.logLevel=debug,operator.logLevel=debug")
    _helm(plane, "rollback", "pagewire")
    for part in ("gateway", "worker", "operator"):
        status = within.get("deployment", f"pagewire-{part}")["status"]
        assert status["updatedReplicas"] == status["readyReplicas"] == status["replicas"] == 3
    _helm(plane, "uninstall", "pagewire")


@pytest.mark.parametrize("profile", PROFILES)
def test_resources_of_others_are_as_their_own_definitions_want_them(plane: Cluster, profile: str) -> None:
    theirs = [one for one in rendered(profile) if one["kind"] in THIRD_PARTY]
    plane.apply("{apiVersion: v1, kind: Namespace, metadata: {name: pagewire-system}}")
    if theirs:
        said = plane.kubectl("apply", "--server-side", "--dry-run=server", "-f", "-", input=yaml.safe_dump_all(theirs))
        assert len(said.stdout.splitlines()) == len(theirs)


def test_the_example_of_external_secrets_is_valid(plane: Cluster) -> None:
    plane.apply(
        *(f"{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}}}}}" for name in (NAMESPACE, "support"))
    )
    example = CHART.parents[1] / "deploy/external-secrets/secrets.yaml"
    plane.kubectl("apply", "--server-side", "--dry-run=server", "-f", str(example))


@pytest.mark.parametrize("base", ["operator", "single", "nats"])
def test_the_bases_of_kustomize_are_taken(plane: Cluster, base: str) -> None:
    root = CHART.parents[1] / "deploy/kustomize"
    plane.kubectl("apply", "--server-side", "--force-conflicts", "-k", str(root / "crds"))
    plane.apply("{apiVersion: v1, kind: Namespace, metadata: {name: pagewire-system}}")
    said = plane.kubectl("apply", "--server-side", "--dry-run=server", "-k", str(root / base))
    assert "Warning" not in said.stderr
