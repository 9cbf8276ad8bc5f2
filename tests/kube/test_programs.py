"""The programs are found where a Kubernetes developer expects them, and built once where they are not."""

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kube.servers import program
from tools.kubernetes.binaries import BINARIES, cache, find, kubernetes_version, pinned
from tools.kubernetes.build import build_missing

ROOT = Path(__file__).parents[2]
GO = """#!/bin/sh
case "$1" in
version) echo go version go1.26.9 linux/amd64 ;;
build) echo "$@" >> "$BUILDS"; while [ "$1" != -o ]; do shift; done; echo whole > "$2"; chmod +x "$2"; exit "${FAILS:-0}" ;;
esac
"""
"""Stands for the toolchain: the real one has to run, and does, before any other test here."""


def executable(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def kubectl_that_says(minor: str) -> str:
    return f"""#!/bin/sh\necho '{{"clientVersion": {{"major": "1", "minor": "{minor}"}}}}'\n"""


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine where nothing was built yet, with a Go on the PATH."""
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("BUILDS", str(tmp_path / "builds"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    executable(tmp_path / "bin" / "go", GO)
    executable(tmp_path / "bin" / "kubectl", kubectl_that_says("20"))
    (tmp_path / "builds").touch()
    return tmp_path


def test_assets_of_the_developer_come_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = executable(cache() / "etcd")
    assert find("etcd") == built
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(bare / "assets"))
    assert find("etcd") == built
    own = executable(bare / "assets" / "etcd")
    assert find("etcd") == own


@pytest.mark.parametrize(("away", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_kubectl_is_used_if_kubernetes_supports_it(bare: Path, away: int, fits: bool) -> None:
    minor = int(kubernetes_version().split(".")[1]) + away
    known = executable(bare / "bin" / "kubectl", kubectl_that_says(f"{minor}+"))
    assert find("kubectl") == (known if fits else None)


def test_what_is_missing_is_told_with_the_remedy(bare: Path) -> None:
    with pytest.raises(FileNotFoundError, match="run `make kube`, or point KUBEBUILDER_ASSETS"):
        program("kube-apiserver")


def test_each_program_is_built_once(bare: Path) -> None:
    build_missing()
    build_missing()
    assert all(os.access(cache() / binary.name, os.X_OK) for binary in BINARIES)
    assert len((bare / "builds").read_text().splitlines()) == len(BINARIES)
    assert f"version.gitVersion=v{kubernetes_version()} " in (bare / "builds").read_text()


def test_a_failed_build_leaves_nothing_to_be_taken_for_a_program(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILS", "3")
    with pytest.raises(SystemExit, match="failed with code 3"):
        build_missing(["etcd"])
    assert find("etcd") is None
    assert [file.name for file in cache().iterdir()] == [".lock"]


def test_two_builders_build_once(bare: Path) -> None:
    cache().mkdir(parents=True)
    with (cache() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-m", "tools.kubernetes", "etcd"]
        builders = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(2)]
        for builder in builders:
            assert builder.stdout
            assert builder.stdout.readline() == "waiting for another build of Kubernetes\n"
    for builder in builders:
        builder.communicate()
        assert builder.returncode == 0
    assert len((bare / "builds").read_text().splitlines()) == 1


def test_the_libraries_of_kubernetes_are_pinned_to_its_release() -> None:
    text = (BINARIES[0].module / "go.mod").read_text()
    unpublished = set(re.findall(r"(k8s\.io/\S+) v0\.0\.0 ", text))
    replaced = dict(re.findall(r"(k8s\.io/\S+) => \1 v(\S+)", text))
    assert unpublished
    assert unpublished <= set(replaced)
    assert set(replaced.values()) == {f"0.{kubernetes_version().partition('.')[2]}"}


def test_every_program_is_a_pinned_tool() -> None:
    for binary in BINARIES:
        assert re.search(
            rf"^(tool |\t){re.escape(binary.package)}$", (binary.module / "go.mod").read_text(), re.MULTILINE
        )
    assert pinned(BINARIES[-1].module, "go.etcd.io/etcd/server/v3").startswith("3.")
