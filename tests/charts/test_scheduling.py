"""Where pods go, how many there are, when they are asked how they are, and what may take them away."""

from typing import Any

import pytest

from tests.charts.helm import PROFILES, Manifest, pick, pods, rendered

PLACES = (
    "gateway.nodeSelector.disk=fast",
    "gateway.tolerations[0].key=messaging",
    "gateway.priorityClassName=high",
    "gateway.runtimeClassName=gvisor",
    "gateway.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey=rack",
    "gateway.topologySpreadConstraints[0].topologyKey=rack",
    "gateway.podLabels.team=messaging",
    "gateway.podAnnotations.why=asked",
)


def of_kind(manifests: tuple[Manifest, ...], kind: str) -> dict[str, Any]:
    return {one["metadata"]["name"]: one["spec"] for one in manifests if one["kind"] == kind}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_process_is_asked_how_it_is(profile: str) -> None:
    for kind in ("Deployment", "StatefulSet"):
        for spec in of_kind(rendered(profile), kind).values():
            (container,) = spec["template"]["spec"]["containers"]
            ports = {port["name"] for port in container["ports"]}
            asked = {probe: container[f"{probe}Probe"]["httpGet"] for probe in ("startup", "liveness", "readiness")}
            assert {one["port"] for one in asked.values()} <= ports
            # Only readiness looks beyond the process: a restart would not mend what is outside.
            assert [one["path"] for one in asked.values()] == ["/healthz", "/healthz", "/readyz"]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_budget_holds_pods_of_one_workload_and_never_all_that_there_can_be(profile: str) -> None:
    made = rendered(profile)
    several = {name: spec for name, spec in of_kind(made, "Deployment").items() if spec.get("replicas", 2) > 1}
    budgets = of_kind(made, "PodDisruptionBudget")
    assert budgets.keys() == several.keys()
    for name, budget in budgets.items():
        assert budget["selector"]["matchLabels"].items() <= several[name]["template"]["metadata"]["labels"].items()
        assert budget["maxUnavailable"] == 1
        assert budget["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_who_is_scaled_by_load_has_no_number_of_its_own() -> None:
    made = rendered("everything")
    scalers = of_kind(made, "HorizontalPodAutoscaler")
    assert scalers
    for name, scaler in scalers.items():
        assert scaler["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
        assert 1 < scaler["minReplicas"] < scaler["maxReplicas"]
        assert "replicas" not in pick(made, "Deployment", name)["spec"], "an upgrade would set it back"


def test_keda_scales_workers_by_what_waits() -> None:
    made = rendered("nats", "worker.keda.enabled=true", "worker.keda.serverAddress=http://prometheus:9090")
    ((name, scaled),) = of_kind(made, "ScaledObject").items()
    assert scaled["scaleTargetRef"] == {"name": name}
    assert "replicas" not in pick(made, "Deployment", name)["spec"]
    (trigger,) = scaled["triggers"]
    assert "pagewire_journal_oldest_pending_age_seconds" in trigger["metadata"]["query"]


def test_several_pods_are_spread_over_zones_and_nodes() -> None:
    for name, spec in of_kind(rendered("nats"), "Deployment").items():
        spread = spec["template"]["spec"]["topologySpreadConstraints"]
        assert [one["topologyKey"] for one in spread] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"], name
        for one in spread:
            assert one["labelSelector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items()


def test_pods_go_where_somebody_wants_them() -> None:
    made = rendered("single", *PLACES)
    found = pods(made)["pagewire-gateway"]
    assert found["nodeSelector"] == {"disk": "fast"}
    assert found["tolerations"] == [{"key": "messaging"}]
    assert (found["priorityClassName"], found["runtimeClassName"]) == ("high", "gvisor")
    assert found["topologySpreadConstraints"] == [{"topologyKey": "rack"}]
    assert "podAntiAffinity" in found["affinity"]
    metadata = of_kind(made, "StatefulSet")["pagewire-gateway"]["template"]["metadata"]
    assert (metadata["labels"]["team"], metadata["annotations"]["why"]) == ("messaging", "asked")
