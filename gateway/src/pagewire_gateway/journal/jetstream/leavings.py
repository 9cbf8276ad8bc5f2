"""Chunks in the store of snapshots that no entry names: what an upload that was killed left behind. They hold message text."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from nats.js.errors import NotFoundError
from nats.js.object_store import ObjectStore

from pagewire_gateway.journal.jetstream.provision import Refused, ask, told
from pagewire_gateway.shared.connection import Nats, explained

_OLD: Final = timedelta(seconds=120)
"""Since its last chunk, by the servers' clock. An upload at work is not that slow: each chunk is stored within seconds."""


class Leavings:
    """Those of one store.

    Args:
        link: the connection.
        bucket: the store.
    """

    def __init__(self, link: Nats, bucket: str) -> None:
        self._link, self._stream, self._chunks = link, f"OBJ_{bucket}", f"$O.{bucket}.C."

    async def purge(self, store: ObjectStore) -> bool:
        """Purge those that are old; returns whether none is left. Others may belong to an upload at work.

        Raises:
            JournalError: NATS does not answer, or refuses.
        """
        # Chunks are looked at before entries: an upload that ends in between is then seen to have its entry.
        state = await self._ask("STREAM.INFO", {"subjects_filter": f"{self._chunks}>"})
        named = {f"{self._chunks}{nuid}" for nuid in await _named(store)}
        left = False
        for subject in (state["state"].get("subjects") or {}).keys() - named:
            if await self._last(subject) + _OLD < _time(state["ts"]):
                await self._ask("STREAM.PURGE", {"filter": subject})
            else:
                left = True
        return not left

    async def whole(self, nuid: str, chunks: int) -> bool:
        """Whether all chunks of an upload are there."""
        subject = f"{self._chunks}{nuid}"
        state = await self._ask("STREAM.INFO", {"subjects_filter": subject})
        return bool((state["state"].get("subjects") or {}).get(subject, 0) == chunks)

    async def _last(self, subject: str) -> datetime:
        found = await self._ask("STREAM.MSG.GET", {"last_by_subj": subject})
        return _time(found["message"]["time"])

    async def _ask(self, what: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return await ask(self._link, f"{what}.{self._stream}", request)
        except Refused as refused:
            raise told(refused) from refused


async def _named(store: ObjectStore) -> set[str]:
    with explained():
        try:
            return {info.nuid for info in await store.list(ignore_deletes=True) if info.nuid}
        except NotFoundError:
            return set()


def _time(said: str) -> datetime:
    """Of a server, to the second; it tells nanoseconds."""
    return datetime.fromisoformat(said.partition(".")[0].rstrip("Z")).replace(tzinfo=UTC)
