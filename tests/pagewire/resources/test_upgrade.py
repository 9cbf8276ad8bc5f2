"""Upgrades: new rules do not freeze old resources, and a new version needs no conversion (see resource-versions.md)."""

import json
from copy import deepcopy
from typing import Any

import pytest
import yaml

from pagewire.resources.crd import manifest
from tests.kube.cluster import Cluster
from tests.kube.kubectl import KubectlError

from .documents import Document, page

CRD = "messengerpages.pagewire.dev"
NO_DEFAULT = {"greeting": [{"locale": "pt_PT", "text": "Olá"}]}


def without_rules(found: Any) -> Any:
    """The schema as a release before its rules had it."""
    if isinstance(found, dict):
        return {key: without_rules(value) for key, value in found.items() if key != "x-kubernetes-validations"}
    return [without_rules(one) for one in found] if isinstance(found, list) else found


def with_version(name: str) -> Document:
    """The kind with one more version of the same schema, which is the stored one from now on."""
    crd = manifest("MessengerPage")
    old = {**crd["spec"]["versions"][0], "storage": False}
    new = {**deepcopy(old), "name": name, "storage": True}
    crd["spec"]["versions"] = [new, old]
    return crd


def test_a_new_rule_does_not_freeze_what_was_good_before_it(private_cluster: Cluster):
    home = private_cluster.namespace()
    private_cluster.install_crds(yaml.safe_dump(without_rules(manifest("MessengerPage"))))
    home.apply(yaml.safe_dump(page(profile=NO_DEFAULT)))
    private_cluster.install_crds(yaml.safe_dump(manifest("MessengerPage")))
    home.kubectl("patch", "mpage", "harbour", "--type=merge", "-p", '{"spec":{"tokenRef":{"name":"harbour"}}}')
    worse = json.dumps({"spec": {"profile": {"greeting": [{"locale": "de_DE", "text": "Moin"}]}}})
    with pytest.raises(KubectlError, match=r"profile\.greeting: Invalid value: one entry must have locale: default"):
        home.kubectl("patch", "mpage", "harbour", "--type=merge", "-p", worse)


def test_a_new_version_with_the_same_schema_needs_no_conversion_and_lets_the_old_one_go(private_cluster: Cluster):
    home = private_cluster.namespace()
    private_cluster.install_crds(yaml.safe_dump(manifest("MessengerPage")))
    home.apply(yaml.safe_dump(page(resyncInterval="5m")))

    private_cluster.install_crds(yaml.safe_dump(with_version("v1beta1")))
    old, new = (home.kubectl.get(f"messengerpages.{version}.pagewire.dev", "harbour") for version in VERSIONS)
    assert (old["apiVersion"], new["apiVersion"]) == ("pagewire.dev/v1alpha1", "pagewire.dev/v1beta1")
    assert old["spec"] == new["spec"]
    home.kubectl("annotate", "messengerpages.v1alpha1.pagewire.dev", "harbour", "written=by-an-old-client")
    assert stored(private_cluster) == ["v1alpha1", "v1beta1"]

    with pytest.raises(KubectlError, match="previously a storage version"):
        private_cluster.install_crds(yaml.safe_dump(alone("v1beta1")))
    home.kubectl("patch", "mpage", "harbour", "--type=merge", "-p", "{}")
    forget = '{"status":{"storedVersions":["v1beta1"]}}'
    private_cluster.kubectl("patch", "crd", CRD, "--subresource=status", "--type=merge", "-p", forget)
    private_cluster.install_crds(yaml.safe_dump(alone("v1beta1")))
    found = home.kubectl.get("mpage", "harbour")
    assert (found["spec"], found["metadata"]["generation"]) == (old["spec"], old["metadata"]["generation"])


VERSIONS = ("v1alpha1", "v1beta1")


def alone(name: str) -> Document:
    """The kind with this version only."""
    crd = with_version(name)
    crd["spec"]["versions"].pop()
    return crd


def stored(cluster: Cluster) -> list[str]:
    found: list[str] = cluster.kubectl.get("crd", CRD)["status"]["storedVersions"]
    return found
