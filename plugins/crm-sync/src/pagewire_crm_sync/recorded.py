"""Event -> facts of its entry in the timeline: one list of fields a kind. Pure.

A field is listed by its name in the event, and stands in the entry in camel case. What is missing is left out.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from pagewire import events as e
from pagewire_crm_sync.entry import Facts, instant

_MESSAGE: Final = ("mid", "attachment_types", "text_length")
_FEED: Final = ("item", "verb", "post_id", "comment_id", "parent_id", "sender_id", "reaction_type")
_COMMENT: Final = ("comment_id", "parent_id", "sender_id", "media_id", "text_length")
_REFERRAL: Final = ("source", "type", "ref", "ad_id")
_CAMPAIGN: Final = ("mid", "message_id", "marketing_message_tracking_id")
_HANDOVER: Final = ("previous_owner_app_id", "new_owner_app_id")

FIELDS: Final[dict[type[e.Event], tuple[str, ...]]] = {
    e.Message: (*_MESSAGE, "quick_reply_payload", "story_id", "is_unsupported"),
    e.MessageEcho: (*_MESSAGE, "app_id", "from_inbox"),
    e.MessageEdit: ("mid", "num_edit"),
    e.MessageDeleted: ("mid", "is_echo"),
    e.Reaction: ("mid", "action", "reaction", "emoji"),
    e.Postback: ("mid", "title", "payload"),
    e.Referral: _REFERRAL,
    e.Read: ("watermark", "mid"),
    e.Delivery: ("watermark", "mids"),
    e.Optin: ("type", "payload", "ref", "notification_messages_status", "token_expiry_timestamp"),
    e.MessageRequest: (),
    e.AccountLinking: ("status", "authorization_code"),
    e.CustomerInformation: ("responses",),
    e.FeedbackForm: ("scores",),
    e.ResponseFeedback: ("feedback", "mid"),
    e.Order: ("products",),
    e.PreCheckout: (),
    e.CheckoutUpdate: (),
    e.Payment: (),
    e.GamePlay: ("game_id", "context_type", "score"),
    e.HandoverPass: _HANDOVER,
    e.HandoverTake: _HANDOVER,
    e.HandoverRequest: ("requested_owner_app_id",),
    e.HandoverAppRoles: ("roles",),
    e.CallPermissionReply: ("response", "expiration_timestamp"),
    e.Call: ("call_id", "event", "call_status", "call_direction"),
    e.FeedChange: _FEED,
    e.PageMention: _FEED,
    e.GroupFeedChange: _FEED,
    e.Comment: _COMMENT,
    e.LiveComment: _COMMENT,
    e.Mention: ("media_id", "comment_id"),
    e.StoryInsights: ("media_id", "impressions", "reach", "taps_forward", "taps_back", "exits", "replies"),
    e.Lead: ("leadgen_id", "form_id", "ad_id", "adgroup_id", "created_time"),
    e.MarketingMessageSent: _CAMPAIGN,
    e.MarketingMessageDelivered: _CAMPAIGN,
    e.MarketingMessageRead: _CAMPAIGN,
    e.MarketingMessageClicked: _CAMPAIGN,
    e.MarketingMessageFailed: (*_CAMPAIGN, "error_message"),
    e.PolicyEnforcement: ("action", "reason"),
    e.PageIntegrity: ("status", "violations", "restrictions", "action_events"),
}
"""Which facts of a kind are told."""


def facts_of(event: e.Event, *, information: bool) -> Facts:
    """The facts of an event.

    Args:
        event: any event.
        information: tell what people filled into a structured information form.
    """
    found = {name: _value(event, name) for name in FIELDS.get(type(event), ())}
    if not information:
        found.pop("responses", None)
    return {camel(name): value for name, value in found.items() if value not in (None, "", (), [])}


def camel(name: str) -> str:
    """The name of a fact in JSON."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _value(event: e.Event, name: str) -> Any:
    made = _MADE.get(name)
    value = made(event) if made is not None else getattr(event, name)
    return instant(value) if isinstance(value, datetime) else value


def _attachment_types(event: Any) -> list[str]:
    return [one.type for one in event.shown_attachments]


def _scores(event: Any) -> list[Facts]:
    """Scores of a feedback form; what people wrote beside them stays here (webhooks: ``messaging_feedback``)."""
    return [
        {
            "screen": screen.get("screen_id"),
            "question": question,
            "type": answer.get("type"),
            "score": answer.get("payload"),
        }
        for screen in _objects(event.feedback_screens)
        for question, answer in _members(screen.get("questions"))
        if answer.get("type") != "free_form"
    ]


def _responses(event: Any) -> list[Facts]:
    return [
        {"screen": screen.get("screen_id"), "key": one.get("key"), "value": one.get("value")}
        for screen in _objects(event.screens)
        for one in _objects(screen.get("responses"))
    ]


def _products(event: Any) -> list[Facts]:
    names = ("id", "retailer_id", "name", "unit_price", "currency", "quantity")
    return [
        {camel(name): getattr(one, name) for name in names if getattr(one, name) is not None} for one in event.products
    ]


def _objects(value: Any) -> Iterable[Facts]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list | tuple) else []


def _members(value: Any) -> Iterable[tuple[str, Facts]]:
    return [(name, one) for name, one in value.items() if isinstance(one, dict)] if isinstance(value, dict) else []


_MADE: Final[dict[str, Callable[[Any], Any]]] = {
    "attachment_types": _attachment_types,
    "text_length": lambda event: len(event.text) if event.text else None,
    "quick_reply_payload": lambda event: event.quick_reply and event.quick_reply.payload,
    "story_id": lambda event: event.reply_to and event.reply_to.story and event.reply_to.story.id,
    "is_unsupported": lambda event: event.is_unsupported or None,
    "is_echo": lambda event: event.is_echo or None,
    "from_inbox": lambda event: event.from_inbox or None,
    "sender_id": lambda event: event.sender and event.sender.id,
    "media_id": lambda event: event.media and event.media.id if isinstance(event, e.Comment) else event.media_id,
    "mids": lambda event: list(event.mids),
    "responses": _responses,
    "scores": _scores,
    "products": _products,
}
"""Facts that are made of more than one field, or of a part."""
