"""The guides for kustomize and for upgrades, typed as they stand; see `test_install` for what is real and what stands in."""

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.charts.helm import ROOT, Manifest
from tests.charts.test_install import VOLUME, place, tools
from tests.docs.transcript import typed
from tests.kube.cluster import Cluster
from tests.kube.servers import WORKLOADS
from tests.ports import free_port

GROWS = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: grows}
provisioner: kubernetes.io/no-provisioner
allowVolumeExpansion: true
"""
HOW_TO = ROOT / "docs/how-to"
BASES = ROOT / "deploy/kustomize"


def page(name: str) -> str:
    return (HOW_TO / f"{name}.md").read_text()


def overlay(folder: Path, base: str, settings: dict[str, str]) -> Path:
    """A base with further variables: where Meta is, and no long waits."""
    home = folder / base
    home.mkdir()
    env = [{"name": name, "value": str(value)} for name, value in settings.items()]
    patch = [{"op": "add", "path": "/spec/template/spec/containers/0/env/-", "value": one} for one in env]
    target = {"kind": "StatefulSet|Deployment"}
    document = {
        "resources": [os.path.relpath(BASES / base, home)],
        "patches": [{"target": target, "patch": json.dumps(patch)}],
    }
    (home / "kustomization.yaml").write_text(yaml.safe_dump(document))
    return home


@pytest.mark.slow(45)
@pytest.mark.timeout(400)
async def test_kustomize_works_as_written(private_cluster: Cluster, tmp_path: Path) -> None:
    private_cluster.apply(VOLUME)
    private_cluster.start_controllers(WORKLOADS)
    async with place(private_cluster, tmp_path, free_port()) as (sim, values):
        wanted = yaml.safe_load(values.read_text())
        single = overlay(tmp_path, "single", wanted["settings"] | wanted["gateway"]["settings"])
        operator = overlay(tmp_path, "operator", wanted["settings"] | wanted["operator"]["settings"])
        instead = {
            "-k deploy/kustomize/crds": f"-k {BASES}/crds",
            "-k deploy/kustomize/single": f"-k {single}",
            "-k deploy/kustomize/operator": f"-k {operator}",
            "-f deploy/examples": f"-f {ROOT}/deploy/examples",
        }
        environment = tools(tmp_path, private_cluster)
        await asyncio.to_thread(
            typed, page("install-with-kustomize"), tmp_path, instead=instead, environment=environment, timeout=380
        )
    assert sim.settings.subscribed("108000000000001"), "the operator told Meta"


def _of_the_page(cluster: Cluster, folder: Path) -> list[Manifest]:
    (text,) = re.findall(r"```yaml\n(# kustomization\.yaml\n.*?)```", page("install-with-kustomize"), re.DOTALL)
    here = os.path.relpath(ROOT, folder)
    text, count = re.subn(r"https://example\.com/pagewire\.git//([\w/]+)\?ref=v[\d.]+", rf"{here}/\1", text)
    assert count
    (folder / "kustomization.yaml").write_text(text)
    return [one for one in yaml.safe_load_all(cluster.kubectl("kustomize", str(folder)).stdout) if one]


def test_the_overlay_of_the_page_changes_what_it_says(cluster: Cluster, tmp_path: Path) -> None:
    found = {
        one["metadata"]["name"]: one["spec"] for one in _of_the_page(cluster, tmp_path) if one["kind"] == "Deployment"
    }
    assert found["pagewire-operator"]["replicas"] == 1
    for name in ("pagewire-gateway", "pagewire-worker"):
        container = found[name]["template"]["spec"]["containers"][0]
        assert container["image"] == "registry.example.com/our-gateway:7"
        env: dict[str, Any] = {one["name"]: one for one in container["env"]}
        assert env["PAGEWIRE_JOURNAL"]["value"] == "nats://nats-0.ours:4222,nats://nats-1.ours:4222"
        assert all(len(one) == 2 for one in env.values()), "each variable has one source"


@pytest.mark.slow(60)
@pytest.mark.timeout(400)
async def test_upgrade_rollback_and_a_larger_volume_work_as_written(private_cluster: Cluster, tmp_path: Path) -> None:
    private_cluster.apply(GROWS)
    private_cluster.apply(VOLUME.replace("spec:", "spec:\n  storageClassName: grows"))
    private_cluster.start_controllers(WORKLOADS)
    async with place(private_cluster, tmp_path, free_port()) as (_, values):
        before = f"helm install pagewire {ROOT}/charts/pagewire -n pagewire-system --create-namespace --values mine.yaml --wait"
        mine = yaml.safe_load(values.read_text())
        mine["gateway"]["persistence"] = {"size": "20Gi", "storageClass": "grows"}
        (tmp_path / "mine.yaml").write_text(yaml.safe_dump(mine))
        instead = {"pagewire charts/pagewire": f"pagewire {ROOT}/charts/pagewire"}
        await asyncio.to_thread(
            typed,
            f"```sh\n{before}\n```\n{page('upgrade')}",
            tmp_path,
            instead=instead,
            environment=tools(tmp_path, private_cluster),
            timeout=380,
        )
    (claim,) = private_cluster.kubectl.get("-n", "pagewire-system", "persistentvolumeclaims")["items"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "50Gi"
    (kept,) = private_cluster.kubectl.get("-n", "pagewire-system", "statefulsets")["items"]
    (wanted,) = kept["spec"]["volumeClaimTemplates"]
    assert wanted["spec"]["resources"]["requests"]["storage"] == "50Gi"
