"""The administrative half of the Graph API: apps, tokens, Pages, subscriptions, profiles.

    budget = Budget()
    async with open_http() as http:
        admin = AdminClient("https://graph.facebook.com", app_id=app_id, app_secret=secret, http=http, budget=budget)
        report = await admin.tokens.debug(token)
        await admin.at(Priority.CHANGE).pages.subscribe(page_id, token, ["messages"])

Secrets go in and come out sealed. Needs the extra `graph`.
"""

from pagewire.graph.admin.budget import PATIENCE_SECONDS, Budget, Figures, Turn
from pagewire.graph.admin.client import AdminClient, InstagramAdminClient
from pagewire.graph.admin.edges import INSTAGRAM_PROPERTIES, PROFILE_PROPERTIES
from pagewire.graph.admin.errors import AdminError, Facts, Later
from pagewire.graph.admin.pages import LIST_FIELDS, PAGE_FIELDS, TOKEN_FIELDS
from pagewire.graph.admin.results import (
    Answered,
    AppFacts,
    AppSubscription,
    AppSubscriptions,
    Business,
    Done,
    Identity,
    InstagramLink,
    IssuedToken,
    Listed,
    MatchedId,
    MessengerProfile,
    PageFacts,
    PermissionList,
    SubscribedApp,
    SubscribedApps,
    SystemUser,
    TokenReport,
)
from pagewire.graph.admin.scopes import Limits, Priority, Scope, ScopeKind
from pagewire.graph.admin.served import ObjectUsage, Served
from pagewire.graph.admin.tokens import app_token

__all__ = [
    "INSTAGRAM_PROPERTIES",
    "LIST_FIELDS",
    "PAGE_FIELDS",
    "PATIENCE_SECONDS",
    "PROFILE_PROPERTIES",
    "TOKEN_FIELDS",
    "AdminClient",
    "AdminError",
    "Answered",
    "AppFacts",
    "AppSubscription",
    "AppSubscriptions",
    "Budget",
    "Business",
    "Done",
    "Facts",
    "Figures",
    "Identity",
    "InstagramAdminClient",
    "InstagramLink",
    "IssuedToken",
    "Later",
    "Limits",
    "Listed",
    "MatchedId",
    "MessengerProfile",
    "ObjectUsage",
    "PageFacts",
    "PermissionList",
    "Priority",
    "Scope",
    "ScopeKind",
    "Served",
    "SubscribedApp",
    "SubscribedApps",
    "SystemUser",
    "TokenReport",
    "Turn",
    "app_token",
]
