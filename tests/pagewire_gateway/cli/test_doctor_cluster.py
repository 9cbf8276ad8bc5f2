"""``pagewire doctor --cluster`` on a real API server, from an empty cluster to one that works."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from pagewire.terminal.exits import Exit
from pagewire_gateway.cli.doctor.cluster_claims import contested
from pagewire_gateway.cli.doctor.rights import RIGHTS, Right
from tests.kube.cluster import Cluster
from tests.pagewire_gateway.cli.conftest import invoke

CHART = Path(__file__).parents[3] / "charts" / "pagewire"
RBAC = CHART / "files" / "rbac"
HOME = "pagewire-system"
Found = dict[str, list[dict[str, str]]]


@pytest.mark.parametrize("program", ["operator", "gateway"])
def test_the_rights_are_those_of_the_chart(program: str) -> None:
    documents = list(yaml.safe_load_all((RBAC / f"{program}.yaml").read_text()))
    granted = {
        right
        for one in documents
        if one["kind"] in ("Role", "ClusterRole")
        for right in of_role(one["rules"], one["kind"])
    }
    assert granted == set(RIGHTS[f"pagewire-{program}"])


def of_role(rules: list[dict[str, Any]], kind: str) -> Iterator[Right]:
    for rule in rules:
        for resource in rule["resources"]:
            for verb in rule["verbs"]:
                for name in rule.get("resourceNames", [""]):
                    yield Right(verb, rule["apiGroups"][0], resource, name, at_home=kind == "Role")


async def examined(cluster: Cluster, *words: str) -> tuple[int, Found]:
    done = await invoke("doctor", "--kubeconfig", str(cluster.admin_kubeconfig), "-o", "json", *words, admin=None)
    found: Found = {}
    for one in json.loads(done.stdout):
        found.setdefault(one["check"], []).append(one)
    return done.exit_code, found


def states(found: Found, check: str) -> list[str]:
    return [one["state"] for one in found[check]]


def lease(age: float) -> str:
    renewed = (datetime.now(UTC) - timedelta(seconds=age)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    spec = {"holderIdentity": "pod-1", "leaseDurationSeconds": 15, "renewTime": renewed}
    metadata = {"name": "pagewire-operator", "namespace": HOME}
    return json.dumps({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": spec})


def app(name: str, secret: str, **more: str) -> str:
    spec = {"appId": "990000000000001", "appSecretRefs": [{"name": secret, "key": "app-secret"}], **more}
    metadata = {"name": name, "namespace": "default"}
    return json.dumps(
        {"apiVersion": "pagewire.dev/v1alpha1", "kind": "MessengerApp", "metadata": metadata, "spec": spec}
    )


def say(cluster: Cluster, name: str, status: str, reason: str, message: str) -> None:
    condition = {
        "type": "Ready",
        "status": status,
        "reason": reason,
        "message": message,
        "observedGeneration": 1,
        "lastTransitionTime": "2026-11-30T00:00:00Z",
    }
    patch = json.dumps({"status": {"observedGeneration": 1, "conditions": [condition]}})
    cluster.kubectl("patch", "mapp", name, "--subresource=status", "--type=merge", "-p", patch)


@pytest.mark.slow(15)
async def test_from_an_empty_cluster_to_one_that_works(private_cluster: Cluster) -> None:
    cluster = private_cluster
    code, found = await examined(cluster)
    assert code == Exit.FAILED
    assert states(found, "cluster") == ["ok"]
    assert states(found, "crds") == ["failed"] * 5
    assert "pagewire crds | kubectl apply" in found["crds"][0]["fix"]
    assert states(found, "rights") == ["failed"] * 2
    assert "there is no Lease" in found["operator"][0]["found"]
    assert "resources" not in found, "there is nothing to list"

    cluster.install_crds(CHART / "files/crds")
    for program in ("operator", "gateway"):
        cluster.identity(f"pagewire-{program}", RBAC / f"{program}.yaml", namespace=HOME)
    cluster.kubectl("create", "-f", "-", input=lease(age=0))
    cluster.kubectl("create", "secret", "generic", "good", "--from-literal=app-secret=s3cr3t")
    cluster.kubectl("create", "-f", "-", input=app("acme", "good"))
    say(cluster, "acme", "True", "Reconciled", "Meta agrees with the resource.")
    code, found = await examined(cluster)
    assert code == Exit.OK, found
    for check in ("cluster", "crds", "operator", "resources", "secrets"):
        assert states(found, check) == ["ok"], found[check]
    assert states(found, "rights") == ["ok", "ok"]

    cluster.kubectl("create", "-f", "-", input=app("silent", "absent"))
    cluster.kubectl("create", "-f", "-", input=app("wrong", "good"))
    say(cluster, "wrong", "False", "AppSecretInvalid", "Meta refuses the app secret.")
    cluster.kubectl("create", "-f", "-", input=app("watched", "good", managementPolicy="Observe"))
    say(cluster, "watched", "False", "NotSubscribed", "Meta does not deliver messages.")
    cluster.kubectl("replace", "-f", "-", input=lease(age=120))
    cluster.kubectl("delete", "clusterrolebinding", "pagewire-gateway-secrets")
    schema = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/graphVersion/description"
    older = json.dumps([{"op": "replace", "path": schema, "value": "As it was."}])
    cluster.kubectl("patch", "crd", "messengerapps.pagewire.dev", "--type=json", "-p", older)
    code, found = await examined(cluster)
    assert code == Exit.FAILED
    assert [one["found"] for one in found["crds"]] == ["messengerapps.pagewire.dev is of another release"]
    told = " ".join(one["found"] for one in found["resources"])
    assert "silent was not looked at" in told
    assert "wrong: AppSecretInvalid: Meta refuses the app secret." in told
    assert "1 of 4 are Ready" in told
    assert (
        "Secret default/absent does not exist; MessengerApp silent, spec.appSecretRefs[0] names it"
        in found["secrets"][0]["found"]
    )
    (observed,) = [one for one in found["resources"] if "watched" in one["found"]]
    assert observed["state"] == "warning"
    assert "It is only observed" in observed["fix"]
    assert "has not renewed its Lease for 12" in found["operator"][0]["found"]
    (refused,) = [one for one in found["rights"] if one["state"] == "failed"]
    assert "pagewire-gateway may not get secrets, list secrets, watch secrets" in refused["found"]
    assert "s3cr3t" not in json.dumps(found)


async def test_no_cluster_where_one_is_named_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("apiVersion: v1\nkind: Config\n")
    done = await invoke("doctor", "--kubeconfig", str(tmp_path / "config"), "-o", "json", admin=None)
    assert done.exit_code == Exit.FAILED
    assert next(one for one in json.loads(done.stdout) if one["check"] == "cluster")["fix"]


def of_shop(kind: str, namespace: str, created: str, spec: dict[str, Any], *reasons: str) -> Any:
    metadata = {"name": "shop", "namespace": namespace, "creationTimestamp": created, "generation": 1}
    conditions = [{"type": "Subscribed", "status": "False", "reason": one} for one in reasons]
    status = {"observedGeneration": 1, "conditions": conditions}
    return {"kind": kind, "metadata": metadata, "spec": {"appRef": {"name": "shop"}, **spec}, "status": status}


def test_two_that_manage_one_page_without_knowing_of_each_other_are_named() -> None:
    page, early, late = {"pageId": "108000000000001"}, "2026-11-22T10:00:00Z", "2026-11-23T10:00:00Z"
    apps = [of_shop("MessengerApp", one, early, {"appId": "990000000000001"}) for one in ("fish", "meat", "corn")]
    apps.append(of_shop("MessengerApp", "wine", early, {"appId": "990000000000002"}))
    first, second = of_shop("MessengerPage", "fish", early, page), of_shop("MessengerPage", "meat", late, page)
    (told,) = contested([second, *apps, first])
    assert (told.state, told.check) == ("failed", "claims")
    assert "meat/shop and fish/shop both manage 108000000000001" in told.found

    knows = of_shop("MessengerPage", "meat", late, page, "Conflict")
    watches = of_shop("MessengerPage", "meat", late, {**page, "managementPolicy": "Observe"})
    other_app, other_page = (
        of_shop("MessengerPage", "wine", late, page),
        of_shop("MessengerPage", "corn", late, {"pageId": "108000000000002"}),
    )
    going = of_shop("MessengerPage", "corn", late, page)
    going["metadata"]["deletionTimestamp"] = late
    new = of_shop("MessengerPage", "corn", late, page)
    new["metadata"]["generation"] = 2
    for other in (knows, watches, other_app, other_page, going, new):
        assert list(contested([first, *apps, other])) == []
