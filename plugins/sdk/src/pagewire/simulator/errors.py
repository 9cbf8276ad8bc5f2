"""Meta's refusals: one constant each, with the code and subcode its error tables give.

Callers classify on ``code`` and ``error_subcode``; the sentences are Meta's where they are known and never a
contract (outbound.md 1.8 and 6, graph.md 1.7 and 8).
"""

from __future__ import annotations

from typing import Any

import msgspec


class Refusal(msgspec.Struct, frozen=True):
    """One error answer of the Graph API.

    Attributes:
        code: Meta's error code.
        subcode: its ``error_subcode``, or None.
        message: the English sentence.
        type: the ``type`` of the envelope; never something to classify on.
        status: the HTTP status, 400 for nearly everything.
        transient: ``is_transient``, left out of the body when None.
    """

    code: int
    subcode: int | None
    message: str
    type: str = "OAuthException"
    status: int = 400
    transient: bool | None = None

    def saying(self, message: str) -> Refusal:
        """The same refusal in other words."""
        return msgspec.structs.replace(self, message=message)


class Refused(Exception):
    """The Graph API says no; carries the ``Refusal``."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def envelope(refusal: Refusal, trace: str) -> dict[str, Any]:
    """The JSON body of an error answer (outbound.md 1.8)."""
    error: dict[str, Any] = {"message": refusal.message, "type": refusal.type, "code": refusal.code}
    if refusal.subcode is not None:
        error["error_subcode"] = refusal.subcode
    if refusal.transient is not None:
        error["is_transient"] = refusal.transient
    error["fbtrace_id"] = trace
    return {"error": error}


def invalid(sentence: str) -> Refusal:
    """Code 100 for a parameter that Meta has no subcode for."""
    return Refusal(100, None, f"(#100) {sentence}")


# Tokens and proofs (graph.md 1.6, 2.6, 8).
TOKEN_MISSING = Refusal(190, None, "An access token is required to request this resource.")
TOKEN_REQUIRED = Refusal(104, None, "An access token is required to request this resource.")
NO_CURRENT_USER = Refusal(
    2500, None, "An active access token must be used to query information about the current user."
)
TOKEN_UNREADABLE = Refusal(190, None, "Invalid OAuth access token - Cannot parse access token")
TOKEN_EXPIRED = Refusal(190, 463, "Error validating access token: Session has expired.")
PAGE_TOKEN_REQUIRED = Refusal(210, None, "(#210) A page access token is required to request this resource.")
PROOF_INVALID = Refusal(100, None, "Invalid appsecret_proof provided in the API argument", type="GraphMethodException")
PROOF_MISSING = Refusal(
    100, None, "API calls from the server require an appsecret_proof argument", type="GraphMethodException"
)
WRONG_INSPECTOR = Refusal(
    100,
    None,
    "(#100) You must provide an app access token, or a user access token that is an owner or developer of the app",
)
FOREIGN_INPUT_TOKEN = Refusal(100, None, "(#100) The App_id in the input_token did not match the Viewing App")
NEEDS_PAGES_MESSAGING = Refusal(
    230, None, "(#230) Requires pages_messaging permission to manage the object", status=403
)
NO_PERMISSION = Refusal(10, None, "(#10) Application does not have permission for this action", status=403)

REVOKED = {
    458: "Error validating access token: The user has not authorized application {app}.",
    459: "Error validating access token: You cannot access the app till you log in to www.facebook.com and "
    "follow the instructions given.",
    460: "Error validating access token: The session has been invalidated because the user changed their "
    "password or Facebook has changed the session for security reasons.",
    463: TOKEN_EXPIRED.message,
    464: "Error validating access token: Sessions for the user are not allowed because the user is not a "
    "confirmed user.",
    467: "Error validating access token: The session is invalid because the user logged out.",
    490: "Error validating access token: The user is enrolled in a blocking, logged-in checkpoint.",
}
"""Subcode of a dead token to its sentence (graph.md 8)."""


def revoked(subcode: int, app: str) -> Refusal:
    """The refusal of a token that was valid once; subcode 0 is none."""
    return Refusal(190, subcode or None, REVOKED.get(subcode, REVOKED[460]).format(app=app))


# Paths and objects.
def unknown_path(path: str) -> Refusal:
    """Code 2500: a version that never was, or an edge nobody knows."""
    return Refusal(2500, None, f"Unknown path components: /{path}")


def no_object(method: str, node: str) -> Refusal:
    """100/33: the object is not there, or not for this token."""
    return Refusal(
        100,
        33,
        f"Unsupported {method.lower()} request. Object with ID '{node}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation.",
        type="GraphMethodException",
    )


def unsupported_method(method: str, host: str) -> Refusal:
    """100 for a verb that the edge does not take."""
    kind = "IGApiException" if host == "instagram" else "GraphMethodException"
    return Refusal(100, None, f"Unsupported request - method type: {method.lower()}", type=kind)


def no_field(name: str, node_type: str) -> Refusal:
    """100 for a field that the node does not have."""
    return invalid(f"Tried accessing nonexisting field ({name}) on node type ({node_type})")


# The Send API, in the order of its checks (outbound.md appendix A).
RECIPIENT_REQUIRED = invalid("The parameter recipient is required")
MESSAGE_AND_ACTION = Refusal(100, 2018014, "(#100) message and sender_action cannot be sent in the same request")
EMPTY_MESSAGE = Refusal(100, 2018034, "(#100) Message cannot be empty, must provide valid attachment or text")
IG_INVALID_MESSAGE = Refusal(100, 2534015, "(#100) Invalid message data")
DEAD_TAG = Refusal(100, 1893061, "(#100) Invalid parameter")
HUMAN_AGENT_UNAPPROVED = Refusal(100, 2018276, "(#100) Cannot tag messages with 'HUMAN_AGENT' without prior approval")
NO_SUCH_PERSON = Refusal(100, 2018001, "(#100) No matching user found")
IG_NO_SUCH_PERSON = Refusal(100, 2534014, "(#100) The requested user cannot be found")
PHONE_MATCHING = Refusal(200, 2018027, "(#200) The Page is not allowed to send to phone numbers", status=403)
NOT_LIVE = Refusal(
    200,
    2018028,
    "(#200) Cannot message users who are not admins, developers or testers of the app until "
    "pages_messaging permission is reviewed and the app is live.",
    status=403,
)
RESTRICTED = Refusal(10, 1893063, "(#10) This Page is temporarily restricted from sending messages")
IG_RESTRICTED = Refusal(100, 2534029, "(#100) This business is blocked from the Instagram messaging API")
IG_ACCESS_OFF = Refusal(
    200, 2534041, "(#200) The account owner has disabled access to Instagram direct messages", status=403
)
UNREACHABLE = Refusal(551, 1545041, "(#551) This person isn't available right now.")
NOT_OWNER = Refusal(10, 2018300, "(#10) Message not sent because another app is controlling this thread now.")
IG_NOT_OWNER = Refusal(100, 2534037, "(#100) The app is not the owner of this thread")
FLOW_RUNNING = Refusal(10, 2018321, "(#10) Message not sent because an automated flow is controlling this thread now.")
USER_LINKED = Refusal(100, None, "(#100) An account that is linked to the business cannot be blocked")
BLOCK_LIST_FULL = Refusal(3801, None, "(#3801) The list of blocked people is full")
BLOCKED_TOO_SOON = Refusal(
    3802, None, "(#3802) This person was unblocked a short while ago and cannot be blocked again yet"
)
NOT_A_PERSON = Refusal(100, None, "(#100) The id is not a valid PSID nor IGSID")
NOT_REPLYABLE = Refusal(10902, None, "(#10902) This object is not a replyable activity")
ALREADY_REPLIED = Refusal(10900, None, "(#10900) Activity already replied to")
IG_NOT_REPLYABLE = Refusal(100, 2534025, "(#100) The comment is invalid for private reply")
MARKETING_TOO_SOON = Refusal(4, 2018354, "(#4) The next message to this subscriber cannot be sent yet")
MARKETING_STOPPED = Refusal(10, 1893015, "(#10) The person stopped notifications about this topic")
MARKETING_TOKEN = Refusal(100, None, "(#100) The notification messages token is invalid or has expired")
WRONG_APP = Refusal(100, 2018164, "(#100) The app id is not valid for this Page")
NOT_RECEIVER = Refusal(100, 2018171, "(#100) No default app is configured: control of a thread cannot be taken")
CONTACT_TERMS = Refusal(
    2,
    2018344,
    "(#2) The Page's admin has to accept the Page Contact Terms first: https://www.facebook.com/legal/contact_terms",
)
PRIVACY_LIMITS = Refusal(10, 2018336, "(#10) This thread is affected by regional privacy limits")
WINDOW_CLOSED = Refusal(10, 2018278, "(#10) This message is sent outside of allowed window.")
IG_WINDOW_CLOSED = Refusal(10, 2534022, "(#10) This message is sent outside of allowed window.")
NEWS_ONLY = Refusal(
    10,
    2018065,
    "(#10) This message is sent outside of allowed window. You need page_messaging_subscriptions permission.",
)
RATE = Refusal(613, None, "(#613) Calls to this api have exceeded the rate limit.")
IG_RATE = Refusal(613, 2534040, "(#613) Calls to this api have exceeded the rate limit.")
MESSENGER_QUOTA = Refusal(80006, None, "(#80006) There have been too many messaging calls. Wait a bit and try again.")
APP_QUOTA = Refusal(4, None, "(#4) Application request limit reached", status=403)
FETCH_FAILED = Refusal(100, 2018008, "(#100) Failed to fetch the file from the url")
WRONG_TYPE = Refusal(
    100, 2018047, "(#100) Upload attachment failure: the type of file does not match the attachment type"
)
UPLOAD_FAILED = Refusal(100, 2018047, "(#100) Upload attachment failure")
TOO_LARGE = Refusal(100, 2018109, "(#100) Attachment size exceeds allowable limit")
ATTACHMENT_UNKNOWN = Refusal(
    100, 2018074, "(#100) The attachment ID is invalid, has expired or is not owned by this Page"
)
VIDEO_FAILED = Refusal(100, 2018294, "(#100) Video upload timed out or the video is corrupted")
FILE_TYPE_REFUSED = Refusal(546, None, "(#546) The type of file you're trying to attach isn't allowed.")

# Reading (outbound.md 4.4, 4.5).
PROFILE_UNAVAILABLE = Refusal(100, 2018218, "(#100) This user's profile is not available")
PROFILE_FORBIDDEN = Refusal(100, 2018247, "(#100) Insufficient permission to access user profile", status=403)
CONSENT_REQUIRED = Refusal(230, None, "(#230) User consent is required to access user profile", status=403)
MESSAGE_GONE = Refusal(9000001, None, "(#9000001) This message has been deleted")
TRANSIENT = Refusal(2, None, "(#2) Service temporarily unavailable", status=500, transient=True)
UNKNOWN = Refusal(1, None, "(#1) An unknown error occurred", status=500)
