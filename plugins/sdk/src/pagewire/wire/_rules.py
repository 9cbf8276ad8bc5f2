"""What tells two items of a kind apart: one rule a kind, a tuple of parts.

A part that is an object or array counts by its digest; an item whose naming parts are missing counts as a whole, so that
malformed items are kept apart too. Leave out what a repeat may change: everything outside the item.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from pagewire.wire._json import Json

Parts = tuple[Any, ...]
Rule = Callable[[Json, Json], Parts]


def rule_of(kind: str) -> Rule:
    """The rule of a kind."""
    found = _RULES.get(kind)
    if found is not None:
        return found
    if kind.startswith("call."):
        return _call
    return _marketing if kind.startswith("change.marketing_message_") else _whole


def _of(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _sender(item: Json) -> Any:
    sender = item.get("sender")
    return _of(sender, "id") or _of(sender, "user_ref")


def _named(item: Json, name: Any, *others: Any) -> Parts:
    """Parts led by what names the thing; without a name the whole item joins them."""
    return (name, *others) if name else (*others, item)


def _message(item: Json, payload: Json) -> Parts:
    mid = payload.get("mid")
    if mid:
        return (mid,)
    return (_sender(item), _of(item.get("recipient"), "id"), item.get("timestamp"), item)


def _edit(item: Json, payload: Json) -> Parts:
    return _named(item, payload.get("mid"), payload.get("num_edit"), item.get("timestamp"))


def _reaction(item: Json, payload: Json) -> Parts:
    mark = payload.get("emoji") or payload.get("reaction")
    return _named(item, payload.get("mid"), _sender(item), payload.get("action"), mark, item.get("timestamp"))


def _postback(item: Json, payload: Json) -> Parts:
    mid = payload.get("mid")
    if mid:
        return (mid,)
    return (_sender(item), item.get("timestamp"), [payload.get("title"), payload.get("payload")])


def _referral(item: Json, payload: Json) -> Parts:
    stated = (payload.get("source"), payload.get("ref"), payload.get("ad_id"))
    return _named(item, _sender(item), item.get("timestamp"), *stated)


def _optin(item: Json, payload: Json) -> Parts:
    token = payload.get("notification_messages_token") or payload.get("one_time_notif_token") or payload.get("ref")
    status = payload.get("notification_messages_status") or payload.get("user_token_status")
    who = _sender(item) or payload.get("user_ref")
    return _named(item, who, payload.get("type"), token, status, item.get("timestamp"))


def _read(item: Json, payload: Json) -> Parts:
    if payload.get("watermark") is not None:
        return _named(item, _sender(item), payload["watermark"])
    return _named(item, payload.get("mid"))


def _delivery(item: Json, payload: Json) -> Parts:
    # One item is one event, whatever it names; the names in order, as Meta promises none.
    mids = payload.get("mids")
    named = sorted(map(_spelt, mids)) if isinstance(mids, list) and mids else None
    return _named(item, _sender(item), payload.get("watermark"), named)


def _spelt(mid: Any) -> str:
    return mid if isinstance(mid, str) else msgspec.json.encode(mid, order="sorted").decode()


def _linking(item: Json, payload: Json) -> Parts:
    stated = (payload.get("status"), payload.get("authorization_code"), item.get("timestamp"))
    return _named(item, _sender(item), *stated)


def _handover(item: Json, payload: Json) -> Parts:
    owner = payload.get("new_owner_app_id") or payload.get("requested_owner_app_id")
    return _named(item, _sender(item), payload.get("previous_owner_app_id"), owner, item.get("timestamp"))


def _timed(item: Json, _payload: Json) -> Parts:
    return (item.get("timestamp"), item)


def _rated(item: Json, payload: Json) -> Parts:
    return _named(item, _sender(item), payload.get("mid"), payload.get("feedback"), item.get("timestamp"))


def _form(item: Json, _payload: Json) -> Parts:
    return (_sender(item), item)


def _personal(item: Json, _payload: Json) -> Parts:
    return (_sender(item), item.get("timestamp"), item)


def _game(item: Json, payload: Json) -> Parts:
    played = (payload.get("game_id"), payload.get("context_id"), item.get("timestamp"), payload.get("score"))
    return _named(item, payload.get("player_id"), *played)


def _call(item: Json, _payload: Json) -> Parts:
    return _named(item, item.get("id"), item.get("event"), item.get("call_status"), item.get("timestamp"))


def _permission(item: Json, payload: Json) -> Parts:
    return _named(item, _sender(item), payload.get("response"), item.get("timestamp"))


def _comment(item: Json, payload: Json) -> Parts:
    return _named(item, payload.get("id") or payload.get("comment_id"))


def _mention(item: Json, payload: Json) -> Parts:
    return _named(item, payload.get("media_id"), payload.get("comment_id"))


def _story(item: Json, payload: Json) -> Parts:
    return _named(item, payload.get("media_id"))


def _feed(_item: Json, payload: Json) -> Parts:
    about = payload.get("comment_id") or payload.get("post_id")
    when = payload.get("created_time")
    stated = (payload.get("item"), payload.get("verb"), about, _of(payload.get("from"), "id"))
    # An edit keeps the time of the first writing, so two edits differ in nothing but their text.
    sure = about and when is not None and payload.get("verb") != "edited"
    return (*stated, payload.get("reaction_type"), when, None if sure else payload)


def _lead(item: Json, payload: Json) -> Parts:
    return _named(item, payload.get("leadgen_id"))


def _marketing(item: Json, payload: Json) -> Parts:
    about = payload.get("mid") or payload.get("marketing_message_tracking_id")
    when = payload.get("timestamp") or item.get("timestamp")
    return _named(item, about, payload.get("messenger_subscription_token"), when)


def _whole(item: Json, _payload: Json) -> Parts:
    return (item,)


_RULES: dict[str, Rule] = {
    "message": _message,
    "message_echo": _message,
    "message_deleted": _message,
    "message_edit": _edit,
    "reaction": _reaction,
    "postback": _postback,
    "referral": _referral,
    "optin": _optin,
    "read": _read,
    "delivery": _delivery,
    "account_linking": _linking,
    "handover_pass": _handover,
    "handover_take": _handover,
    "handover_request": _handover,
    "handover_app_roles": _timed,
    "policy_enforcement": _timed,
    "page_integrity": _timed,
    "response_feedback": _rated,
    "feedback_form": _form,
    "customer_information": _personal,
    "order": _personal,
    "payment": _personal,
    "checkout_update": _personal,
    "pre_checkout": _personal,
    "message_request": _personal,
    "game_play": _game,
    "call_permission_reply": _permission,
    "change.comments": _comment,
    "change.live_comments": _comment,
    "change.mentions": _mention,
    "change.story_insights": _story,
    "change.feed": _feed,
    "change.mention": _feed,
    "change.group_feed": _feed,
    "change.leadgen": _lead,
}
