"""What a store is told, and when a watch that breaks is trouble."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pagewire.kube import (
    SECRETS,
    Forbidden,
    Heard,
    KubeClient,
    KubeError,
    Object,
    Reflector,
    Selection,
    TooManyRequests,
    Unreachable,
    name_of,
)
from tests.kube.cluster import Namespace
from tests.pagewire.kube.scripted import scripted
from tests.pagewire.kube.test_client import secret

LIST = b'{"metadata": {"resourceVersion": "7"}, "items": [{"metadata": {"name": "one", "resourceVersion": "5"}}]}'
TWO = b'{"type": "ADDED", "object": {"metadata": {"name": "two", "resourceVersion": "8"}}}\n'
QUIET = b""


class Told:
    """A store that remembers every word."""

    def __init__(self) -> None:
        self.words: asyncio.Queue[object] = asyncio.Queue()

    def begin(self) -> None:
        self.words.put_nowait("begin")

    async def found(self, objects: list[Object]) -> None:
        self.words.put_nowait([name_of(one).name for one in objects])

    async def end(self) -> None:
        self.words.put_nowait("end")

    async def changed(self, heard: Heard) -> None:
        self.words.put_nowait((heard.type, name_of(heard.object).name))

    def troubled(self, error: KubeError | None) -> None:
        self.words.put_nowait(type(error))

    async def next(self, count: int) -> list[object]:
        return [await asyncio.wait_for(self.words.get(), 30) for _ in range(count)]


@asynccontextmanager
async def reflecting(client: KubeClient, of: Selection) -> AsyncIterator[tuple[Told, Reflector]]:
    told = Told()
    reflector = Reflector(client, SECRETS, told, of)
    task = asyncio.create_task(reflector.run())
    yield told, reflector
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_list_is_told_in_pieces_and_then_what_changes(client: KubeClient, namespace: Namespace) -> None:
    await client.create(SECRETS, secret(namespace, "one"))
    async with reflecting(client, Selection(namespace.name)) as (told, reflector):
        assert await told.next(3) == ["begin", ["one"], "end"]
        assert reflector.synced.is_set()
        await client.create(SECRETS, secret(namespace, "two"))
        await client.delete(SECRETS, "one", namespace.name)
        assert await told.next(2) == [("ADDED", "two"), ("DELETED", "one")]


async def test_a_watch_that_breaks_off_once_is_no_trouble(tmp_path: Path) -> None:
    async with scripted(tmp_path) as (server, client):
        server.script = [LIST, None, TWO, QUIET]
        async with reflecting(client, Selection()) as (told, _):
            assert await told.next(4) == ["begin", ["one"], "end", ("ADDED", "two")]
            assert told.words.empty()


@pytest.mark.parametrize(("answer", "error"), [(None, Unreachable), ((429, "600"), TooManyRequests)])
async def test_trouble_is_told_once_and_is_over_when_a_watch_is_taken_though_nothing_happens(
    answer: tuple[int, str] | None, error: type[KubeError], tmp_path: Path
) -> None:
    async with scripted(tmp_path) as (server, client):
        server.script = [LIST, *[answer] * 4, QUIET]
        async with reflecting(client, Selection()) as (told, reflector):
            assert await told.next(5) == ["begin", ["one"], "end", error, type(None)]
            assert reflector.trouble is None


async def test_a_refusal_is_trouble_at_once(tmp_path: Path) -> None:
    async with scripted(tmp_path) as (server, client):
        server.script = [403, LIST, QUIET]
        async with reflecting(client, Selection()) as (told, _):
            assert await told.next(6) == ["begin", Forbidden, "begin", type(None), ["one"], "end"]


async def test_a_list_that_breaks_off_is_begun_anew(tmp_path: Path) -> None:
    first = b'{"metadata": {"resourceVersion": "7", "continue": "more"}, "items": [{"metadata": {"name": "zero"}}]}'
    async with scripted(tmp_path) as (server, client):
        server.script = [first, 410, LIST, QUIET]
        async with reflecting(client, Selection()) as (told, reflector):
            assert await told.next(5) == ["begin", ["zero"], "begin", ["one"], "end"]
            assert reflector.trouble is None


async def test_what_is_nested_without_end_costs_its_depth_only(tmp_path: Path) -> None:
    deep = b'{"a":' * 5_000 + b"1" + b"}" * 5_000
    item = b'{"metadata": {"name": "deep", "resourceVersion": "5"}, "text": "}]{[\\"", "spec": %s}' % deep
    lists = b'{"metadata": {"resourceVersion": "7"}, "items": [%s, {"metadata": {"name": "one"}}]}' % item
    async with scripted(tmp_path) as (server, client):
        server.script = [lists, b'{"type": "MODIFIED", "object": %s}\n' % item + TWO, QUIET]
        async with reflecting(client, Selection()) as (told, _):
            assert await told.next(5) == ["begin", ["deep", "one"], "end", ("MODIFIED", "deep"), ("ADDED", "two")]
