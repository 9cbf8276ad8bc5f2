"""The five kinds of group ``pagewire.dev``, version ``v1alpha1``, as structs.

`decode` reads a parsed manifest and says what is wrong with a field; `problems` says what is wrong between
fields. The gateway, the operator and the schema of the custom resources all come from here. No I/O.
"""

from .account_status import AccountStatus, InstagramAccountStatus, MessengerPageStatus, OtherApp, ProfileFacts
from .accounts import InstagramAccount, InstagramAccountSpec, MessengerPage, MessengerPageSpec
from .advice import ADVICE
from .app import (
    AppSecretFacts,
    GraphVersionFacts,
    InstagramLoginApp,
    LoginSettings,
    MessengerApp,
    MessengerAppSpec,
    MessengerAppStatus,
)
from .base import Resource
from .common import (
    API_VERSION,
    DEFAULT_GRAPH_VERSION,
    DEFAULT_NAMESPACE,
    GROUP,
    VERSION,
    AdoptionPolicy,
    AppRef,
    DeletionPolicy,
    LocalRef,
    ManagementPolicy,
    Metadata,
    Part,
    SecretKeyRef,
    Spec,
)
from .conditions import STALLING, ConditionType, Reason
from .decode import KINDS, decode
from .durations import parse_duration
from .fields import INSTAGRAM_FIELDS, PAGE_FIELDS, WebhookObject
from .plugins import Plugin
from .problem import InvalidResourceError, Problem
from .profile import (
    Command,
    Commands,
    GetStarted,
    Greeting,
    IceBreaker,
    IceBreakers,
    InstagramProfile,
    MenuItem,
    MenuItemType,
    PersistentMenu,
    Profile,
    WebviewHeight,
)
from .rules import problems
from .status import Condition, Fact, PlanStep, Status
from .subscription import WebhookSubscription, WebhookSubscriptionSpec, WebhookSubscriptionStatus
from .token import (
    TOKEN_KEY,
    AccessToken,
    AccessTokenSpec,
    AppCredentials,
    AppTokenForm,
    Login,
    LoginProvider,
    SystemUser,
    TokenSource,
    TokenType,
    login_secret,
    owned_secret,
)
from .token_status import AccessTokenStatus, LimitedScope, ScopeFacts

__all__ = [
    "ADVICE",
    "API_VERSION",
    "DEFAULT_GRAPH_VERSION",
    "DEFAULT_NAMESPACE",
    "GROUP",
    "INSTAGRAM_FIELDS",
    "KINDS",
    "PAGE_FIELDS",
    "STALLING",
    "TOKEN_KEY",
    "VERSION",
    "AccessToken",
    "AccessTokenSpec",
    "AccessTokenStatus",
    "AccountStatus",
    "AdoptionPolicy",
    "AppCredentials",
    "AppRef",
    "AppSecretFacts",
    "AppTokenForm",
    "Command",
    "Commands",
    "Condition",
    "ConditionType",
    "DeletionPolicy",
    "Fact",
    "GetStarted",
    "GraphVersionFacts",
    "Greeting",
    "IceBreaker",
    "IceBreakers",
    "InstagramAccount",
    "InstagramAccountSpec",
    "InstagramAccountStatus",
    "InstagramLoginApp",
    "InstagramProfile",
    "InvalidResourceError",
    "LimitedScope",
    "LocalRef",
    "Login",
    "LoginProvider",
    "LoginSettings",
    "ManagementPolicy",
    "MenuItem",
    "MenuItemType",
    "MessengerApp",
    "MessengerAppSpec",
    "MessengerAppStatus",
    "MessengerPage",
    "MessengerPageSpec",
    "MessengerPageStatus",
    "Metadata",
    "OtherApp",
    "Part",
    "PersistentMenu",
    "PlanStep",
    "Plugin",
    "Problem",
    "Profile",
    "ProfileFacts",
    "Reason",
    "Resource",
    "ScopeFacts",
    "SecretKeyRef",
    "Spec",
    "Status",
    "SystemUser",
    "TokenSource",
    "TokenType",
    "WebhookObject",
    "WebhookSubscription",
    "WebhookSubscriptionSpec",
    "WebhookSubscriptionStatus",
    "WebviewHeight",
    "decode",
    "login_secret",
    "owned_secret",
    "parse_duration",
    "problems",
]
