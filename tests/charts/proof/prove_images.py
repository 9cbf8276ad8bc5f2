"""Every Dockerfile builds, the same twice, and what it builds runs as nobody on a root that cannot be written."""

import asyncio
import json
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.charts.helm import ROOT
from tests.charts.proof.images import Images, Root
from tests.ports import free_port
from tests.whole.system import QUICK

NAMES = ("gateway", "operator", "simulator")
TOKEN = "a-token-of-the-admin-port-for-tests"


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Images:
    """A place to build in, with a base."""
    images = Images(tmp_path_factory.mktemp("images"))
    images.base()
    return images


@pytest.fixture(scope="module")
def roots(images: Images) -> dict[str, Root]:
    """All of them, built."""
    for name in NAMES:
        images.build(name, name)
    return {name: images.mounted(name) for name in NAMES}


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", NAMES)
def test_nobody_runs_it_and_nothing_can_be_written(roots: dict[str, Root], name: str) -> None:
    shell = ["sh", "-c", "id -u; id -g; touch /here 2>&1; ls -A /opt/pagewire/bin | grep -c pip"]
    said = subprocess.run(roots[name].command(entrypoint=shell), capture_output=True, text=True, check=False).stdout
    assert said.splitlines() == ["65532", "65532", "touch: cannot touch '/here': Read-only file system", "0"]
    help_ = subprocess.run(roots[name].command("--help"), capture_output=True, text=True, check=True).stdout
    assert help_.startswith("Usage:")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_the_list_of_parts_names_every_pin(roots: dict[str, Root], name: str) -> None:
    listed = json.loads((roots[name].path / "opt/pagewire/sbom.cdx.json").read_text())
    there = {(_plain(one["name"]), one["version"]) for one in listed["components"]}
    text = (ROOT / f"requirements/images/{name}.txt").read_text()
    pinned = re.findall(r"^([a-zA-Z0-9._-]+)(?:\[[^\]]*\])?==([^ \\;]+)( ; )?", text, re.MULTILINE)
    assert {(_plain(one), version) for one, version, only_elsewhere in pinned if not only_elsewhere} <= there
    assert ("pagewire", "0.1.0") in there


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", NAMES)
def test_two_builds_are_the_same(images: Images, roots: dict[str, Root], name: str) -> None:
    images.build(name, f"{name}-again")
    assert images.layers(f"{name}-again") == images.layers(name)


@pytest.mark.timeout(300)
async def test_a_message_goes_through_both(roots: dict[str, Root], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "deploy/examples", tmp_path / "manifests", ignore=shutil.ignore_patterns("plugins"))
    (tmp_path / "data").mkdir()
    for path in (tmp_path, tmp_path / "data"):
        path.chmod(0o777)
    sim, public, admin = free_port(), free_port(), free_port()
    manifests = f"{tmp_path}/manifests:/mnt"
    simulate = roots["simulator"].command(
        "--port", str(sim), "--manifests", "/mnt", "--webhook-base", f"http://127.0.0.1:{public}", binds=(manifests,)
    )
    graph = f"http://127.0.0.1:{sim}"
    addresses = ("--public", f"127.0.0.1:{public}", "--admin", f"127.0.0.1:{admin}")
    serve = roots["gateway"].command(
        *("serve", "--manifests", "/mnt", "--data", "/srv", *addresses),
        binds=(manifests, f"{tmp_path}/data:/srv"),
        **QUICK,
        PAGEWIRE_GRAPH_URL=graph,
        PAGEWIRE_INSTAGRAM_GRAPH_URL=graph,
        PAGEWIRE_ADMIN_TOKEN=TOKEN,
    )
    with _running(simulate, tmp_path / "sim.log"), _running(serve, tmp_path / "gateway.log"):
        async with asyncio.timeout(120), httpx.AsyncClient(trust_env=False) as client:
            await _until_ready(client, f"http://127.0.0.1:{admin}/readyz")
            said = {"account": "108000000000001", "person": "ann", "text": "What are your hours?"}
            (await client.post(f"{graph}/_control/say", json=said)).raise_for_status()
            while "9 to 5" not in (await client.get(f"{graph}/_control/sends")).text:
                await asyncio.sleep(0.2)


class _Ending(subprocess.Popen[bytes]):
    def __exit__(self, *error: object) -> None:
        self.terminate()
        super().__exit__(*error)  # type: ignore[arg-type]


def _running(command: list[str], log: Path) -> _Ending:
    with log.open("wb") as out:
        return _Ending(command, stdout=out, stderr=out)


async def _until_ready(client: httpx.AsyncClient, url: str) -> None:
    while True:
        try:
            if (await client.get(url)).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.2)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
