"""The Messenger profile of a Page, and of the Instagram account linked to it (Meta, Messenger Profile API)."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pagewire.graph.admin.caller import Caller
from pagewire.graph.admin.edges import INSTAGRAM_PROPERTIES, PROFILE_PROPERTIES, ProfileEdge
from pagewire.graph.admin.results import Done, MessengerProfile
from pagewire.sealed import Sealed

__all__ = ["Profiles"]


class Profiles:
    """See `AdminClient.profile`. 10 calls in 10 minutes a Page, reads included: read once, write once, delete once."""

    def __init__(self, caller: Caller) -> None:
        self._edge = ProfileEdge(caller, "page")

    async def get(
        self,
        page_id: str,
        token: Sealed[str],
        *,
        fields: Iterable[str] = (),
        platform: Literal["instagram"] | None = None,
    ) -> MessengerProfile:
        """Read a Messenger profile.

        Args:
            page_id: the Page.
            token: its token.
            fields: which properties; all that the platform has, if empty.
            platform: the linked Instagram account's instead of the Page's own.
        """
        every = INSTAGRAM_PROPERTIES if platform == "instagram" else PROFILE_PROPERTIES
        return await self._edge.get(page_id, token, tuple(fields) or every, platform)

    async def set(
        self,
        page_id: str,
        token: Sealed[str],
        properties: Mapping[str, Any],
        *,
        platform: Literal["instagram"] | None = None,
    ) -> Done:
        """Set properties; each is replaced whole, others stay.

        A persistent menu needs a Get Started button: set both in one call (otherwise code 100, subcode 2018145).

        Args:
            page_id: the Page.
            token: its token.
            properties: in Meta's own names and forms.
            platform: the linked Instagram account's instead of the Page's own.

        Raises:
            ValueError: `properties` is empty.
            AdminError: see `AdminClient`.
        """
        return await self._edge.set(page_id, token, properties, platform)

    async def delete(
        self,
        page_id: str,
        token: Sealed[str],
        fields: Iterable[str],
        *,
        platform: Literal["instagram"] | None = None,
    ) -> Done:
        """Unset properties; `get_started` only together with or after `persistent_menu`.

        Raises:
            ValueError: `fields` is empty.
            AdminError: see `AdminClient`.
        """
        return await self._edge.delete(page_id, token, fields, platform)
