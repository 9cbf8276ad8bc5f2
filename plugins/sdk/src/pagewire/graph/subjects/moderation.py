"""People who are kept away (Meta, Moderate Conversations; Page, blocked)."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from pagewire.graph import wire
from pagewire.graph.answers import judge, unreadable
from pagewire.graph.caller import Caller, encoded
from pagewire.graph.usage import Usage
from pagewire.replies import Moderate, ReplyError, check
from pagewire.surfaces import Surface

ModerationAction = Literal["block_user", "unblock_user", "move_to_spam", "ban_user", "unban_user"]

MOST_USERS = 10
"""People of one call of `moderate`."""


class Blocked(msgspec.Struct, frozen=True):
    """A person whom a Page blocked."""

    id: wire.Id
    name: str = ""


_ANY = wire.decoder(wire.ErrorAnswer)
_MARKS = msgspec.json.Decoder(dict[str, Any])


class Moderation(Caller):
    """Blocking."""

    async def moderate(
        self, page_id: str, token: str, user_ids: Sequence[str], actions: Sequence[ModerationAction]
    ) -> Usage | None:
        """Block people, or move their conversations to spam.

        Args:
            page_id: the Page, also for Instagram.
            token: its access token.
            user_ids: scoped ids of at most 10 people who have written.
            actions: one or two that do not undo each other; `ban_user` and `unban_user` on Messenger only.

        Raises:
            ReplyError: too many people or actions, or actions that do not go together.
        """
        if not 0 < len(user_ids) <= MOST_USERS:
            raise ReplyError(f"user_ids has {len(user_ids)} entries; moderate takes 1 to {MOST_USERS}")
        check(Moderate(actions=tuple(actions)), Surface.MESSENGER)
        body = {"user_ids": [{"id": user} for user in user_ids], "actions": list(actions)}
        return await self._do((page_id, "moderate_conversations"), token, body)

    async def blocked(self, page_id: str, token: str, *, after: str | None = None) -> wire.Listed[Blocked]:
        """One page of the people whom the Page blocked."""
        return await self._listed(Blocked, (page_id, "blocked"), token, after=after)

    async def block(self, page_id: str, token: str, psid: str) -> Usage | None:
        """Block one person on the whole Page."""
        received = await self._write((page_id, "blocked"), token, encoded({"psid": psid}))
        judge(received, _ANY)
        # Meta answers with the person's id as the name of the field.
        if not any(mark in (True, "true") for mark in _MARKS.decode(received.body).values()):
            unreadable(received, "Meta does not say that the person is blocked.")
        return received.rim.usage

    async def unblock(self, page_id: str, token: str, psid: str) -> Usage | None:
        """Let one person write to the Page again."""
        return await self._delete((page_id, "blocked"), token, psid=psid)
