"""A whole gateway that serves from a cluster, as a process and in the test's own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from pagewire import hookimpl
from pagewire.events import Message
from pagewire.kube import KubeClient
from pagewire.wire import read
from pagewire_gateway.app import Gateway, now
from pagewire_gateway.config import Address, ClusterSettings, Settings, SettingsError
from pagewire_gateway.registry.opening import open_registry
from tests.kube.cluster import Cluster, Namespace
from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.registry.cluster.desk import CRDS, RIGHTS, admin_of, apply
from tests.pagewire_gateway.registry.cluster.documents import APP_SECRET, page, served
from tests.pagewire_gateway.stage import plugins
from tests.whole.system import die_with_parent

FREE = ["--public", "127.0.0.1:0", "--admin", "127.0.0.1:0"]


class Listener:
    """A plugin that remembers what it heard."""

    heard: asyncio.Queue[str]

    @hookimpl
    async def message_received(self, event: Message) -> None:
        Listener.heard.put_nowait(event.text or "")


@asynccontextmanager
async def serving(folder: Path, kubeconfig: Path, *namespaces: str) -> AsyncIterator[tuple[Gateway, httpx.AsyncClient]]:
    here = Address("127.0.0.1", 0)
    cluster = ClusterSettings(kubeconfig=kubeconfig, namespaces=namespaces)
    settings = Settings(cluster=cluster, data=folder, public=here, admin=here)
    async with Gateway(settings, plugins(listener=Listener)) as gateway, httpx.AsyncClient() as client:
        yield gateway, client


async def test_without_its_api_server_a_gateway_takes_nothing_until_it_knows_for_whom(
    private_cluster: Cluster, tmp_path: Path
) -> None:
    """Events of before are not handed to nobody, and Meta keeps what comes meanwhile."""
    private_cluster.install_crds(CRDS)
    kubeconfig = private_cluster.identity("pagewire-gateway", RIGHTS).kubeconfig
    async with admin_of(private_cluster) as admin:
        await apply(admin, *served("support"), page("support", plugins=[{"name": "listener"}]))
    await asyncio.to_thread(private_cluster.stop_api)
    Listener.heard = asyncio.Queue()
    async with serving(tmp_path, kubeconfig) as (gateway, client):
        admin_url, public = (f"http://127.0.0.1:{port}" for port in (gateway.admin_port, gateway.public_port))
        before = read(making.body(making.message("before")), now())
        await gateway.journal.append(before.items, now(), "support/acme")
        content = making.body(making.message("meanwhile"))
        hook, headers = f"{public}/webhooks/support/acme", making.signed(content, APP_SECRET)
        assert (await client.post(hook, content=content, headers=headers)).status_code == 503
        assert (await client.get(f"{admin_url}/healthz")).status_code == 200
        ready = await client.get(f"{admin_url}/readyz")
        assert ready.status_code == 503
        assert f"the API server {private_cluster.url} does not answer since" in ready.json()["reasons"][1]
        assert Listener.heard.empty()
        await asyncio.to_thread(private_cluster.start_api)
        async with asyncio.timeout(60):
            assert await Listener.heard.get() == "before"
            assert (await client.post(hook, content=content, headers=headers)).status_code == 200
            assert await Listener.heard.get() == "meanwhile"
        assert (await client.get(f"{admin_url}/readyz")).status_code == 200
        text = (await client.get(f"{admin_url}/metrics")).text
        assert 'pagewire_registry_watch_silence_seconds{resource="secrets"}' in text


async def test_the_command_serves_a_namespace_of_a_cluster(
    admin: KubeClient, kubeconfig: Path, namespace: Namespace, tmp_path: Path
) -> None:
    await apply(admin, *served(namespace.name))
    where = ["--kubeconfig", str(kubeconfig), "--namespace", namespace.name, "--data", str(tmp_path)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pagewire_gateway.cli", "serve", *where, *FREE, "--plugin", "logging"),
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=die_with_parent,
    )
    try:
        admin_url = await _admin_url(process)
        async with httpx.AsyncClient(base_url=admin_url) as client:
            accounts = (await client.get("/api/v1/accounts")).json()["accounts"]
            assert [(one["namespace"], one["name"], one["closed"]) for one in accounts] == [
                (namespace.name, "harbour", False)
            ]
            assert (await client.get("/api/v1/problems")).json() == {"problems": []}
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 30) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _admin_url(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(60):
        while line := (await process.stderr.readline()).decode():
            if "admin port" in line:
                return line.split("admin port ")[1].strip()
    raise AssertionError("the gateway did not start")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "Give --manifests DIR, or --cluster (or --kubeconfig FILE): one of the two."),
        (["--manifests", ".", "--cluster"], 2, "one of the two"),
        (["--manifests", ".", "--kubeconfig", __file__], 2, "one of the two"),
        (["--manifests", ".", "--namespace", "shop"], 2, "--namespace goes with --cluster"),
        (["--kubeconfig", "none"], 2, "'none' does not exist"),
        (["--kubeconfig", __file__], 1, "cannot be used"),
    ],
)
async def test_where_to_serve_from_is_said_once(arguments: list[str], code: int, said: str, tmp_path: Path) -> None:
    result = await invoke("serve", *arguments, "--data", str(tmp_path), *FREE)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("given", [{}, {"manifests": Path(), "cluster": ClusterSettings()}])
def test_settings_name_one_source(given: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="one of the two"):
        open_registry(Settings(data=Path(), **given))


def test_a_gateway_without_the_extra_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pagewire.kube", None)
    with pytest.raises(SettingsError, match=r"pip install 'pagewire-gateway\[cluster\]'"):
        open_registry(Settings(data=Path(), cluster=ClusterSettings()))
