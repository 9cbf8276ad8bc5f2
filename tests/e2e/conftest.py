"""A town with an operator at work, shared by the tests of a module: they keep apart by shops."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import pytest
import pytest_asyncio

from pagewire.simulator import World
from tests.e2e.shop import VERIFY_TOKEN
from tests.e2e.town import Town, running
from tests.kube.cluster import running_cluster
from tests.pagewire.simulator.receiver import Receiver, Request


def answer(request: Request) -> str:
    """What a gateway says to Meta's handshake, and to everything else."""
    query = parse_qs(request.query)
    known = query.get("hub.verify_token") == [VERIFY_TOKEN]
    return query["hub.challenge"][0] if known else "ok"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def empty_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """Meta, a cluster and somebody who answers handshakes; nobody is at work."""
    folder = tmp_path_factory.mktemp("town")
    with running_cluster() as cluster:
        async with Receiver(answer=answer) as hook:
            origin = hook.url.removesuffix("/webhooks/support/acme")
            async with Town(cluster, folder, World(subscriptions="enforced"), origin) as town:
                yield town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(empty_town: Town) -> AsyncIterator[Town]:
    """The same with an operator at work."""
    operator = empty_town.operator()
    async with running(operator):
        yield empty_town
    assert "InternalError" not in operator.text()
