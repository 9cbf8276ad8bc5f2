"""Each limit of the table of send features, against the simulator: what just fits Meta takes, one more or less it does not."""

from collections.abc import Callable
from typing import Any

import pytest

from pagewire.capabilities import Feature, Limit
from pagewire.graph import GraphError
from pagewire.replies import Terms
from pagewire.surfaces import Surface
from tests.pagewire.sending.examples import SIZED
from tests.pagewire.sending.test_limits import LIMITS
from tests.pagewire_gateway.outbox.test_sending_table import Talk, meet

__all__ = ["meet"]

Ready = Callable[[int], Any]
CUT = (Feature.QUICK_REPLY, "title")
"""Meta takes a longer title of a quick reply, and cuts it."""


@pytest.mark.parametrize(("feature", "name", "surface", "limit"), LIMITS)
async def test_meta_has_the_same_limit(
    meet: Callable[..., Talk], feature: Feature, name: str, surface: Surface, limit: Limit
) -> None:
    talk, sized = meet(surface), SIZED[feature, name]
    too_much, too_little = limit.most + 1, limit.least - 1
    if (feature, name) == CUT:
        await talk.raw(sized(too_much))
        [quick] = talk.place.said(surface, talk.person)[-1].quick_replies
        assert len(quick["title"]) == limit.most
    else:
        await assert_refused(talk, await talk.ready(feature, sized(too_much)))
    if too_little >= 0:
        await assert_refused(talk, await talk.ready(feature, sized(too_little)))
    for size in {limit.least or limit.most, limit.most}:
        await talk.answer(await talk.ready(feature, sized(size)), Terms())


async def assert_refused(talk: Talk, reply: Any) -> None:
    """Meta itself refuses it, as a wrong parameter and for nothing else."""
    with pytest.raises(GraphError) as refused:
        await talk.raw(reply)
    assert refused.value.code == 100
