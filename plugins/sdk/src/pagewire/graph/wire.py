"""The Graph API's answers as structs: what is on the wire, read leniently.

Ids become `str` even where Meta answers a JSON number, as they pass 2^53. Unknown fields are ignored, known ones may be
absent. Every answer can carry an `error`, whatever its HTTP status.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar

import msgspec

from pagewire.graph.usage import Usage

__all__ = [
    "Attachment",
    "ConversationAnswer",
    "ConversationsAnswer",
    "DebugAnswer",
    "DoneAnswer",
    "ErrorAnswer",
    "ErrorBody",
    "GranularScope",
    "Id",
    "IdAnswer",
    "ListAnswer",
    "Listed",
    "MeAnswer",
    "MessageAnswer",
    "MessageList",
    "Party",
    "Platform",
    "ProfileAnswer",
    "ReplyTo",
    "SendAnswer",
    "SenderAction",
    "TokenAnswer",
    "TokenError",
    "decoder",
    "list_decoder",
]

T = TypeVar("T")

Platform = Literal["messenger", "instagram"]
"""Which product a conversation or a person belongs to."""
SenderAction = Literal["typing_on", "typing_off", "mark_seen", "react", "unreact"]
"""What a business can show without a message (Meta, Sender Actions)."""


class Id(str):
    """An id of Meta's, opaque and compared case by case; decodes from a JSON string or number."""

    __slots__ = ()


class ErrorBody(msgspec.Struct):
    """`error` of an answer (Meta, Handling Errors); the localised texts are left out on purpose."""

    code: int | None = None
    error_subcode: int | None = None
    message: str = ""
    type: str = ""
    is_transient: bool = False
    fbtrace_id: str | None = None
    error_data: Any = None

    @property
    def data(self) -> dict[str, Any]:
        """`error_data`, which Meta sends as an object or as a string of JSON; empty if it is neither."""
        found = self.error_data
        if isinstance(found, str):
            try:
                found = msgspec.json.decode(found)
            except (msgspec.MsgspecError, RecursionError):
                return {}
        return found if isinstance(found, dict) else {}


class ErrorAnswer(msgspec.Struct):
    """Any answer, looked at for its `error` only."""

    error: ErrorBody | None = None


class SendAnswer(ErrorAnswer):
    """Answer to a message or a sender action; typing and `mark_seen` have no `message_id`."""

    recipient_id: Id | None = None
    message_id: Id | None = None
    attachment_id: Id | None = None


class DoneAnswer(ErrorAnswer):
    """Answer to a change: `success`, which Meta also sends as a string, or on some edges `result`."""

    success: bool | None = None
    result: str | None = None


class IdAnswer(ErrorAnswer):
    """Answer to making something."""

    id: Id | None = None


class _Cursors(msgspec.Struct):
    after: str | None = None


class _Paging(msgspec.Struct):
    """`next` holds a token: whether it is there counts, it is never followed."""

    cursors: _Cursors | None = None
    next: str | None = None


class ListAnswer(ErrorAnswer, Generic[T]):
    """One page of a list."""

    data: tuple[T, ...] | None = None
    paging: _Paging | None = None

    def after(self, *, thorough: bool) -> str | None:
        """The cursor of the next page; `None` on the last."""
        paging = self.paging
        if not self.data or paging is None or paging.cursors is None or not (paging.next or thorough):
            return None
        return paging.cursors.after or None


