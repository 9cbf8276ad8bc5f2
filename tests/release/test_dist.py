"""What is built is what a user installs: whole, the same for whoever builds it, and running without this checkout."""

import os
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from tools.release.building import ROOT, SUMS, build, environment
from tools.release.trying import install, version_of

NAMES = (
    "pagewire",
    "pagewire_auto_reply",
    "pagewire_crm_sync",
    "pagewire_gateway",
    "pagewire_logging",
    "pagewire_operator",
)
pytestmark = [pytest.mark.slow(90), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything, built twice."""
    out = tmp_path_factory.mktemp("dist")
    build(out)
    return out


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that knows nothing of this checkout."""
    return install(dist, tmp_path_factory.mktemp("clean") / "venv", sys.executable)


def run(*words: object, cwd: Path) -> str:
    environment = {**os.environ, "PATH": "/usr/bin:/bin", "HOME": str(cwd)}
    for name in ("VIRTUAL_ENV", "PYTHONPATH"):
        environment.pop(name, None)
    done = subprocess.run(
        [*map(str, words)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_each_distribution_is_a_wheel_and_a_source_archive_with_a_sum(dist: Path):
    version = version_of(dist)
    wanted = {f"{name}-{version}{end}" for name in NAMES for end in ("-py3-none-any.whl", ".tar.gz")}
    assert {one.name for one in dist.iterdir()} == wanted | {SUMS}
    assert {line.split("  ")[1] for line in (dist / SUMS).read_text().splitlines()} == wanted


@pytest.mark.parametrize("name", NAMES)
def test_a_wheel_holds_every_file_of_its_package_and_nothing_else(dist: Path, name: str):
    (wheel,) = dist.glob(f"{name}-*.whl")
    (source,) = {path.parent for path in ROOT.glob(f"**/src/{name}/__init__.py") if ".venv" not in path.parts}
    tracked = subprocess.run(["git", "ls-files", "."], cwd=source, capture_output=True, text=True, check=True).stdout
    with zipfile.ZipFile(wheel) as archive:
        packed = {one for one in archive.namelist() if ".dist-info/" not in one}
        about = Parser().parsestr(
            archive.read(next(one for one in archive.namelist() if one.endswith("METADATA"))).decode()
        )
        assert (
            archive.read(next(one for one in archive.namelist() if one.endswith("licenses/LICENSE")))
            == (ROOT / "LICENSE").read_bytes()
        )
    for one in tracked.splitlines():
        assert any(f"{path}/".startswith(f"{name}/{one}/") for path in packed), one
    assert not [one for one in packed if not one.startswith(f"{name}/") or "__pycache__" in one]
    ours = [one for one in about.get_all("Requires-Dist") or () if one.partition(";")[0].startswith("pagewire")]
    assert all(f"=={about['Version']}" in one for one in ours if name != "pagewire"), ours
    assert about.get_payload().startswith("# pagewire")


def test_a_source_archive_can_be_built_without_git(dist: Path, tmp_path: Path, monkeypatch):
    (source,) = dist.glob("pagewire_logging-*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    uv = Path(sys.executable).with_name("uv")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", environment(ROOT)["SOURCE_DATE_EPOCH"])
    run(uv, "build", "--quiet", "--wheel", "--python", sys.executable, "--out-dir", tmp_path / "out", cwd=folder)
    (built,) = (tmp_path / "out").glob("*.whl")
    assert built.read_bytes() == next(dist.glob("pagewire_logging-*.whl")).read_bytes()


def test_the_demo_runs_from_what_was_installed(installed: Path, tmp_path: Path):
    said = run(installed / "pagewire", "demo", "--once", cwd=tmp_path)
    assert "Everything expected happened" in said


def test_a_plugin_is_made_from_the_installed_template(installed: Path, tmp_path: Path):
    run(installed / "pagewire", "plugins", "new", "harbour", cwd=tmp_path)
    assert (tmp_path / "pagewire-harbour" / "pyproject.toml").exists()


def test_the_programs_tell_the_version_that_was_built(installed: Path, dist: Path, tmp_path: Path):
    assert run(installed / "pagewire", "--version", cwd=tmp_path).split()[-1] == version_of(dist)
    assert run(installed / "pagewire", "crds", cwd=tmp_path).count("kind: CustomResourceDefinition") == 5
    assert "Usage" in run(installed / "pagewire-operator", "--help", cwd=tmp_path)
