"""May this message be sent? Meta's checks of ``POST /messages`` in order, first hit wins (outbound.md appendix A).

Pure: an ``Order`` and the ``Facts`` about its recipient go in; what to send comes out, or ``Refused`` is raised.
Step 1 (the token) is ``graph.access``; steps 12 (rates) and 13 (media) follow in ``accept``.
"""

from __future__ import annotations

import msgspec

from pagewire.simulator import errors
from pagewire.simulator.content import Content, check_content
from pagewire.simulator.errors import Refusal, Refused, invalid
from pagewire.simulator.order import Order
from pagewire.simulator.shape import need, one_of
from pagewire.simulator.state import Comment, Conversation
from pagewire.simulator.world import Account, App

HOUR_MS = 3600 * 1000
WINDOW_MS = 24 * HOUR_MS
WEEK_MS = 7 * 24 * HOUR_MS

_TYPES = frozenset({"RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"})
_ACTIONS = frozenset({"typing_on", "typing_off", "mark_seen", "react", "unreact"})
_NOTIFY = frozenset({"REGULAR", "SILENT_PUSH", "NO_PUSH"})
_LIVE_TAGS = frozenset({"HUMAN_AGENT", "CUSTOMER_FEEDBACK", "NON_PROMOTIONAL_SUBSCRIPTION"})
_DEAD_TAGS = frozenset({"ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE"})
_VARIANTS = (
    "id",
    "comment_id",
    "post_id",
    "user_ref",
    "phone_number",
    "one_time_notif_token",
    "notification_messages_token",
)


class Facts(msgspec.Struct, kw_only=True):
    """What Meta knows about the recipient when the request comes in.

    Attributes:
        app: the sending app.
        account: whose conversation it is: the Page, or the Instagram account.
        variant: which recipient variant the request uses; None when it is unreadable.
        conversation: with the person, if they ever wrote or were privately answered.
        comment: named by ``comment_id`` or ``post_id``, if it exists on this account.
        now_ms: the time.
    """

    app: App
    account: Account
    variant: str | None
    conversation: Conversation | None
    comment: Comment | None
    now_ms: int

    @property
    def instagram(self) -> bool:
        """Whether Instagram's rules hold."""
        return self.account.object == "instagram"

    def pick(self, messenger: Refusal, instagram: Refusal) -> Refused:
        """The refusal in the product's own code."""
        return Refused(instagram if self.instagram else messenger)


def variant_of(order: Order) -> str | None:
    """The single recipient variant an order uses, or None."""
    given = [key for key in _VARIANTS if (order.recipient or {}).get(key)]
    return given[0] if len(given) == 1 else None


def check(order: Order, facts: Facts) -> Content:
    """Steps 2 to 11; what is left to send when nothing forbids it. A sender action has empty content.

    Raises:
        Refused: with the code and subcode of Meta's tables.
    """
    _recipient(order, facts)
    _one_body(order)
    if order.sender_action is not None:
        _action_shape(order)
        content = Content()
    else:
        content = check_content(order, instagram=facts.instagram)
        _message_fields(order, facts)
        _tag(order, facts, content)
    _known(order, facts)
    _account(facts)
    _reachable(facts)
    _owner(facts)
    _private_reply(facts)
    _window(order, facts, content)
    _quoted(order, facts)
    return content


def _recipient(order: Order, facts: Facts) -> None:
    if not order.recipient:
        raise Refused(errors.RECIPIENT_REQUIRED)
    if facts.variant is None:
        raise Refused(invalid("param recipient must have exactly one of: " + ", ".join(_VARIANTS)))


def _one_body(order: Order) -> None:
    if order.sender_action is not None and order.message is not None:
        raise Refused(errors.MESSAGE_AND_ACTION)
    if order.sender_action is None and not order.message:
        raise Refused(errors.EMPTY_MESSAGE)


def _action_shape(order: Order) -> None:
    action = one_of(order.sender_action, _ACTIONS, "sender_action")
    need(order.messaging_type is None, "messaging_type cannot be used with sender_action")
    need(order.tag is None, "tag cannot be used with sender_action")
    need(order.recipient_id is not None, "sender_action needs recipient[id]")
    if action in ("react", "unreact"):
        payload = order.payload or {}
        need(payload.get("message_id"), "The parameter payload[message_id] is required")
        need(action == "unreact" or payload.get("reaction"), "The parameter payload[reaction] is required")


