"""What earlier releases left behind is good under the code of today. The promises: docs/reference/compatibility.md."""

import importlib
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pagewire import hooks
from pagewire.resources import KINDS, decode, problems
from pagewire.resources.crd import PLURALS, manifest
from pagewire_gateway.config import variables
from tests.charts.helm import CHART, helm
from tests.kube.cluster import Cluster
from tests.release.narrowing import Schema, narrowings

THEN = Path(__file__).with_name("then")
RELEASES = sorted(path.name for path in THEN.iterdir() if path.is_dir())
of_every_release = pytest.mark.parametrize("release", RELEASES)


def stored(release: str) -> list[dict[str, Any]]:
    """Resources as people had them."""
    files = sorted((THEN / release / "objects").glob("*.yaml"))
    return [one for file in files for one in yaml.safe_load_all(file.read_text()) if one]


def schema_of(definition: dict[str, Any]) -> Schema:
    (version,) = definition["spec"]["versions"]
    found: Schema = version["schema"]["openAPIV3Schema"]
    return found


@of_every_release
@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_takes_what_it_took(release: str, kind: str):
    old = yaml.safe_load((THEN / release / "crds" / f"{PLURALS[kind]}.pagewire.dev.yaml").read_text())
    assert list(narrowings(schema_of(old), schema_of(manifest(kind)))) == []


@of_every_release
def test_resources_of_then_are_read_now(release: str):
    documents = stored(release)
    assert {one["kind"] for one in documents} == set(KINDS)
    assert [str(wrong) for one in documents for wrong in problems(decode(one))] == []


@pytest.mark.slow(15)
@of_every_release
def test_resources_stored_by_a_cluster_of_then_can_be_changed_under_the_definitions_of_now(
    release: str, private_cluster: Cluster
):
    private_cluster.install_crds(*sorted((THEN / release / "crds").glob("*.yaml")))
    documents = stored(release)
    home = private_cluster.namespace()
    for one in documents:
        one["metadata"]["namespace"] = home.name
    home.apply(yaml.safe_dump_all(documents))
    private_cluster.install_crds(*(yaml.safe_dump(manifest(kind)) for kind in KINDS))
    for one in documents:
        name = f"{PLURALS[one['kind']]}.pagewire.dev"
        before = home.kubectl.get(name, one["metadata"]["name"])["spec"]
        home.kubectl(
            "patch", name, one["metadata"]["name"], "--type=merge", "-p", '{"spec":{"managementPolicy":"Observe"}}'
        )
        after = home.kubectl.get(name, one["metadata"]["name"])["spec"]
        assert {**after, "managementPolicy": None} == {**before, "managementPolicy": None}
        assert decode(home.kubectl.get(name, one["metadata"]["name"]))


def values() -> Iterator[tuple[str, Path]]:
    for release in RELEASES:
        for path in sorted((THEN / release / "values").glob("*.yaml")):
            yield release, path


@pytest.mark.parametrize("path", [pytest.param(path, id=f"{release}-{path.stem}") for release, path in values()])
def test_a_values_file_of_then_renders_now(path: Path):
    told = helm("template", "pagewire", str(CHART), "--namespace", "pagewire-system", "--values", str(path))
    assert [one["kind"] for one in yaml.safe_load_all(told) if one]


@of_every_release
def test_hooks_of_then_are_called_now_with_the_arguments_they_took(release: str):
    then: dict[str, list[str]] = json.loads((THEN / release / "hooks.json").read_text())
    for name, arguments in then.items():
        assert name in hooks.HOOKS
        assert set(arguments) <= set(inspect.signature(getattr(hooks, name)).parameters), name


@of_every_release
def test_names_that_plugins_import_are_there(release: str):
    then: dict[str, list[str]] = json.loads((THEN / release / "names.json").read_text())
    gone = [
        f"{module}.{name}"
        for module, names in then.items()
        for name in names
        if not hasattr(importlib.import_module(module), name)
    ]
    assert gone == []


@of_every_release
def test_settings_are_still_read(release: str):
    assert set((THEN / release / "settings.txt").read_text().split()) <= set(variables())


A: Schema = {"type": "string", "maxLength": 9, "enum": ["x", "y"]}
B: Schema = {"type": "integer"}
THERE: Schema = {"type": "object", "properties": {"a": A, "b": B}}


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"a": A}, ".b: is gone"),
        ({"a": A, "b": {"type": "string"}}, ".b: is string, was integer"),
        ({"a": {**A, "maxLength": 8}, "b": B}, ".a: maxLength is 8, was 9"),
        ({"a": {**A, "enum": ["x", "z"]}, "b": B}, ".a: no longer takes y"),
        ({"a": A, "b": {**B, "default": 3}}, ".b: default is 3, was none"),
        ({"a": A, "b": {**B, "minimum": 1}}, ".b: minimum is 1, was None"),
        ({"a": {**A, "maxLength": 10}, "b": B, "c": {"type": "object"}}, None),
    ],
)
def test_what_is_narrower_is_found(members: dict[str, Schema], said: str | None):
    assert list(narrowings(THERE, {**THERE, "properties": members})) == ([said] if said else [])


def test_what_is_newly_needed_is_found():
    assert list(narrowings(THERE, {**THERE, "required": ["b"]})) == [": now needs b"]
