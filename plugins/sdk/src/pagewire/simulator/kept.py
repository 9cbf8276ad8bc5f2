"""Bytes that senders uploaded, to be had again at an address of their own (Meta keeps them at scontent and lookaside hosts)."""

from __future__ import annotations

from collections import OrderedDict
from urllib.parse import quote

from pagewire.simulator.ids import Ids
from pagewire.simulator.order import Upload

PATH = "/_media/"
MOST_BYTES = 128 * 1024 * 1024
"""Of all uploads together; the oldest give way."""


class Kept:
    """Uploads by the last part of their address.

    Args:
        ids: makes addresses nobody guesses.
        most: bytes kept.
    """

    def __init__(self, ids: Ids, most: int = MOST_BYTES) -> None:
        self.origin = ""
        """Scheme, host and port that answers for them; empty while nobody does."""
        self._ids = ids
        self._most = most
        self._uploads: OrderedDict[str, Upload] = OrderedDict()

    def keep(self, upload: Upload | None) -> str:
        """Keep an upload; the address where it can be fetched, or where nothing is if nobody answers."""
        name = self._ids.number("3")
        if upload is None or not self.origin:
            return f"https://scontent.example.net/upload/{name}"
        self._uploads[name] = upload
        while sum(one.size for one in self._uploads.values()) > self._most:
            self._uploads.popitem(last=False)
        return f"{self.origin}{PATH}{name}/{quote(upload.filename.rpartition('/')[2] or 'file', safe='')}"

    def find(self, path: str) -> Upload | None:
        """What is kept at the path of an address."""
        return self._uploads.get(path.removeprefix(PATH).partition("/")[0])

    def clear(self) -> None:
        """Keep nothing any more."""
        self._uploads.clear()
