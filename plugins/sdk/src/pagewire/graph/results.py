"""What the client gives back: the answers of Meta, checked and flattened, each with the usage its headers told."""

from datetime import datetime

import msgspec

from pagewire.graph import wire
from pagewire.graph.usage import Usage

__all__ = ["Acted", "Conversation", "Me", "Message", "Messages", "Profile", "Sent", "TokenFacts"]


class Sent(msgspec.Struct, frozen=True):
    """Meta accepted a message; that it was shown or read is another matter."""

    message_id: str
    """The same string is `mid` in the echo and in delivery events."""
    recipient_id: str | None = None
    """The person's scoped id; absent when the recipient was a `user_ref` or a phone number."""
    attachment_id: str | None = None
    """Id of a reusable attachment, good for 90 days."""
    usage: Usage | None = None


class Acted(msgspec.Struct, frozen=True):
    """Meta accepted a sender action; only reactions answer with a message id."""

    recipient_id: str | None = None
    message_id: str | None = None
    usage: Usage | None = None


class Conversation(msgspec.Struct, frozen=True):
    """One conversation of a Page or an Instagram account. Its id is no recipient."""

    id: str
    updated_time: datetime | None = None
    can_reply: bool | None = None
    is_owner: bool | None = None
    unread_count: int | None = None
    participants: tuple[wire.Party, ...] = ()
    """The account itself and the person; only where `conversations` lists them."""
    recent: tuple[str, ...] = ()
    """Ids of its newest messages, newest first; only where `conversations` was asked for them."""
    usage: Usage | None = None


class Message(msgspec.Struct, frozen=True):
    """One message as Meta stores it. `text` is a person's: keep it out of logs."""

    id: str
    created_time: datetime | None = None
    sender: wire.Party | None = None
    to: tuple[wire.Party, ...] = ()
    text: str | None = None
    reply_to: str | None = None
    """Id of the message this one answers."""
    attachments: tuple[wire.Attachment, ...] = ()
    usage: Usage | None = None


class Messages(msgspec.Struct, frozen=True):
    """The newest messages of a conversation, newest first."""

    data: tuple[Message, ...] = ()
    usage: Usage | None = None


class Profile(msgspec.Struct, frozen=True):
    """A person as far as they let the business know; every field may be absent, picture URLs last some days."""

    id: str | None = None
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
    refused: tuple[str, ...] = ()
    """Optional fields that Meta would not tell this app."""
    usage: Usage | None = None


class TokenFacts(msgspec.Struct, frozen=True):
    """What Meta knows about a token (Meta, Debugging Access Tokens)."""

    is_valid: bool
    type: str | None = None
    """`USER`, `PAGE`, `APP` or `SYSTEM_USER`."""
    app_id: str | None = None
    application: str | None = None
    profile_id: str | None = None
    """The Page of a Page token."""
    user_id: str | None = None
    expires_at: int | None = None
    """Seconds since 1970; 0 means never, `None` unknown."""
    data_access_expires_at: int | None = None
    issued_at: int | None = None
    scopes: tuple[str, ...] = ()
    granular_scopes: tuple[wire.GranularScope, ...] = ()
    error_code: int | None = None
    """Why an invalid token is invalid: 190 and its subcode."""
    error_subcode: int | None = None
    usage: Usage | None = None


class Me(msgspec.Struct, frozen=True):
    """Whom a token stands for."""

    id: str
    name: str | None = None
    user_id: str | None = None
    """On the Instagram host the id of the professional account, which webhooks use; `id` is app-scoped there."""
    username: str | None = None
    usage: Usage | None = None


def message_of(answer: wire.MessageAnswer, usage: Usage | None = None) -> Message | None:
    """The stored message in `answer`; `None` if Meta left out its id."""
    if answer.id is None:
        return None
    return Message(
        id=answer.id,
        created_time=answer.created_time,
        sender=answer.sender,
        to=answer.to.data,
        text=answer.message,
        reply_to=answer.reply_to.mid if answer.reply_to else None,
        attachments=answer.attachments.data,
        usage=usage,
    )


def messages_of(answer: wire.ConversationAnswer, usage: Usage | None) -> Messages:
    """The messages in `answer`, without those that Meta lists but no longer shows."""
    listed = answer.messages.data if answer.messages else []
    # Past the newest 20 an entry is an error object (9000001) in the message's place.
    shown = (message_of(one) for one in listed if one.error is None)
    return Messages(data=tuple(one for one in shown if one is not None), usage=usage)


def conversation_of(answer: wire.ConversationAnswer, usage: Usage | None) -> Conversation | None:
    """The conversation in `answer`; `None` if Meta left out its id."""
    if answer.id is None:
        return None
    return Conversation(
        id=answer.id,
        updated_time=answer.updated_time,
        can_reply=answer.can_reply,
        is_owner=answer.is_owner,
        unread_count=answer.unread_count,
        participants=answer.participants.data,
        recent=tuple(str(one.id) for one in (answer.messages.data if answer.messages else ()) if one.id is not None),
        usage=usage,
    )


def profile_of(answer: wire.ProfileAnswer, usage: Usage | None) -> Profile:
    """The person in `answer`."""
    told = {name: getattr(answer, name) for name in _TOLD}
    return Profile(**told, usage=usage)


def joined(first: Profile, more: Profile) -> Profile:
    """A profile with what another look-up told besides."""
    told = {name: value for name in (*_TOLD, "refused") if (value := getattr(more, name)) not in (None, ())}
    return msgspec.structs.replace(first, **told, usage=more.usage or first.usage)


_TOLD = tuple(name for name in wire.ProfileAnswer.__struct_fields__ if name != "error")


def token_facts_of(answer: wire.TokenAnswer, usage: Usage | None) -> TokenFacts:
    """The facts in `answer`."""
    return TokenFacts(
        is_valid=answer.is_valid,
        type=answer.type,
        app_id=answer.app_id,
        application=answer.application,
        profile_id=answer.profile_id,
        user_id=answer.user_id,
        expires_at=answer.expires_at,
        data_access_expires_at=answer.data_access_expires_at,
        issued_at=answer.issued_at,
        scopes=answer.scopes,
        granular_scopes=answer.granular_scopes,
        error_code=answer.error.code if answer.error else None,
        error_subcode=answer.error.subcode if answer.error else None,
        usage=usage,
    )
