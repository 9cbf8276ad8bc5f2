"""Several reads in one request (Meta, batch requests). Each counts against the limits all the same."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from pagewire.graph import results, wire
from pagewire.graph.answers import Received, judge, unreadable
from pagewire.graph.caller import Caller, encoded
from pagewire.graph.errors import GraphError
from pagewire.graph.subjects.people import PROFILE_FIELDS
from pagewire.graph.usage import Rim

MOST = 50
"""Reads of one batch."""


class _Item(msgspec.Struct):
    code: int = 0
    body: str = ""


_ITEMS = msgspec.json.Decoder(list[_Item | None])
_ANY = wire.decoder(wire.ErrorAnswer)
_PROFILE = wire.decoder(wire.ProfileAnswer)


class Batches(Caller):
    """Reads only: messages of one conversation must not run beside each other, and those of many are paced one by one."""

    async def profiles(
        self, scoped_ids: Sequence[str], token: str, platform: wire.Platform
    ) -> dict[str, results.Profile | GraphError | None]:
        """Read the names and pictures of up to 50 people of one account.

        Returns:
            For each person the profile, the error that this one read came to, or `None` if Meta did not finish it.

        Raises:
            ValueError: too many people.
            GraphError: the whole request failed.
        """
        query = urlencode({"fields": PROFILE_FIELDS[platform]})
        received, items = await self._batch([f"{quote(one, safe='')}?{query}" for one in scoped_ids], token)
        return {
            one: None if item is None else _profile(received, item) for one, item in zip(scoped_ids, items, strict=True)
        }

    async def _batch(self, urls: Sequence[str], token: str) -> tuple[Received, list[_Item | None]]:
        if not 0 < len(urls) <= MOST:
            raise ValueError(f"a batch takes 1 to {MOST} reads")
        operations = [{"method": "GET", "relative_url": url} for url in urls]
        body: dict[str, Any] = {"include_headers": False, "batch": operations}
        received = await self._write((), token, encoded(body))
        try:
            items = _ITEMS.decode(received.body)
        except msgspec.MsgspecError:
            judge(received, _ANY)
            unreadable(received, "The answer is none to a batch.")
        if len(items) != len(urls):
            unreadable(received, "The answer has another length than the batch.")
        return received, items


def _profile(whole: Received, item: _Item) -> results.Profile | GraphError:
    one = Received(item.code, item.body.encode(), Rim())
    try:
        return results.profile_of(judge(one, _PROFILE, profile=True), whole.rim.usage)
    except GraphError as error:
        return error
