"""The Graph API's client: one method a call, errors that say what to do next.

    async with open_http() as http:
        graph = GraphClient("https://graph.facebook.com", http=http, app_secret=secret)
        sent = await graph.send(page_id, token, {"recipient": {"id": psid}, "message": {"text": "Ahoy!"}})

Needs the extra `graph`.
"""

from pagewire.graph.addressing import appsecret_proof
from pagewire.graph.caller import File
from pagewire.graph.client import GraphClient
from pagewire.graph.errors import (
    Ambiguous,
    Backoff,
    Config,
    Done,
    ErrorClass,
    Fault,
    GraphError,
    Ignore,
    Media,
    NotSent,
    Permanent,
    Policy,
    Reauth,
    Rejected,
    Retryable,
    Thread,
    Unreachable,
    classify,
)
from pagewire.graph.paging import everything
from pagewire.graph.results import Acted, Conversation, Me, Message, Messages, Profile, Sent, TokenFacts
from pagewire.graph.subjects.attachments import AttachmentType, SavedAttachment
from pagewire.graph.subjects.insights import MESSAGING_METRICS, Insight, InsightValue
from pagewire.graph.subjects.labels import Label
from pagewire.graph.subjects.menus import PersonMenu
from pagewire.graph.subjects.moderation import Blocked, ModerationAction
from pagewire.graph.subjects.people import OPTIONAL_FIELDS
from pagewire.graph.subjects.personas import Persona
from pagewire.graph.subjects.stickers import CatalogueSticker, StickerPack
from pagewire.graph.subjects.threads import FeatureStatus, Receiver, ThreadOwner
from pagewire.graph.subjects.utility import NewTemplate, UtilityTemplate
from pagewire.graph.transport import MEDIA_READ_SECONDS, open_http
from pagewire.graph.usage import Usage
from pagewire.graph.wire import Attachment, GranularScope, Listed, Party

__all__ = [
    "MEDIA_READ_SECONDS",
    "MESSAGING_METRICS",
    "OPTIONAL_FIELDS",
    "Acted",
    "Ambiguous",
    "Attachment",
    "AttachmentType",
    "Backoff",
    "Blocked",
    "CatalogueSticker",
    "Config",
    "Conversation",
    "Done",
    "ErrorClass",
    "Fault",
    "FeatureStatus",
    "File",
    "GranularScope",
    "GraphClient",
    "GraphError",
    "Ignore",
    "Insight",
    "InsightValue",
    "Label",
    "Listed",
    "Me",
    "Media",
    "Message",
    "Messages",
    "ModerationAction",
    "NewTemplate",
    "NotSent",
    "Party",
    "Permanent",
    "PersonMenu",
    "Persona",
    "Policy",
    "Profile",
    "Reauth",
    "Receiver",
    "Rejected",
    "Retryable",
    "SavedAttachment",
    "Sent",
    "StickerPack",
    "Thread",
    "ThreadOwner",
    "TokenFacts",
    "Unreachable",
    "Usage",
    "UtilityTemplate",
    "appsecret_proof",
    "classify",
    "everything",
    "open_http",
]