def _message_fields(order: Order, facts: Facts) -> None:
    if order.messaging_type is not None:
        one_of(order.messaging_type, _TYPES, "messaging_type")
    if order.notification_type is not None:
        one_of(order.notification_type, _NOTIFY, "notification_type")
    if order.persona_id is not None and not facts.instagram:
        need(order.persona_id in facts.account.personas, "Invalid persona_id")
    if order.messaging_type == "UTILITY":
        need((order.message or {}).get("template"), "messaging_type UTILITY needs message[template]")


def _tag(order: Order, facts: Facts, content: Content) -> None:
    if order.tag in _DEAD_TAGS:
        raise Refused(errors.DEAD_TAG)
    if order.messaging_type != "MESSAGE_TAG":
        return
    need(order.tag, "The parameter tag is required with messaging_type MESSAGE_TAG")
    live = {"HUMAN_AGENT"} if facts.instagram else _LIVE_TAGS
    need(order.tag in live, "Invalid tag")
    if order.tag == "HUMAN_AGENT" and not facts.app.human_agent:
        raise Refused(errors.HUMAN_AGENT_UNAPPROVED)
    if order.tag == "CUSTOMER_FEEDBACK":
        need(content.feedback, "tag CUSTOMER_FEEDBACK needs the customer_feedback template")


def _known(order: Order, facts: Facts) -> None:
    if facts.variant == "phone_number":
        raise Refused(errors.PHONE_MATCHING)
    if facts.variant in ("comment_id", "post_id"):
        return
    if facts.variant != "id" or facts.conversation is None or not facts.conversation.opened:
        raise facts.pick(errors.NO_SUCH_PERSON, errors.IG_NO_SUCH_PERSON)
    if not facts.app.live and order.recipient_id not in facts.app.roles:
        raise Refused(errors.NOT_LIVE)


def _account(facts: Facts) -> None:
    if facts.account.restricted:
        raise facts.pick(errors.RESTRICTED, errors.IG_RESTRICTED)
    if facts.instagram and facts.account.access_off:
        raise Refused(errors.IG_ACCESS_OFF)


def _reachable(facts: Facts) -> None:
    if facts.conversation is not None and facts.conversation.blocked:
        raise Refused(errors.UNREACHABLE)


def _owner(facts: Facts) -> None:
    if facts.variant != "id" or facts.conversation is None:
        return
    owner = facts.conversation.owner_at(facts.now_ms / 1000)
    if owner is not None and owner != facts.app.id:
        raise facts.pick(errors.NOT_OWNER, errors.IG_NOT_OWNER)


def _private_reply(facts: Facts) -> None:
    if facts.variant not in ("comment_id", "post_id"):
        return
    comment = facts.comment
    young = comment is not None and facts.now_ms - comment.created < WEEK_MS
    if comment is None or not young or comment.deleted:
        raise facts.pick(errors.NOT_REPLYABLE, errors.IG_NOT_REPLYABLE)
    if comment.answered:
        raise facts.pick(errors.ALREADY_REPLIED, errors.IG_NOT_REPLYABLE)


def _window(order: Order, facts: Facts, content: Content) -> None:
    if facts.variant != "id" or order.sender_action == "mark_seen":
        return
    if order.messaging_type == "UTILITY":
        if content.utility not in facts.account.templates:
            raise Refused(errors.WINDOW_CLOSED)
        return
    tag = order.tag if order.messaging_type == "MESSAGE_TAG" else None
    if tag == "NON_PROMOTIONAL_SUBSCRIPTION":
        if not facts.account.news:
            raise Refused(errors.NEWS_ONLY)
        return
    if _age(facts) >= (WEEK_MS if tag is not None else WINDOW_MS):
        raise facts.pick(errors.WINDOW_CLOSED, errors.IG_WINDOW_CLOSED)


def _age(facts: Facts) -> float:
    last = facts.conversation.last_user_ms if facts.conversation is not None else None
    return float("inf") if last is None else facts.now_ms - last


def _quoted(order: Order, facts: Facts) -> None:
    """Messages that the order names must be of this conversation; a quote needs a user message of today."""
    named = (order.reply_to or {}).get("mid") or (order.payload or {}).get("message_id")
    if order.reply_to is not None:
        need(named, "The parameter reply_to[mid] is required")
        need(_age(facts) < WINDOW_MS, "reply_to needs a message of the person within 24 hours")
    if named is not None:
        messages = facts.conversation.messages if facts.conversation is not None else ()
        need(any(m.mid == named for m in messages), "Invalid message id")