class Listed(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list."""

    data: tuple[T, ...] = ()
    after: str | None = None
    """Cursor of the next page, for the same call; `None` on the last page."""
    usage: Usage | None = None


class Party(msgspec.Struct, frozen=True):
    """Sender or recipient of a message; the Page's own id tells its side."""

    id: Id
    name: str | None = None
    username: str | None = None


class _Parties(msgspec.Struct, frozen=True):
    data: tuple[Party, ...] = ()


class Attachment(msgspec.Struct, frozen=True):
    """One attachment of a stored message, as far as it helps to recognise a send."""

    id: Id | None = None
    mime_type: str | None = None
    name: str | None = None
    file_url: str | None = None
    image_data: dict[str, Any] | None = None
    video_data: dict[str, Any] | None = None
    generic_template: dict[str, Any] | None = None

    @property
    def kind(self) -> str:
        """`image`, `video`, `audio`, `template` or `file`, the words of the Send API."""
        if self.generic_template is not None:
            return "template"
        if self.image_data is not None:
            return "image"
        if self.video_data is not None:
            return "video"
        kind = (self.mime_type or "").partition("/")[0]
        return kind if kind in {"image", "video", "audio"} else "file"


class _Attachments(msgspec.Struct, frozen=True):
    data: tuple[Attachment, ...] = ()


class ReplyTo(msgspec.Struct, frozen=True):
    """The message that a message answers."""

    mid: Id
    is_self_reply: bool = False


class MessageAnswer(ErrorAnswer):
    """One stored message (Meta, Conversations API). Meta gives details of the newest 20 only."""

    id: Id | None = None
    created_time: datetime | None = None
    sender: Party | None = msgspec.field(default=None, name="from")
    to: _Parties = msgspec.field(default_factory=_Parties)
    message: str | None = None
    reply_to: ReplyTo | None = None
    attachments: _Attachments = msgspec.field(default_factory=_Attachments)


class MessageList(msgspec.Struct):
    """The messages of a conversation, newest first; paging is left unread."""

    data: list[MessageAnswer] = []


class MessagesAnswer(ListAnswer[MessageAnswer]):
    """Messages of a conversation, newest first, page by page."""


class ConversationAnswer(ErrorAnswer):
    """One conversation; `messages` only when asked for."""

    id: Id | None = None
    updated_time: datetime | None = None
    can_reply: bool | None = None
    is_owner: bool | None = None
    unread_count: int | None = None
    messages: MessageList | None = None
    participants: _Parties = msgspec.field(default_factory=_Parties)


class ConversationsAnswer(ListAnswer[ConversationAnswer]):
    """Conversations of a Page."""


class ProfileAnswer(ErrorAnswer):
    """A person as far as they let the business know (Meta, User Profile API)."""

    id: Id | None = None
    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    username: str | None = None
    profile_pic: str | None = None
    locale: str | None = None
    timezone: float | None = None
    gender: str | None = None
    follower_count: int | None = None
    is_user_follow_business: bool | None = None
    is_business_follow_user: bool | None = None
    is_verified_user: bool | None = None


class GranularScope(msgspec.Struct, frozen=True):
    """A permission and the objects it is granted for; no `target_ids` means all, present and future."""

    scope: str
    target_ids: tuple[Id, ...] | None = None


class TokenError(msgspec.Struct, frozen=True):
    """Why a token is not valid; here the subcode is called `subcode`."""

    code: int | None = None
    subcode: int | None = None
    message: str = ""


class TokenAnswer(msgspec.Struct):
    """`data` of `debug_token` (Meta, Debugging Access Tokens). Times are seconds since 1970, 0 is never."""

    is_valid: bool = False
    app_id: Id | None = None
    type: str | None = None
    application: str | None = None
    profile_id: Id | None = None
    user_id: Id | None = None
    expires_at: int | None = None
    data_access_expires_at: int | None = None
    issued_at: int | None = None
    scopes: tuple[str, ...] = ()
    granular_scopes: tuple[GranularScope, ...] = ()
    error: TokenError | None = None


class DebugAnswer(ErrorAnswer):
    """Answer of `debug_token`: 200 also for a dead token, which `data` then says."""

    data: TokenAnswer | None = None


class MeAnswer(ErrorAnswer):
    """Whom a token stands for; `user_id` is the professional account on the Instagram host."""

    id: Id | None = None
    name: str | None = None
    user_id: Id | None = None
    username: str | None = None


def _from_wire(kind: type, value: object) -> object:
    if kind is Id and isinstance(value, str | int) and not isinstance(value, bool):
        return Id(value)
    raise TypeError(f"a {type(value).__name__} is no {kind.__name__}")


@lru_cache
def list_decoder(kind: type[T]) -> "msgspec.json.Decoder[ListAnswer[T]]":
    """A decoder for one page of a list of `kind`."""
    return decoder(ListAnswer[kind])  # type: ignore[valid-type]


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """A decoder for one answer; numbers and booleans are also taken from strings, as Meta sends both."""
    return msgspec.json.Decoder(kind, strict=False, dec_hook=_from_wire)
