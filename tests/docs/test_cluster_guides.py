"""Guides for a cluster, typed as they stand: a real API server and kubectl, a gateway, and a simulated Meta."""

import shutil
from pathlib import Path

import pytest

from tests.charts.test_install import tools
from tests.docs.test_how_tos import GATEWAY, META, ROOT
from tests.docs.transcript import replaced, section, typed
from tests.kube.cluster import Cluster
from tests.ports import free_port

READY = "until curl -sf -o /dev/null http://127.0.0.1:9090/readyz; do sleep 0.2; done"
BESIDE = f"--public 127.0.0.1:8080 --admin 127.0.0.1:9090 > gateway.log 2>&1 &\ngateway=$!\n{READY}"
"""A server waits for nobody: what follows is typed beside it."""


def how_to(name: str) -> str:
    return (ROOT / f"docs/how-to/{name}.md").read_text()


def play(text: str, folder: Path, cluster: Cluster, **instead: str) -> None:
    """Type a page in a folder that has what a clone has."""
    (folder / "deploy").mkdir()
    shutil.copytree(ROOT / "deploy/examples", folder / "deploy/examples", ignore=shutil.ignore_patterns("plugins"))
    (folder / "manifests").symlink_to("deploy/examples")
    for part in ("deploy/kustomize", "charts"):
        (folder / part).symlink_to(ROOT / part)
    ports = {port: str(free_port()) for port in ("8080", "8090", "9090")}
    graph = f"http://127.0.0.1:{ports['8090']}"
    environment = {
        **tools(folder, cluster),
        "PAGEWIRE_ADMIN_URL": f"http://127.0.0.1:{ports['9090']}",
        "PAGEWIRE_GRAPH_URL": graph,
        "PAGEWIRE_INSTAGRAM_GRAPH_URL": f"{graph}/instagram",
    }
    typed(replaced(text, instead), folder, instead=ports, environment=environment, timeout=200)


@pytest.mark.slow(25)
@pytest.mark.timeout(300)
def test_serving_from_a_cluster_works_as_written(private_cluster: Cluster, tmp_path: Path) -> None:
    text = f"```sh\n{META}```\n{how_to('serve-from-a-cluster')}"
    text += section(how_to("connect-a-page-by-login"), "2. In a cluster: let the login write one Secret")
    text += section(how_to("see-it"), "Trace one account more, or less")
    play(text, tmp_path, private_cluster, **{"--cluster --data ./data\n": f"--cluster --data ./data {BESIDE}\n"})


@pytest.mark.slow(25)
@pytest.mark.timeout(300)
def test_the_console_opens_as_written(private_cluster: Cluster, tmp_path: Path) -> None:
    page = how_to("open-the-console")
    # tests/charts/test_install.py has the pods that it leads to.
    page = page.replace(section(page, "Through a port-forward"), "")
    instead = {f"--data data --admin {host}:9090\n": f"--data data {BESIDE}\n" for host in ("127.0.0.1", "0.0.0.0")}
    serve = GATEWAY[: GATEWAY.index("\nserve\n")]
    play(f"```sh\n{META}{serve}\n```\n{page}", tmp_path, private_cluster, **instead)
