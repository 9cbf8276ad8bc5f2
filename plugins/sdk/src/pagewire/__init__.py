"""The SDK of Pagewire: what plugins, gateway and operator share.

A plugin author's first line is ``from pagewire import Text, hookimpl``.
"""

from pagewire.context import AccountInfo, Context, ConversationState, Person
from pagewire.errors import Refused, TryLater
from pagewire.health import Health
from pagewire.hooks import hookimpl, hookspec
from pagewire.logins import EndedLogin
from pagewire.people import DeletedPerson, ExternalKey, Linked, LinkError, ScopedId
from pagewire.replies import Media, QuickReply, Replies, Reply, SenderAction, Text

__all__ = [
    "AccountInfo",
    "Context",
    "ConversationState",
    "DeletedPerson",
    "EndedLogin",
    "ExternalKey",
    "Health",
    "LinkError",
    "Linked",
    "Media",
    "Person",
    "QuickReply",
    "Refused",
    "Replies",
    "Reply",
    "ScopedId",
    "SenderAction",
    "Text",
    "TryLater",
    "hookimpl",
    "hookspec",
]
