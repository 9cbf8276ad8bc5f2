"""The webhook fields of every object, and the permissions they need (graph.md 5.4). Pure.

Page and Instagram spell some of them differently; an Instagram name on a Page refuses the whole call.
"""

from __future__ import annotations

from collections.abc import Collection

from pagewire.simulator.world import EVERY_FIELD, ObjectName, TopicName

PAGE_FIELDS = frozenset(
    """
    messages messaging_postbacks messaging_optins messaging_optouts messaging_referrals messaging_handovers
    messaging_policy_enforcement messaging_account_linking messaging_feedback messaging_customer_information
    messaging_in_thread_lead_form_submit messaging_integrity messaging_direct_sends
    messaging_fblogin_account_linking messaging_appointments messaging_game_plays messaging_payments
    messaging_pre_checkouts messaging_checkout_updates message_deliveries message_reads message_echoes
    message_edits message_reactions message_context message_mention message_template_status_update
    marketing_message_clicks marketing_message_deliveries marketing_message_delivery_failed
    marketing_message_echoes marketing_message_reads marketing_messages_subscriber_upload_status
    response_feedback send_cart standby inbox_labels conversations calls call_permission_reply
    call_settings_update comment_poll_response story_poll_response story_share user_action follow agent_messages
    agent_questions business_integrity
    affiliation attire awards bio birthday category checkins company_overview culinary_team current_location
    description email feature_access_list feed founded general_info general_manager group_feed hometown hours
    invoice_access_bank_slip_events invoice_access_invoice_change invoice_access_invoice_draft_change
    invoice_access_onboarding_status_active leadgen leadgen_fat leadgen_update live_videos local_delivery location
    mcom_invoice_change members mention merchant_review mission name page_about_story page_change_proposal
    page_upcoming_change parking payment_options payment_request_update personal_info personal_interests phone
    picture price_range product_review products public_transit publisher_subscriptions ratings registration
    video_text_question_responses videos website
    """.split()  # noqa: SIM905 - a hundred names read better as a paragraph
)
"""What ``POST /{page}/subscribed_apps`` takes."""

INSTAGRAM_FIELDS = frozenset(
    """
    messages message_reactions message_edit messaging_handover messaging_optins messaging_postbacks
    messaging_referral messaging_seen standby comments live_comments mentions follow comment_poll_response
    story_poll_response story_reactions story_insights share_to_story agent_messages
    onboarding_welcome_message_series delta creator_marketplace_projects
    creator_marketplace_invited_creator_onboarding
    """.split()  # noqa: SIM905 - as above
)
"""What ``POST /{ig}/subscribed_apps`` takes."""

TOPIC_FIELDS: dict[TopicName, frozenset[str]] = {
    "page": PAGE_FIELDS,
    # The app level also lists three fields of accounts behind a Page (graph.md 5.4).
    "instagram": INSTAGRAM_FIELDS | {"message_echoes", "messaging_policy_enforcement", "response_feedback"},
    "application": frozenset(
        {"business_integration_install", "business_integration_uninstall", "business_integration_update"}
    ),
}
"""What ``POST /{app}/subscriptions`` takes; objects that are not here take any name."""

_MESSAGING = (
    "messag",
    "marketing_message",
    "standby",
    "response_feedback",
    "send_cart",
    "inbox_labels",
    "call",
    "business_integrity",
)
_COMMENTS = frozenset({"comments", "live_comments", "mentions", "comment_poll_response"})


def spelled_out(fields: Collection[str], topic: TopicName) -> list[str]:
    """The names a set of fields stands for, sorted; ``*`` is every known one."""
    known = TOPIC_FIELDS.get(topic, frozenset()) if EVERY_FIELD in fields else frozenset()
    return sorted((known | set(fields)) - {EVERY_FIELD})


def permission_of(field: str, object_name: ObjectName) -> str:
    """The permission without which a field cannot be subscribed to (graph.md 4.1, 5.4)."""
    messaging = field.startswith(_MESSAGING)
    if object_name == "page":
        return "pages_messaging" if messaging else "pages_manage_metadata"
    if messaging:
        return "instagram_business_manage_messages"
    return "instagram_business_manage_comments" if field in _COMMENTS else "instagram_business_basic"
