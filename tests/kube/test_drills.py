"""What happens to clients when the API server goes away, and what is still there afterwards."""

import json
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.kube import making
from tests.kube.cluster import Cluster
from tests.kube.kubectl import KubectlError


def test_a_restart_keeps_address_data_and_tokens(private_cluster: Cluster) -> None:
    namespace = private_cluster.namespace()
    namespace.apply(making.secret("token"))
    reader = private_cluster.identity("reader", making.role(namespace.name, "reader"))
    private_cluster.stop_api()
    with pytest.raises(KubectlError, match="was refused"):
        namespace.kubectl("get", "secrets")
    # From a thread that ends before we look: the server must not end with it.
    with ThreadPoolExecutor() as threads:
        threads.submit(private_cluster.start_api).result()
    assert reader.kubectl("get", "secrets", "-o", "name", "--namespace", namespace.name).stdout == "secret/token\n"


async def test_a_watch_goes_on_where_a_restart_broke_it(private_cluster: Cluster) -> None:
    namespace = private_cluster.namespace()
    path = f"/api/v1/namespaces/{namespace.name}/secrets"
    async with private_cluster.http(timeout=None) as admin:
        version = (await admin.get(path)).json()["metadata"]["resourceVersion"]
        watch = _watch(admin, path, version)
        namespace.apply(making.secret("first"))
        seen = await anext(watch)
        assert seen["object"]["metadata"]["name"] == "first"
        private_cluster.stop_api()
        with pytest.raises((httpx.TransportError, StopAsyncIteration)):
            await anext(watch)
        private_cluster.start_api()
        namespace.apply(making.secret("second"))
        goes_on = _watch(admin, path, seen["object"]["metadata"]["resourceVersion"])
        assert (await anext(goes_on))["object"]["metadata"]["name"] == "second"
        await goes_on.aclose()


async def test_a_frozen_server_answers_late(private_cluster: Cluster) -> None:
    async with private_cluster.http(timeout=1) as admin:
        with private_cluster.frozen(), pytest.raises(httpx.TimeoutException):
            await admin.get("/readyz")
        assert (await admin.get("/readyz", timeout=30)).text == "ok"


def test_controllers_make_deletion_true(private_cluster: Cluster) -> None:
    namespace = private_cluster.namespace()
    private_cluster.start_controllers()
    private_cluster.restart()
    namespace.kubectl("create", "configmap", "owner")
    uid = namespace.kubectl.get("configmap", "owner")["metadata"]["uid"]
    namespace.apply(making.secret("owned", owner_uid=uid, owner="owner"), making.secret("own"))
    namespace.kubectl("delete", "configmap", "owner")
    namespace.kubectl("wait", "--for=delete", "secret/owned", "--timeout=60s")
    assert namespace.kubectl("get", "secrets", "-o", "name").stdout == "secret/own\n"
    private_cluster.kubectl("delete", "namespace", namespace.name, "--timeout=60s")
    assert private_cluster.kubectl("get", "namespace", namespace.name, check=False).returncode == 1


async def _watch(client: httpx.AsyncClient, path: str, version: str) -> AsyncGenerator[Any]:
    async with client.stream("GET", path, params={"watch": "1", "resourceVersion": version}) as stream:
        async for line in stream.aiter_lines():
            yield json.loads(line)
