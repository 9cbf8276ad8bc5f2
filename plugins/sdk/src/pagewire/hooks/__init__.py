"""Every hook a plugin can implement: one typed async function each.

A plugin is a module, or an object or class without constructor arguments, found through the entry point group ``pagewire``. It
implements hooks with `hookimpl`, takes only the arguments it needs, and may define ``Config``, a msgspec struct that its part
of the resource is checked against. A plain ``def`` works too and runs in a thread: nobody can end it there, so a call that
takes too long goes on beside the next attempt and keeps one of the hook's eight threads until it returns.

For each event the gateway calls ``event_received`` and then the hook of its kind, plugin by plugin, each in its own lane. Every
kind has a hook of its own; what Meta may name at will (``unknown``, and fields and calls without a struct) comes through
``event_received`` alone. While another app has the conversation (channel ``standby``) the hook of the kind is not called, but
``standby_received``. A lane skips the events that its plugin has no hook for. What the hooks return is sent; what they raise
concerns this plugin alone (see `pagewire.errors`).

A ``Config`` with a method ``needs(hook: str) -> bool`` says which hooks about events and replies an account calls at all: what it
does not need costs nearly nothing, which matters for echoes, deliveries and reads, of which there are several for each message.

Hooks that happen are named ``<noun>_<past tense>``.
"""

from pagewire.hooks._calls import call_changed, call_permission_answered
from pagewire.hooks._campaigns import (
    marketing_message_clicked,
    marketing_message_delivered,
    marketing_message_failed,
    marketing_message_read,
    marketing_message_sent,
)
from pagewire.hooks._content import (
    account_mentioned,
    comment_received,
    feed_changed,
    group_feed_changed,
    lead_received,
    live_comment_received,
    page_mentioned,
    story_insights_received,
)
from pagewire.hooks._every import event_received, standby_received
from pagewire.hooks._life import health, login_ended, page_added, page_removed, person_deleted, plugin_stopped
from pagewire.hooks._markers import API_CHANGES, API_VERSION, API_VERSIONS, ENTRY_POINT_GROUP, hookimpl, hookspec
from pagewire.hooks._messages import (
    echo_received,
    message_deleted,
    message_edited,
    message_received,
    messages_delivered,
    messages_read,
    postback_received,
    reaction_received,
    referral_received,
)
from pagewire.hooks._people import (
    account_linking_changed,
    customer_information_submitted,
    feedback_submitted,
    message_request_accepted,
    optin_received,
    response_rated,
)
from pagewire.hooks._sends import before_send, on_delivered, on_refused
from pagewire.hooks._shop import checkout_updated, game_played, order_received, payment_received, pre_checkout_received
from pagewire.hooks._standing import integrity_changed, policy_enforced
from pagewire.hooks._threads import app_roles_changed, thread_passed, thread_requested, thread_taken

EVENT_HOOKS = (
    "event_received",
    "standby_received",
    "message_received",
    "echo_received",
    "message_edited",
    "message_deleted",
    "reaction_received",
    "postback_received",
    "referral_received",
    "messages_read",
    "messages_delivered",
    "optin_received",
    "message_request_accepted",
    "account_linking_changed",
    "customer_information_submitted",
    "feedback_submitted",
    "response_rated",
    "order_received",
    "pre_checkout_received",
    "checkout_updated",
    "payment_received",
    "game_played",
    "thread_passed",
    "thread_taken",
    "thread_requested",
    "app_roles_changed",
    "call_permission_answered",
    "call_changed",
    "feed_changed",
    "page_mentioned",
    "group_feed_changed",
    "comment_received",
    "live_comment_received",
    "account_mentioned",
    "story_insights_received",
    "lead_received",
    "marketing_message_sent",
    "marketing_message_delivered",
    "marketing_message_read",
    "marketing_message_clicked",
    "marketing_message_failed",
    "policy_enforced",
    "integrity_changed",
)
"""The hooks that are called with an event."""

SEND_HOOKS = ("before_send", "on_refused", "on_delivered")
"""The hooks about replies on their way."""

HOOKS = (
    *EVENT_HOOKS,
    *SEND_HOOKS,
    "page_added",
    "page_removed",
    "health",
    "person_deleted",
    "login_ended",
    "plugin_stopped",
)
"""Every hook."""

__all__ = [
    "API_CHANGES",
    "API_VERSION",
    "API_VERSIONS",
    "ENTRY_POINT_GROUP",
    "EVENT_HOOKS",
    "HOOKS",
    "SEND_HOOKS",
    "account_linking_changed",
    "account_mentioned",
    "app_roles_changed",
    "before_send",
    "call_changed",
    "call_permission_answered",
    "checkout_updated",
    "comment_received",
    "customer_information_submitted",
    "echo_received",
    "event_received",
    "feed_changed",
    "feedback_submitted",
    "game_played",
    "group_feed_changed",
    "health",
    "hookimpl",
    "hookspec",
    "integrity_changed",
    "lead_received",
    "live_comment_received",
    "login_ended",
    "marketing_message_clicked",
    "marketing_message_delivered",
    "marketing_message_failed",
    "marketing_message_read",
    "marketing_message_sent",
    "message_deleted",
    "message_edited",
    "message_received",
    "message_request_accepted",
    "messages_delivered",
    "messages_read",
    "on_delivered",
    "on_refused",
    "optin_received",
    "order_received",
    "page_added",
    "page_mentioned",
    "page_removed",
    "payment_received",
    "person_deleted",
    "plugin_stopped",
    "policy_enforced",
    "postback_received",
    "pre_checkout_received",
    "reaction_received",
    "referral_received",
    "response_rated",
    "standby_received",
    "story_insights_received",
    "thread_passed",
    "thread_requested",
    "thread_taken",
]
