"""What every message claims besides its content."""

from pagewire.capabilities import Feature
from pagewire.replies._base import Answerable, QuickReply, Recipient, Sending, ThreadControl, ToComment, ToPost
from pagewire.replies._claims import Claims, Holds, Uses, each, fetched, needed

_TOKENS = {
    "notification_messages_token": Feature.MARKETING_TOKEN,
    "one_time_notif_token": Feature.ONE_TIME_TOKEN,
}
_CONTACTS = {"user_phone_number": Feature.QUICK_REPLY_PHONE, "user_email": Feature.QUICK_REPLY_EMAIL}


def sending(reply: Sending) -> Claims:
    """The fields that all messages share."""
    # Nearly all replies say none of these, and this runs for each of them.
    if reply.reply_to is not None:
        yield Uses(Feature.REPLY_TO, "reply_to")
        yield from needed("reply_to", reply.reply_to)
    if reply.notification_type is not None:
        yield Uses(Feature.NOTIFICATION_TYPE, "notification_type")
    if reply.persona_id is not None:
        yield Uses(Feature.PERSONA, "persona_id")
        yield from needed("persona_id", reply.persona_id)
    if reply.author == "human":
        yield Uses(Feature.HUMAN, "author")
    if reply.to is not None:
        yield from _to(reply.to)
    if reply.thread_control is not None:
        yield from _control(reply.thread_control)
    if isinstance(reply, Answerable) and reply.quick_replies:
        yield from _quick_replies(reply.quick_replies)


def _to(to: Recipient) -> Claims:
    if isinstance(to, ToComment):
        yield Uses(Feature.PRIVATE_REPLY, "to")
        yield from needed("to.comment_id", to.comment_id)
    elif isinstance(to, ToPost):
        yield Uses(Feature.PRIVATE_REPLY_POST, "to")
        yield from needed("to.post_id", to.post_id)
    else:
        yield Uses(_TOKENS[to.kind], "to")
        yield from needed("to.token", to.token)


def _control(control: ThreadControl) -> Claims:
    yield Uses(Feature.THREAD_CONTROL, "thread_control")
    yield from needed("thread_control.app_id", control.app_id)
    if control.control_type == "release" and control.app_id is not None:
        yield "thread_control.app_id goes with control_type pass only"


def _quick_replies(quick_replies: tuple[QuickReply, ...]) -> Claims:
    yield Holds(Feature.QUICK_REPLY, "quick_replies", "quick_replies", quick_replies)
    for where, quick in each("quick_replies", quick_replies):
        contact = _CONTACTS.get(quick.content_type)
        if contact is None:
            yield from _button(where, quick)
            continue
        yield Uses(contact, f"{where}.content_type")
        if quick.title or quick.payload or quick.image_url:
            yield f"{where} of type {quick.content_type} takes neither title nor payload nor image_url"


def _button(where: str, quick: QuickReply) -> Claims:
    if not quick.title and not quick.image_url:
        yield f"{where}.title must not be empty"
    yield Holds(Feature.QUICK_REPLY, "title", f"{where}.title", quick.title)
    yield Holds(Feature.QUICK_REPLY, "payload", f"{where}.payload", quick.payload)
    if quick.image_url is not None:
        yield Uses(Feature.QUICK_REPLY_IMAGE, f"{where}.image_url")
        yield from fetched(f"{where}.image_url", quick.image_url)
