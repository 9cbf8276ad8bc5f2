"""The images' Dockerfiles keep to what is promised of them, and name what is there."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.charts.helm import CHART, ROOT, pods, rendered
from tests.charts.node.container import entrypoint

DOCKERFILES = sorted((ROOT / "deploy/images").glob("*.Dockerfile"))


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name.partition(".")[0])
def test_an_image_is_small_pinned_and_runs_as_nobody(path: Path) -> None:
    text = path.read_text()
    *_, last = re.split(r"^FROM ", text, flags=re.MULTILINE)
    assert re.search(r"^ARG BASE=\S+@sha256:[0-9a-f]{64}$", text, re.MULTILINE)
    assert text.count("\nFROM ${BASE}") == 2, "what builds is not in the image"
    assert "\nUSER 65532:65532\n" in last
    assert "RUN" not in last, "nothing is installed into the image itself"
    for line in re.findall(r"pip[^&\n]* install [^&\n]*", text):
        assert "--require-hashes" in line or "--no-index" in line


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name.partition(".")[0])
def test_an_image_copies_what_is_there(path: Path) -> None:
    ignored = (ROOT / ".dockerignore").read_text()
    for line in re.findall(r"^COPY (?!--from)(.*)$", path.read_text(), re.MULTILINE):
        for name in line.split()[:-1]:
            assert (ROOT / name).exists()
            assert any(
                name == shown or name.startswith(f"{shown}/")
                for shown in re.findall(r"^!(\S+)$", ignored, re.MULTILINE)
            )


@pytest.mark.parametrize("part", ["gateway", "operator"])
def test_an_entrypoint_is_a_program_of_what_is_installed(part: str) -> None:
    (program, *_) = entrypoint(f"registry.example.com/pagewire/{part}:1")
    assert program in tomllib.loads((ROOT / part / "pyproject.toml").read_text())["project"]["scripts"]


def test_all_images_have_one_base() -> None:
    assert len({re.search(r"^ARG BASE=(\S+)$", path.read_text(), re.MULTILINE)[1] for path in DOCKERFILES}) == 1  # type: ignore[index]


def test_the_user_of_the_pods_is_that_of_the_image() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())["podSecurityContext"]
    assert (values["runAsUser"], values["runAsGroup"]) == (65532, 65532)
    assert all(spec["securityContext"]["runAsUser"] == 65532 for spec in pods(rendered()).values())


@pytest.mark.parametrize("name", ["gateway", "operator", "simulator"])
def test_versions_in_an_image_are_those_that_are_tested(name: str) -> None:
    tested = _pins(ROOT / "requirements/dev.txt")
    shipped = _pins(ROOT / f"requirements/images/{name}.txt")
    assert shipped
    assert {one: version for one, version in shipped.items() if tested.get(one) != version} == {}


def _pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-zA-Z0-9._-]+)(?:\[[^\]]*\])?==([^ \\;]+)", path.read_text(), re.MULTILINE))


def _lint(dockerfile: str) -> list[str]:
    said = subprocess.run(
        [str(Path(sys.executable).with_name("hadolint")), "--format", "json", "-"],
        input=dockerfile,
        capture_output=True,
        text=True,
        check=False,
    )
    return [f"{one['line']}: {one['code']} {one['message']}" for one in json.loads(said.stdout)]


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name.partition(".")[0])
def test_hadolint_has_nothing_to_say(path: Path) -> None:
    text = path.read_text()
    assert "hadolint ignore" not in text
    assert _lint(text) == []
    assert _lint(text.replace("FROM ${BASE} AS build", "FROM python AS build")), "what is wrong is found"
