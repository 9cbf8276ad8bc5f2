"""What Helm renders is valid for the oldest, a middle and a newer Kubernetes, by the OpenAPI document of each release."""

import json
from functools import cache
from typing import Any

import jsonschema
import pytest

from tests.charts.helm import PROFILES, Manifest, rendered
from tests.charts.test_templates import THIRD_PARTY
from tools.charting.sources import folder

RELEASES = ("1.31.14", "1.34.4", "1.37.2")


@cache
def _definitions(release: str) -> tuple[dict[str, Any], dict[tuple[str, str], str]]:
    path = folder("k8s.io/kubernetes", release) / "api/openapi-spec/swagger.json"
    definitions: dict[str, Any] = json.loads(path.read_text())["definitions"]
    kinds = {}
    for name, schema in definitions.items():
        if "properties" in schema:
            schema["additionalProperties"] = False  # a field that is not known is a mistake
        if schema.get("format") == "int-or-string":
            schema["type"] = ["integer", "string"]
        for kind in schema.get("x-kubernetes-group-version-kind", ()):
            group = f"{kind['group']}/" if kind["group"] else ""
            kinds[f"{group}{kind['version']}", kind["kind"]] = name
    return definitions, kinds


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("profile", PROFILES)
def test_it_is_valid(release: str, profile: str) -> None:
    own = [one for one in rendered(profile) if one["kind"] not in {"CustomResourceDefinition", *THIRD_PARTY}]
    assert [problem for one in own for problem in _problems(one, release)] == []


@pytest.mark.parametrize("release", RELEASES)
def test_a_mistake_is_found(release: str) -> None:
    (gateway,) = [one for one in rendered("single") if one["kind"] == "StatefulSet"]
    wrong = {**gateway, "spec": {**gateway["spec"], "replica": 1}}
    assert "replica" in str(list(_problems(wrong, release)))


def _problems(manifest: Manifest, release: str) -> list[str]:
    definitions, kinds = _definitions(release)
    name = kinds[manifest["apiVersion"], manifest["kind"]]
    judge = jsonschema.Draft4Validator({"$ref": f"#/definitions/{name}", "definitions": definitions})
    where = f"{manifest['kind']}/{manifest['metadata']['name']}"
    return [f"{where} {error.json_path}: {error.message}" for error in judge.iter_errors(manifest)]
