"""From a change of a Secret to what the Page of its token says."""

from random import Random
from time import monotonic
from typing import Final

from msgspec import Struct

from bench.operator_pages import change_token, name_of, token_of
from bench.operator_town import Town
from bench.operator_watch import Onlooker

CHANGES: Final = 50


class Changes(Struct, kw_only=True):
    """Seconds, sorted.

    Attributes:
        broken: from a token that is none to Ready=False.
        mended: from the right token to Ready=True.
    """

    broken: list[float]
    mended: list[float]


async def changes(here: Town, onlooker: Onlooker, pages: int) -> Changes:
    """Break tokens and mend them again, one after the other."""
    found = Changes(broken=[], mended=[])
    for number in Random(1).sample(range(pages), min(CHANGES, pages)):
        for token, status, taken in (
            (token_of(number)[::-1], "False", found.broken),
            (token_of(number), "True", found.mended),
        ):
            began = monotonic()
            await change_token(here.client, number, token)
            taken.append(await onlooker.until_says(name_of(number), status) - began)
    return Changes(broken=sorted(found.broken), mended=sorted(found.mended))
