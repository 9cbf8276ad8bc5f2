"""Labels on people (Meta, Custom Labels); Messenger only.

`Config` with code 2 and subcode 2018344 means that the Page's admin has to accept Meta's Page Contact Terms first.
"""

import msgspec

from pagewire.graph import wire
from pagewire.graph.answers import unreadable
from pagewire.graph.caller import Caller
from pagewire.graph.usage import Usage

_FIELDS = "id,page_label_name"
_MADE = wire.decoder(wire.IdAnswer)


class Label(msgspec.Struct, frozen=True):
    """A label of a Page."""

    id: wire.Id
    page_label_name: str = ""


class Labels(Caller):
    """Custom labels."""

    async def create_label(self, page_id: str, token: str, name: str) -> str:
        """Make a label; gives its id."""
        received, answer = await self._post(_MADE, (page_id, "custom_labels"), token, {"page_label_name": name})
        return str(answer.id or "") or unreadable(received, "Meta made a label without giving it an id.")

    async def labels(self, page_id: str, token: str, *, after: str | None = None) -> wire.Listed[Label]:
        """One page of the Page's labels; `everything` goes through all pages."""
        return await self._listed(Label, (page_id, "custom_labels"), token, fields=_FIELDS, after=after)

    async def labels_of(self, psid: str, token: str, *, after: str | None = None) -> wire.Listed[Label]:
        """One page of the labels that a person has."""
        return await self._listed(Label, (psid, "custom_labels"), token, fields=_FIELDS, after=after)

    async def label(self, label_id: str, token: str, psid: str) -> Usage | None:
        """Put a label on a person."""
        return await self._do((label_id, "label"), token, {"user": psid})

    async def unlabel(self, label_id: str, token: str, psid: str) -> Usage | None:
        """Take a label from a person."""
        return await self._delete((label_id, "label"), token, user=psid)

    async def delete_label(self, label_id: str, token: str) -> Usage | None:
        """Delete a label."""
        return await self._delete((label_id,), token)
