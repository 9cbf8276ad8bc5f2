"""deploy/compose.yaml is what the specification of Compose wants, and Prometheus takes its configuration."""

import json
import subprocess

import jsonschema
import yaml

from tests.charts.helm import ROOT
from tools.charting.sources import folder
from tools.observability.programs import program


def test_it_keeps_to_the_specification() -> None:
    path = folder("github.com/compose-spec/compose-go/v2", "2.16.2") / "schema/compose-spec.json"
    judge = jsonschema.Draft202012Validator(json.loads(path.read_text()))
    document = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
    assert [f"{error.json_path}: {error.message}" for error in judge.iter_errors(document)] == []
    document["services"]["gateway"]["readonly"] = True
    assert not judge.is_valid(document), "a misspelt key is found"


def test_prometheus_takes_its_configuration() -> None:
    words = ("check", "config", "--syntax-only", str(ROOT / "deploy/compose/prometheus.yaml"))
    said = subprocess.run([str(program("promtool")), *words], capture_output=True, text=True, check=False)
    assert "SUCCESS" in said.stdout, said.stderr
