"""Which attachments Meta keeps for whom, so that none is fetched or uploaded twice.

Kept in memory only: a restart costs one more upload an attachment, which nobody sees, and a table would have to be emptied
of people's files when they ask to be forgotten. Source: Meta, saving assets: ids live for 90 days and belong to one Page.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple

from pagewire.replies import Media
from pagewire_gateway.registry.port import Account

_DAY: Final = 86_400_000
_LIFE: Final = 89 * _DAY  # one day less than Meta keeps them
_KEPT: Final = 10_000


class Asset(NamedTuple):
    """One attachment of one account.

    Attributes:
        owner: id of the Page, or of the account with Instagram Login.
        object: which product it was saved for.
        media: what it is.
        source: its address, or the hash of its bytes and their type.
    """

    owner: str
    object: str
    media: str
    source: str


def asset_of(account: Account, reply: Media) -> Asset:
    """What `reply` shows in the name of `account`."""
    source = reply.url or ""
    if reply.content is not None:
        source = f"{reply.content_type} {hashlib.sha256(reply.content).hexdigest()} {reply.filename}"
    return Asset(account.send_as_id, account.object, reply.media, source)


class Assets:
    """Attachment ids of saved assets.

    Args:
        clock: milliseconds since 1970.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._ids: OrderedDict[Asset, tuple[str, int]] = OrderedDict()

    def known(self, asset: Asset) -> str | None:
        """The id under which Meta still keeps it."""
        found = self._ids.get(asset)
        if found is None or found[1] <= self._clock():
            return None
        self._ids.move_to_end(asset)
        return found[0]

    def keep(self, asset: Asset, attachment_id: str | None) -> None:
        """Meta saved it just now."""
        if attachment_id is None:
            return
        self._ids[asset] = (attachment_id, self._clock() + _LIFE)
        self._ids.move_to_end(asset)
        if len(self._ids) > _KEPT:
            self._ids.popitem(last=False)

    def forget(self, asset: Asset) -> None:
        """Meta does not know the id any more."""
        self._ids.pop(asset, None)
