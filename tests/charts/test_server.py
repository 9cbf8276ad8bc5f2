"""What a real API server says to the chart: schemas, defaults, admission, Pod Security."""

import pytest
import yaml

from tests.charts.helm import PROFILES, Manifest, rendered
from tests.charts.test_templates import THIRD_PARTY
from tests.kube.cluster import Cluster

_APPLIED = "last-applied-configuration"
"""What others applied in the shared cluster by a client; kubectl tells that a dry run leaves it as it is."""
_DRY_RUN = ("apply", "--server-side", "--dry-run=server", "-f", "-")


@pytest.fixture(scope="module")
def strict(cluster: Cluster) -> Cluster:
    """A cluster that tells of every pod that is not restricted, and knows our kinds as the chart has them."""
    label = "pod-security.kubernetes.io"
    for name in ("pagewire-system", "support", "shop"):
        labels = f"{{{label}/enforce: restricted, {label}/warn: restricted}}"
        cluster.apply(f"{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}, labels: {labels}}}}}")
    cluster.install_crds(_text([one for one in rendered() if one["kind"] == "CustomResourceDefinition"]))
    return cluster


@pytest.mark.parametrize("profile", PROFILES)
def test_a_real_server_takes_all_of_it_without_a_warning(strict: Cluster, profile: str) -> None:
    own = [one for one in rendered(profile) if one["kind"] not in {"CustomResourceDefinition", *THIRD_PARTY}]
    said = strict.kubectl(*_DRY_RUN, input=_text(own))
    warnings = [line for line in said.stderr.splitlines() if line.startswith("Warning") and _APPLIED not in line]
    assert warnings == []
    assert len(said.stdout.splitlines()) == len(own)


def test_a_pod_that_is_not_restricted_would_be_told_of(strict: Cluster) -> None:
    """The test above can fail."""
    (gateway,) = [one for one in rendered("single") if one["kind"] == "StatefulSet"]
    loose = yaml.safe_load(yaml.safe_dump(gateway))
    loose["spec"]["template"]["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
    said = strict.kubectl(*_DRY_RUN, input=_text([loose]))
    assert 'would violate PodSecurity "restricted' in said.stderr


def _text(manifests: list[Manifest]) -> str:
    return yaml.safe_dump_all(manifests)
