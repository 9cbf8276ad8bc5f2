"""The webhook fields Meta knows, for each object (Meta, Graph API v25.0, enum of ``subscribed_apps``).

Page and Instagram spell some fields differently, and one wrong name makes Meta refuse the whole call.
"""

from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta

FieldName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9_]*\Z",
        max_length=64,
        description="the name of a webhook field as Meta writes it, as in messaging_postbacks",
    ),
]
Fields = Annotated[list[FieldName], Meta(max_length=120)]


class WebhookObject(StrEnum):
    """What a webhook is about."""

    PAGE = "page"
    INSTAGRAM = "instagram"


_PAGE: Final = """
messages messaging_postbacks messaging_optins messaging_optouts messaging_referrals messaging_handovers
messaging_policy_enforcement messaging_account_linking messaging_feedback messaging_customer_information
messaging_in_thread_lead_form_submit messaging_integrity messaging_direct_sends messaging_fblogin_account_linking
messaging_appointments messaging_game_plays messaging_payments messaging_pre_checkouts messaging_checkout_updates
message_deliveries message_reads message_echoes message_edits message_reactions message_context message_mention
message_template_status_update messenger_template_status_update marketing_message_clicks
marketing_message_deliveries marketing_message_delivery_failed marketing_message_echoes marketing_message_reads
marketing_messages_subscriber_upload_status response_feedback send_cart standby inbox_labels conversations calls
call_permission_reply call_settings_update comment_poll_response story_poll_response story_share user_action
follow agent_messages agent_questions business_integrity
affiliation attire awards bio birthday category checkins company_overview culinary_team current_location
description email feature_access_list feed founded general_info general_manager group_feed hometown hours
invoice_access_bank_slip_events invoice_access_invoice_change invoice_access_invoice_draft_change
invoice_access_onboarding_status_active leadgen leadgen_fat leadgen_update live_videos local_delivery location
mcom_invoice_change members mention merchant_review mission name page_about_story page_change_proposal
page_upcoming_change parking payment_options payment_request_update personal_info personal_interests phone
picture price_range product_review products public_transit publisher_subscriptions ratings registration
video_text_question_responses videos website
"""
PAGE_FIELDS: Final = frozenset(_PAGE.split())

_INSTAGRAM: Final = """
messages message_reactions message_edit message_echoes messaging_handover messaging_optins messaging_postbacks
messaging_referral messaging_seen messaging_policy_enforcement response_feedback standby comments live_comments
mentions follow comment_poll_response story_poll_response story_reactions story_insights share_to_story
agent_messages onboarding_welcome_message_series delta creator_marketplace_projects
creator_marketplace_invited_creator_onboarding
"""
INSTAGRAM_FIELDS: Final = frozenset(_INSTAGRAM.split())

KNOWN_FIELDS: Final = {WebhookObject.PAGE: PAGE_FIELDS, WebhookObject.INSTAGRAM: INSTAGRAM_FIELDS}

_NEAR: Final = 0.85
"""How alike an unknown name must be to a known one to count as a typing mistake and not as Meta's news."""


def near_field(about: WebhookObject, field: str) -> str | None:
    """The field of this object that a name was probably meant to be."""
    near = get_close_matches(field, sorted(KNOWN_FIELDS[about]), n=1, cutoff=_NEAR)
    return near[0] if near else None


def field_mistake(about: WebhookObject, field: str) -> str | None:
    """Say what is wrong with a field's name, or nothing.

    A name that resembles nothing we know passes: Meta adds fields faster than we release.
    """
    if field in KNOWN_FIELDS[about]:
        return None
    near = near_field(about, field)
    hint = f"; did you mean {near}?" if near else ""
    if any(field in others for others in KNOWN_FIELDS.values()):
        return f"{field} is not a field of {about}{hint or '; remove it'}"
    return f"unknown field{hint}" if near else None
