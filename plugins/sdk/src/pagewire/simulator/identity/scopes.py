"""Meta's permissions as far as messaging meets them, and what each is granted on (graph.md 4.1). Pure."""

from __future__ import annotations

PAGE_PERMISSIONS = frozenset(
    {
        "marketing_messages_messenger",
        "pages_manage_ads",
        "pages_manage_cta",
        "pages_manage_engagement",
        "pages_manage_metadata",
        "pages_manage_posts",
        "pages_messaging",
        "pages_read_engagement",
        "pages_read_user_content",
        "pages_show_list",
        "pages_user_gender",
        "pages_user_locale",
        "pages_user_timezone",
        "pages_utility_messaging",
        "page_utility_messaging",
        "leads_retrieval",
        "read_insights",
    }
)
"""Granted Page by Page."""

INSTAGRAM_PERMISSIONS = frozenset(
    {
        "instagram_basic",
        "instagram_content_publish",
        "instagram_manage_comments",
        "instagram_manage_insights",
        "instagram_manage_messages",
    }
)
"""Granted by Instagram account, through a Page."""

BUSINESS_PERMISSIONS = frozenset({"business_management", "ads_management", "ads_read", "catalog_management"})
"""Granted by business, or by what belongs to one."""

LOGIN_PERMISSIONS = frozenset(
    {
        "instagram_business_basic",
        "instagram_business_content_publish",
        "instagram_business_manage_comments",
        "instagram_business_manage_insights",
        "instagram_business_manage_messages",
    }
)
"""Of Instagram Login."""

PERSONAL_PERMISSIONS = frozenset({"public_profile", "email"})

GRANULAR = PAGE_PERMISSIONS | INSTAGRAM_PERMISSIONS | BUSINESS_PERMISSIONS
"""What ``granular_scopes`` lists."""

SYSTEM_USER_PERMISSIONS = GRANULAR
"""What a system user token can carry: business permissions only (graph.md 2.5)."""

DIALOG_PERMISSIONS = GRANULAR | PERSONAL_PERMISSIONS
"""What Facebook Login can ask for."""

IMPERSONATING = ("pages_read_engagement", "pages_manage_metadata", "pages_show_list", "pages_messaging")
"""Any one of these lets a Page token speak for its Page (graph.md 4.3)."""

MESSAGING_TASKS = frozenset(
    {"MESSAGING", "PAGES_MESSAGING", "PROFILE_PLUS_MESSAGING", "PROFILE_PLUS_FULL_CONTROL", "PROFILE_PLUS_MANAGE"}
)
"""Any one of these tasks lets a person send for a Page; both spellings (graph.md 3.5)."""


def unknown(wanted: list[str], allowed: frozenset[str]) -> int | None:
    """The position of the first scope that does not exist here, or None."""
    return next((at for at, scope in enumerate(wanted) if scope not in allowed), None)
