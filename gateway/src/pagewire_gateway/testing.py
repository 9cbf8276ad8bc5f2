"""pytest plugin of the gateway (entry point ``pytest11``): the fixture `gateway`, for tests of plugins against the real one.

::

    async def test_it_answers(gateway):
        running = await gateway(hours={"hours": "from 9 to 6"})
        await running.say("When are you open?")
        assert await running.replies(1) == ["We are open from 9 to 6."]
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pagewire_gateway.trying import Tried


@pytest.fixture
async def gateway(tmp_path: Path) -> "AsyncIterator[Callable[..., Awaitable[Tried]]]":
    """A function from configurations by plugin to a running gateway; it ends with the test.

    The plugins are installed ones, each by its name with ``-`` as ``_``. A second call in the same test starts another gateway on
    the same folder once the first was closed with ``await gateway.aclose()``.
    """
    from pagewire_gateway.plugins import load  # noqa: PLC0415 - only tests that ask for a gateway pay for one
    from pagewire_gateway.trying import trying  # noqa: PLC0415

    async with AsyncExitStack() as stack:

        async def start(**configs: Any) -> "Tried":
            named = {name.replace("_", "-"): config for name, config in configs.items()}
            return await stack.enter_async_context(trying(load(named), named, tmp_path / "gateway"))

        start.aclose = stack.aclose  # type: ignore[attr-defined]
        yield start
