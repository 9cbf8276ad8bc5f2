"""May this message be sent? Meta's checks of ``POST /messages`` in order, first hit wins (outbound.md appendix A).

Pure: an ``Order`` and the ``Facts`` about its recipient go in; what to send comes out, or ``Refused`` is raised.
Step 1 (the token) is ``graph.access``; this module has steps 2 to 5, ``recipients`` 6 to 11; steps 12 (rates) and 13
(media) follow in ``allowance`` and ``accept``.
"""

from __future__ import annotations

from typing import Any

from pagewire.simulator import days, errors
from pagewire.simulator.content import Content, check_content
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.facts import INSTAGRAM_VARIANTS, MESSENGER_VARIANTS, Facts
from pagewire.simulator.order import Order
from pagewire.simulator.recipients import check_recipient
from pagewire.simulator.shape import need, one_of
from pagewire.simulator.utility import Filled, fill

_TYPES = frozenset({"RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"})
_ACTIONS = frozenset({"typing_on", "typing_off", "mark_seen", "react", "unreact"})
_NOTIFY = frozenset({"REGULAR", "SILENT_PUSH", "NO_PUSH"})
_CONTROLS = frozenset({"pass", "release"})
_LIVE_TAGS = frozenset({"HUMAN_AGENT", "CUSTOMER_FEEDBACK", "NON_PROMOTIONAL_SUBSCRIPTION"})
ENDED_TAGS = frozenset({"ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE"})
"""Messenger's tags that ended on 2026-04-27."""


def check(order: Order, facts: Facts) -> Content:
    """Steps 2 to 11; what is left to send when nothing forbids it. A sender action has empty content.

    Raises:
        Refused: with the code and subcode of Meta's tables.
    """
    _recipient(order, facts)
    _one_body(order)
    if order.sender_action is not None:
        _action_shape(order, facts)
        content = Content()
    else:
        content = check_content(order, facts.ground)
        _message_fields(order, facts)
        _fill(order, facts, content)
        _tag(order, facts, content)
    check_recipient(order, facts, content)
    return content


def _recipient(order: Order, facts: Facts) -> None:
    if not order.recipient:
        raise Refused(errors.RECIPIENT_REQUIRED)
    variants = INSTAGRAM_VARIANTS if facts.instagram else MESSENGER_VARIANTS
    if facts.variant not in variants:
        raise Refused(invalid("param recipient must have exactly one of: " + ", ".join(variants)))


def _one_body(order: Order) -> None:
    if order.sender_action is not None and order.message is not None:
        raise Refused(errors.MESSAGE_AND_ACTION)
    if order.sender_action is None and not order.message:
        raise Refused(errors.EMPTY_MESSAGE)


def _action_shape(order: Order, facts: Facts) -> None:
    action = one_of(order.sender_action, _ACTIONS, "sender_action")
    need(order.messaging_type is None, "messaging_type cannot be used with sender_action")
    need(order.tag is None, "tag cannot be used with sender_action")
    need(order.recipient_id is not None, "sender_action needs recipient[id]")
    _persona(order, facts)
    if action in ("react", "unreact"):
        payload = order.payload or {}
        need(payload.get("message_id"), "The parameter payload[message_id] is required")
        need(action == "unreact" or payload.get("reaction"), "The parameter payload[reaction] is required")


def _message_fields(order: Order, facts: Facts) -> None:
    if order.messaging_type is not None:
        one_of(order.messaging_type, _TYPES, "messaging_type")
    if order.notification_type is not None:
        one_of(order.notification_type, _NOTIFY, "notification_type")
        need(not facts.instagram, "Param notification_type is not supported")
    _persona(order, facts)
    if order.thread_control is not None:
        one_of(order.thread_control.get("control_type", "release"), _CONTROLS, "thread_control[control_type]")
    if order.messaging_type == "UTILITY":
        need((order.message or {}).get("template"), "messaging_type UTILITY needs message[template]")


def _fill(order: Order, facts: Facts, content: Content) -> None:
    """A utility template is text, or looks like a generic template when it has a header or buttons."""
    if content.utility is None or facts.template is None:
        return
    given = (order.message or {})["template"].get("components") or []
    need(isinstance(given, list) and all(isinstance(c, dict) for c in given), "param components must hold objects.")
    filled = fill(facts.template, given)
    content.text = filled.body
    if filled.header or filled.image or filled.buttons:
        content.text = None
        content.attachments = [_as_generic(filled)]


def _as_generic(filled: Filled) -> dict[str, Any]:
    element: dict[str, Any] = {"title": filled.header or filled.body}
    if filled.header:
        element["subtitle"] = filled.body
    if filled.image:
        element["image_url"] = filled.image
    if filled.buttons:
        element["buttons"] = filled.buttons
    payload = {"template_type": "generic", "elements": [element]}
    return {"title": element["title"], "url": None, "type": "template", "payload": payload}


def _persona(order: Order, facts: Facts) -> None:
    if order.persona_id is not None:
        need(not facts.instagram, "Param persona_id is not supported")
        need(order.persona_id in facts.personas, "Invalid persona_id")


def _tag(order: Order, facts: Facts, content: Content) -> None:
    ended = order.tag in ENDED_TAGS
    if ended and facts.now >= days.TAGS_ENDED:
        raise Refused(errors.DEAD_TAG)
    if order.messaging_type != "MESSAGE_TAG":
        return
    need(order.tag, "The parameter tag is required with messaging_type MESSAGE_TAG")
    live = frozenset({"HUMAN_AGENT"}) if facts.instagram else _LIVE_TAGS | ENDED_TAGS
    need(order.tag in live, "Invalid tag")
    if order.tag == "HUMAN_AGENT" and not facts.app.human_agent:
        raise Refused(errors.HUMAN_AGENT_UNAPPROVED)
    if order.tag == "CUSTOMER_FEEDBACK":
        need(content.feedback, "tag CUSTOMER_FEEDBACK needs the customer_feedback template")
