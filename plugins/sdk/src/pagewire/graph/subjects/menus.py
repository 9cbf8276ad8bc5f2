"""A menu for one person (Meta, custom user settings); Messenger only."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from pagewire.graph.caller import Caller
from pagewire.graph.usage import Usage


class PersonMenu(msgspec.Struct, frozen=True):
    """The menus that a person sees, each as a list of Meta's menu objects."""

    user_level_persistent_menu: tuple[dict[str, Any], ...] = ()
    """Of this person alone."""
    page_level_persistent_menu: tuple[dict[str, Any], ...] = ()
    """Of the Page."""


class Menus(Caller):
    """`/{page}/custom_user_settings`. Subcode 2018336 means that regional privacy rules touch the conversation."""

    async def person_menu(self, page_id: str, token: str, psid: str) -> PersonMenu:
        """Which menus a person sees."""
        listed = await self._listed(PersonMenu, (page_id, "custom_user_settings"), token, psid=psid)
        return next(iter(listed.data), PersonMenu())

    async def set_person_menu(
        self, page_id: str, token: str, psid: str, menu: Sequence[Mapping[str, Any]]
    ) -> Usage | None:
        """Give a person a menu of their own: menu objects as in the Messenger profile."""
        body = {"psid": psid, "persistent_menu": [dict(one) for one in menu]}
        return await self._do((page_id, "custom_user_settings"), token, body)

    async def delete_person_menu(self, page_id: str, token: str, psid: str) -> Usage | None:
        """Let a person see the Page's menu again."""
        return await self._delete((page_id, "custom_user_settings"), token, psid=psid, params='["persistent_menu"]')
