"""What a busy or broken server does to a request."""

from pathlib import Path

import pytest

from pagewire.kube import (
    SECRETS,
    ApiError,
    Gone,
    KubeClient,
    KubeError,
    ServerError,
    TooManyRequests,
    Unauthorized,
    Unreachable,
    find_access,
)
from tests.pagewire.kube.scripted import scripted

FOUND = b'{"kind": "Secret", "metadata": {"name": "one", "resourceVersion": "7"}}'


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_asks_for_patience_gets_it(status: int, tmp_path: Path) -> None:
    async with scripted(tmp_path) as (server, client):
        server.script = [(status, "0"), (status, "0"), FOUND]
        found = await client.patch(SECRETS, "one", "ns", {})
    assert found["metadata"]["name"] == "one"
    assert server.asked == ["PATCH"] * 3


async def test_patience_ends(tmp_path: Path) -> None:
    async with scripted(tmp_path) as (server, client):
        server.script = [(429, "0")]
        with pytest.raises(TooManyRequests) as found:
            await client.get(SECRETS, "one", "ns")
    assert found.value.passing
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("answer", "error"), [((429, "600"), TooManyRequests), (429, TooManyRequests), (500, ServerError)]
)
async def test_what_may_have_been_done_or_takes_long_is_left_to_the_caller(
    answer: int | tuple[int, str], error: type[ApiError], tmp_path: Path
) -> None:
    async with scripted(tmp_path) as (server, client):
        server.script = [answer, FOUND]
        with pytest.raises(error):
            await client.patch(SECRETS, "one", "ns", {})
    assert server.asked == ["PATCH"]


async def test_a_broken_connection_is_unreachable_and_a_change_is_not_repeated(tmp_path: Path) -> None:
    async with scripted(tmp_path) as (server, client):
        server.script = [None, FOUND]
        with pytest.raises(Unreachable) as found:
            await client.patch(SECRETS, "one", "ns", {})
    assert found.value.passing
    assert server.asked == ["PATCH"]


async def test_who_is_not_known_logs_in_once_more_and_then_says_so(tmp_path: Path) -> None:
    async with scripted(tmp_path) as (server, client):
        server.script = [401, FOUND]
        await client.get(SECRETS, "one", "ns")
        server.script = [401]
        with pytest.raises(Unauthorized):
            await client.get(SECRETS, "one", "ns")
    assert len(server.asked) == 4


@pytest.mark.parametrize(("code", "error"), [(410, Gone), (500, ServerError), (403, KubeError)])
async def test_an_error_in_a_watch_is_the_error_it_names(code: int, error: type[KubeError], tmp_path: Path) -> None:
    line = b'{"type": "ERROR", "object": {"kind": "Status", "code": %d, "message": "no"}}\n' % code
    async with scripted(tmp_path) as (server, client):
        server.script = [b'{"type": "ADDED", "object": %s}\n' % FOUND + line]
        watch = client.watch(SECRETS, "1")
        assert (await anext(watch)).type == "ADDED"
        with pytest.raises(error):
            await anext(watch)


async def test_an_object_larger_than_any_buffer_is_one_line(tmp_path: Path) -> None:
    large = b'{"type": "ADDED", "object": {"metadata": {"name": "a"}, "data": "%s"}}\n' % (b"x" * 3_000_000)
    async with scripted(tmp_path) as (server, client):
        server.script = [large * 2]
        sizes = [len(one.object["data"]) async for one in client.watch(SECRETS, "1")]
    assert sizes == [3_000_000, 3_000_000]


async def test_an_error_never_shows_the_token(tmp_path: Path) -> None:
    async with scripted(tmp_path) as (server, client):
        server.script = [403]
        with pytest.raises(KubeError) as found:
            await client.get(SECRETS, "one", "ns")
    assert str(found.value) == "GET /api/v1/namespaces/ns/secrets/one: 403 not now"


async def test_nobody_there_is_unreachable(tmp_path: Path) -> None:
    async with scripted(tmp_path):
        kubeconfig = tmp_path / "kubeconfig"
    async with KubeClient(find_access(kubeconfig)) as client:
        with pytest.raises(Unreachable):
            await client.get(SECRETS, "one", "ns")
