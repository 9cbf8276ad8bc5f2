"""The five kinds of group ``pagewire.dev``, version ``v1alpha1``, as structs.

`decode` reads a parsed manifest and says what is wrong with a field; `problems` says what is wrong between
fields. The gateway, the operator and the schema of the custom resources all come from here. No I/O.
"""

from .accounts import InstagramAccount, InstagramAccountSpec, MessengerPage, MessengerPageSpec
from .app import MessengerApp, MessengerAppSpec
from .base import Resource
from .common import (
    API_VERSION,
    DEFAULT_GRAPH_VERSION,
    DEFAULT_NAMESPACE,
    GROUP,
    VERSION,
    AppRef,
    DeletionPolicy,
    LocalRef,
    ManagementPolicy,
    Metadata,
    Part,
    SecretKeyRef,
    Spec,
)
from .conditions import Condition, ConditionType, Reason, Status
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
from .subscription import WebhookSubscription, WebhookSubscriptionSpec
from .token import AccessToken, AccessTokenSpec, AppCredentials, Login, TokenSource, TokenType

__all__ = [
    "API_VERSION",
    "DEFAULT_GRAPH_VERSION",
    "DEFAULT_NAMESPACE",
    "GROUP",
    "INSTAGRAM_FIELDS",
    "KINDS",
    "PAGE_FIELDS",
    "VERSION",
    "AccessToken",
    "AccessTokenSpec",
    "AppCredentials",
    "AppRef",
    "Command",
    "Commands",
    "Condition",
    "ConditionType",
    "DeletionPolicy",
    "GetStarted",
    "Greeting",
    "IceBreaker",
    "IceBreakers",
    "InstagramAccount",
    "InstagramAccountSpec",
    "InstagramProfile",
    "InvalidResourceError",
    "LocalRef",
    "Login",
    "ManagementPolicy",
    "MenuItem",
    "MenuItemType",
    "MessengerApp",
    "MessengerAppSpec",
    "MessengerPage",
    "MessengerPageSpec",
    "Metadata",
    "Part",
    "PersistentMenu",
    "Plugin",
    "Problem",
    "Profile",
    "Reason",
    "Resource",
    "SecretKeyRef",
    "Spec",
    "Status",
    "TokenSource",
    "TokenType",
    "WebhookObject",
    "WebhookSubscription",
    "WebhookSubscriptionSpec",
    "WebviewHeight",
    "decode",
    "parse_duration",
    "problems",
]
