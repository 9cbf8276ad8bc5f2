"""Following objects through changes, restarts and lost history."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pagewire.kube import SECRETS, Change, Informer, KubeClient, ObjectName, Selection, find_access, version_of
from tests.kube.cluster import Cluster
from tests.pagewire.kube.test_client import secret


class Following:
    """An informer and what it told, to be awaited."""

    def __init__(self, client: KubeClient, of: Selection) -> None:
        self.told: asyncio.Queue[Change[str]] = asyncio.Queue()
        self.informer = Informer(client, SECRETS, version_of, self.told.put_nowait, of)

    async def next(self) -> tuple[str, bool, bool]:
        change = await asyncio.wait_for(self.told.get(), 30)
        return change.name.name, change.before is not None, change.after is not None


@asynccontextmanager
async def following(client: KubeClient, namespace: str) -> AsyncIterator[Following]:
    found = Following(client, Selection(namespace, metadata_only=True))
    task = asyncio.create_task(found.informer.run())
    await asyncio.wait_for(found.informer.synced.wait(), 30)
    yield found
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


NEW, CHANGED, GONE = (False, True), (True, True), (True, False)


async def test_what_is_there_and_every_change_is_told_once(client: KubeClient, cluster: Cluster) -> None:
    namespace = cluster.namespace()
    await client.create(SECRETS, secret(namespace, "old"))
    async with following(client, namespace.name) as found:
        assert await found.next() == ("old", *NEW)
        await client.create(SECRETS, secret(namespace, "new"))
        assert await found.next() == ("new", *NEW)
        await client.patch(SECRETS, "new", namespace.name, {"metadata": {"labels": {"a": "b"}}})
        assert await found.next() == ("new", *CHANGED)
        await client.delete(SECRETS, "old", namespace.name)
        assert await found.next() == ("old", *GONE)
        assert list(found.informer) == [ObjectName(namespace.name, "new")]
        assert found.told.empty()


async def test_the_last_known_state_stays_while_the_server_is_away(private_cluster: Cluster) -> None:
    namespace = private_cluster.namespace()
    async with KubeClient(find_access(private_cluster.admin_kubeconfig)) as client:
        await client.create(SECRETS, secret(namespace, "one"))
        async with following(client, namespace.name) as found:
            assert await found.next() == ("one", *NEW)
            await asyncio.to_thread(private_cluster.stop_api)
            while found.informer.trouble is None:
                await asyncio.sleep(0.01)
            assert found.informer.get(ObjectName(namespace.name, "one")) is not None
            await asyncio.to_thread(private_cluster.start_api)
            await client.create(SECRETS, secret(namespace, "two"))
            assert await found.next() == ("two", *NEW)
            assert found.informer.trouble is None


async def test_history_the_server_has_forgotten_is_made_up_for(client: KubeClient, cluster: Cluster) -> None:
    namespace = cluster.namespace()
    for name in ("stays", "goes"):
        await client.create(SECRETS, secret(namespace, name))
    found = Following(client, Selection(namespace.name, metadata_only=True))
    await found.informer._reflector._read_all()
    assert {(await found.next())[0] for _ in range(2)} == {"stays", "goes"}
    await client.delete(SECRETS, "goes", namespace.name)
    # Older than anything the server keeps: the watch answers 410, and only a new list can tell what went.
    found.informer._reflector._since = "1"
    task = asyncio.create_task(found.informer.run())
    assert await found.next() == ("goes", *GONE)
    task.cancel()
    await asyncio.wait([task])
    assert found.told.empty()
