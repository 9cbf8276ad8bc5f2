"""The Graph API's client: one method a call, errors that say what to do next.

    async with open_http() as http:
        graph = GraphClient("https://graph.facebook.com", http=http, app_secret=secret)
        sent = await graph.send(page_id, token, {"recipient": {"id": psid}, "message": {"text": "Ahoy!"}})

Needs the extra `graph`.
"""

from pagewire.graph.addressing import appsecret_proof
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
from pagewire.graph.results import Acted, Conversation, Me, Message, Messages, Profile, Sent, TokenFacts
from pagewire.graph.transport import MEDIA_READ_SECONDS, open_http
from pagewire.graph.usage import Usage
from pagewire.graph.wire import Attachment, GranularScope, Party

__all__ = [
    "MEDIA_READ_SECONDS",
    "Acted",
    "Ambiguous",
    "Attachment",
    "Backoff",
    "Config",
    "Conversation",
    "Done",
    "ErrorClass",
    "Fault",
    "GranularScope",
    "GraphClient",
    "GraphError",
    "Ignore",
    "Me",
    "Media",
    "Message",
    "Messages",
    "NotSent",
    "Party",
    "Permanent",
    "Policy",
    "Profile",
    "Reauth",
    "Rejected",
    "Retryable",
    "Sent",
    "Thread",
    "TokenFacts",
    "Unreachable",
    "Usage",
    "appsecret_proof",
    "classify",
    "open_http",
]
