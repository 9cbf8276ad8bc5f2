"""What was said (Meta, Conversations API). At most 2 calls a second for each Page."""

from pagewire.graph import results, wire
from pagewire.graph.answers import unreadable
from pagewire.graph.caller import Caller

_CONVERSATIONS = wire.decoder(wire.ConversationsAnswer)
_CONVERSATION = wire.decoder(wire.ConversationAnswer)
_MESSAGES = wire.decoder(wire.MessagesAnswer)
_MESSAGE = wire.decoder(wire.MessageAnswer)

_CONVERSATION_FIELDS = "id,updated_time,can_reply,is_owner,unread_count"
_MESSAGE_FIELDS = "id,created_time,from,to,message,attachments"


class History(Caller):
    """Conversations and their messages, newest first."""

    async def conversations(
        self,
        page_id: str,
        token: str,
        platform: wire.Platform,
        *,
        after: str | None = None,
        limit: int | None = None,
        folder: str | None = None,
        recent: int = 0,
    ) -> wire.Listed[results.Conversation]:
        """One page of conversations, with who takes part in each; `everything` goes through all pages.

        Args:
            page_id: the Page, also for Instagram through a Page; the account on the Instagram host.
            token: its access token.
            platform: which product.
            after: cursor of the page before.
            limit: how many at once.
            folder: such as `inbox` or `spam`.
            recent: list the ids of so many of each conversation's newest messages as well.
        """
        received, answer = await self._read(
            _CONVERSATIONS,
            (page_id, "conversations"),
            token,
            platform=platform,
            fields=f"{_CONVERSATION_FIELDS},participants" + (f",messages.limit({recent}){{id}}" if recent else ""),
            after=after,
            limit=str(limit) if limit else None,
            folder=folder,
        )
        if answer.data is None:
            unreadable(received, "The answer lists no conversations.")
        found = (results.conversation_of(one, None) for one in answer.data)
        return wire.Listed(
            tuple(one for one in found if one is not None), answer.after(thorough=False), received.rim.usage
        )

    async def conversation_with(
        self, page_id: str, token: str, platform: wire.Platform, user_id: str
    ) -> results.Conversation | None:
        """Find the conversation with one person; `None` if there is none. At most 2 calls a second a Page.

        Args:
            page_id: the Page, also for Instagram through a Page; the account on the Instagram host.
            token: its access token.
            platform: which product.
            user_id: the person's scoped id.
        """
        received, answer = await self._read(
            _CONVERSATIONS,
            (page_id, "conversations"),
            token,
            platform=platform,
            user_id=user_id,
            fields=_CONVERSATION_FIELDS,
        )
        if answer.data is None:
            unreadable(received, "The answer lists no conversations.")
        found = (results.conversation_of(one, received.rim.usage) for one in answer.data)
        return next((one for one in found if one is not None), None)

    async def messages(self, conversation_id: str, token: str, limit: int = 20) -> results.Messages:
        """Read the newest messages of a conversation, newest first. Further pages are never followed.

        Args:
            conversation_id: from `conversation_with`.
            token: the Page's or account's access token.
            limit: how many; Meta gives details of the newest 20 only.
        """
        fields = f"messages.limit({limit}){{{_MESSAGE_FIELDS}}}"
        received, answer = await self._read(_CONVERSATION, (conversation_id,), token, fields=fields)
        return results.messages_of(answer, received.rim.usage)

    async def message_ids(
        self, conversation_id: str, token: str, *, after: str | None = None, limit: int | None = None
    ) -> wire.Listed[results.Message]:
        """One page of the ids and times of all messages of a conversation, newest first; `everything` goes through all pages.

        Args:
            conversation_id: from `conversation_with`.
            token: the Page's or account's access token.
            after: cursor of the page before.
            limit: how many at once.
        """
        received, answer = await self._read(
            _MESSAGES,
            (conversation_id, "messages"),
            token,
            fields="id,created_time",
            after=after,
            limit=str(limit) if limit else None,
        )
        if answer.data is None:
            unreadable(received, "The answer lists no messages.")
        found = (results.message_of(one, None) for one in answer.data)
        return wire.Listed(
            tuple(one for one in found if one is not None), answer.after(thorough=False), received.rim.usage
        )

    async def message(self, mid: str, token: str) -> results.Message:
        """Read one message. `Ignore` means deleted, or older than the newest 20 of its conversation."""
        received, answer = await self._read(_MESSAGE, (mid,), token, fields=f"{_MESSAGE_FIELDS},reply_to")
        found = results.message_of(answer, received.rim.usage)
        return found or unreadable(received, "The answer is a message without an id.")
