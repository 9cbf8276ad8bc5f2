"""May this person be written to now? Steps 6 to 11 of Meta's checks (outbound.md appendix A). Pure."""

from __future__ import annotations

from pagewire.simulator import days, errors
from pagewire.simulator.content import Content
from pagewire.simulator.errors import Refused, no_object
from pagewire.simulator.facts import Facts
from pagewire.simulator.order import Order
from pagewire.simulator.shape import need
from pagewire.simulator.stored import FLOW_APP
from pagewire.surfaces import Surface

HOUR_MS = 3600 * 1000
WINDOW_MS = 24 * HOUR_MS
WEEK_MS = 7 * 24 * HOUR_MS
_FOREVER = float("inf")
_TAG_WINDOWS: dict[str | None, float] = {"HUMAN_AGENT": WEEK_MS, "CUSTOMER_FEEDBACK": WEEK_MS, None: WINDOW_MS}
_QUOTES = {
    Surface.MESSENGER: 0.0,
    Surface.INSTAGRAM: days.INSTAGRAM_QUOTES,
    Surface.INSTAGRAM_LOGIN: days.LOGIN_QUOTES,
}


def check_recipient(order: Order, facts: Facts, content: Content) -> None:
    """Check who is written to, and when.

    Raises:
        Refused: with the code and subcode of Meta's tables.
    """
    _known(facts)
    _account(facts)
    _reachable(facts)
    _owner(order, facts)
    _private_reply(facts)
    _window(order, facts, content)
    _quoted(order, facts)


def _known(facts: Facts) -> None:
    if facts.variant == "phone_number":
        raise Refused(errors.PHONE_MATCHING)
    if facts.variant == "notification_messages_token":
        _subscriber(facts)
    if facts.private_reply:
        return
    if facts.conversation is None or not facts.conversation.opened:
        raise facts.pick(errors.NO_SUCH_PERSON, errors.IG_NO_SUCH_PERSON)
    if not facts.app.live and facts.conversation.person not in facts.app.roles:
        raise Refused(errors.NOT_LIVE)


def _subscriber(facts: Facts) -> None:
    optin = facts.optin
    if optin is None or facts.now >= days.MARKETING_ENDED or facts.now_ms >= optin.expires_ms:
        raise Refused(errors.MARKETING_TOKEN)
    if optin.stopped:
        raise Refused(errors.MARKETING_STOPPED)
    slow = facts.now >= days.MARKETING_SLOWER and optin.sent_ms is not None
    if slow and optin.sent_ms is not None and facts.now_ms - optin.sent_ms < 48 * HOUR_MS:
        raise Refused(errors.MARKETING_TOO_SOON)


def _account(facts: Facts) -> None:
    if facts.account.restricted:
        raise facts.pick(errors.RESTRICTED, errors.IG_RESTRICTED)
    if facts.instagram and facts.account.access_off:
        raise Refused(errors.IG_ACCESS_OFF)


def _reachable(facts: Facts) -> None:
    conversation = facts.conversation
    if conversation is not None and (conversation.blocked or conversation.banned):
        raise Refused(errors.UNREACHABLE)


def _owner(order: Order, facts: Facts) -> None:
    if facts.private_reply or facts.conversation is None:
        return
    owner = facts.conversation.owner_at(facts.now)
    if owner is None or owner == facts.app.id:
        return
    if owner == FLOW_APP:
        raise Refused(errors.FLOW_RUNNING)
    human = order.messaging_type == "MESSAGE_TAG" and order.tag == "HUMAN_AGENT"
    if not (human and facts.app.id in facts.account.takers):
        raise facts.pick(errors.NOT_OWNER, errors.IG_NOT_OWNER)


def _private_reply(facts: Facts) -> None:
    if not facts.private_reply:
        return
    comment = facts.comment
    if comment is None or comment.visitor != (facts.variant == "post_id"):
        raise facts.pick(errors.NOT_REPLYABLE, errors.IG_NOT_REPLYABLE)
    if comment.deleted:
        raise facts.pick(no_object("POST", comment.id), errors.IG_NOT_REPLYABLE)
    if comment.over or facts.now_ms - comment.created >= WEEK_MS:
        raise facts.pick(errors.NOT_REPLYABLE, errors.IG_NOT_REPLYABLE)
    if comment.answered:
        raise facts.pick(errors.ALREADY_REPLIED, errors.IG_NOT_REPLYABLE)


def _window(order: Order, facts: Facts, content: Content) -> None:
    if facts.private_reply or facts.variant == "notification_messages_token" or order.sender_action == "mark_seen":
        return
    if order.messaging_type == "UTILITY":
        approved = facts.template is not None and facts.template.status == "APPROVED"
        if not approved and content.utility not in facts.account.templates:
            raise Refused(errors.WINDOW_CLOSED)
        return
    tag = order.tag if order.messaging_type == "MESSAGE_TAG" else None
    if tag == "NON_PROMOTIONAL_SUBSCRIPTION" and not facts.account.news:
        raise Refused(errors.NEWS_ONLY)
    # What is left are the tags that had no window while they lived, and that of news Pages.
    if facts.age_ms >= _TAG_WINDOWS.get(tag, _FOREVER):
        raise facts.pick(errors.WINDOW_CLOSED, errors.IG_WINDOW_CLOSED)


def _quoted(order: Order, facts: Facts) -> None:
    """Messages that the order names must be of this conversation; a quote needs a user message of today."""
    named = (order.reply_to or {}).get("mid") or (order.payload or {}).get("message_id")
    if order.reply_to is not None:
        need(facts.now >= _QUOTES[facts.ground.surface], "Param reply_to is not supported")
        need(named, "The parameter reply_to[mid] is required")
        need(facts.age_ms < WINDOW_MS, "reply_to needs a message of the person within 24 hours")
    if named is not None:
        messages = facts.conversation.messages if facts.conversation is not None else ()
        need(any(m.mid == named for m in messages), "Invalid message id")
