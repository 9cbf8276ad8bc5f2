"""kube-score finds nothing in what Helm renders, but for what is so on purpose."""

import json
import subprocess
from typing import Any, Final

import pytest
import yaml

from tests.charts.helm import PROFILES, rendered
from tools.charting.programs import program

ON_PURPOSE: Final = {
    "container-resources": "no limit of CPU: throttling makes answers late, and Meta gives up after five seconds",
    "container-image-pull-policy": "IfNotPresent: a version's tag is never moved, and a digest cannot be",
    "container-security-context-user-group-id": "operator-only leaves users to OpenShift; the default is 65532",
    "deployment-has-host-podantiaffinity": "topologySpreadConstraints spread pods over zones and nodes instead",
    "deployment-replicas": "operator-only has one operator; KEDA counts the workers of nats, and kube-score does not know it",
    "deployment-strategy": "one operator without a Lease must be gone before the next one comes: Recreate",
    "pod-networkpolicy": "the pod of helm test lives for seconds and listens to nobody; gateway-only switches the policies off",
    "service-type": "gateway-only asks for a NodePort; the default is ClusterIP",
}
"""What kube-score would have otherwise, and why it is so."""


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_else_is_wrong(profile: str) -> None:
    left = {one for one in _found(profile) if one[0] not in ON_PURPOSE}
    assert left == set()


def test_every_exception_is_needed() -> None:
    assert {check for profile in PROFILES for check, _, _ in _found(profile)} >= ON_PURPOSE.keys()


def _found(profile: str) -> set[tuple[str, str, str]]:
    """Check, object and comment of everything below the best grade."""
    judged = [one for one in rendered(profile) if one["kind"] != "CustomResourceDefinition"]
    command = [str(program("kube-score")), "score", "--output-format", "json", "--kubernetes-version", "v1.31", "-"]
    said = subprocess.run(command, input=yaml.safe_dump_all(judged), capture_output=True, text=True, check=False)
    objects: list[Any] = json.loads(said.stdout)
    return {
        (check["check"]["id"], f"{one['type_meta']['kind']}/{one['object_meta']['name']}", comment["summary"])
        for one in objects
        for check in one["checks"]
        for comment in (check["comments"] or [])
        if not check["skipped"] and check["grade"] < 10
    }
