"""Conditions and their reasons. Both are part of the API: people write alerts on them."""

from enum import StrEnum
from typing import Final


class ConditionType(StrEnum):
    """What a resource says about itself.

    True is good, save for Paused and Stalled, which are only there when they are true.
    """

    READY = "Ready"
    """Everything below that applies is true: the thing works."""
    SYNCED = "Synced"
    """The last reconciliation did what the spec asks."""
    TOKEN_VALID = "TokenValid"  # noqa: S105 - the name of a condition
    """Meta accepts the token."""
    PERMISSIONS_GRANTED = "PermissionsGranted"
    """Every required permission is granted, for this very Page or account."""
    SUBSCRIBED = "Subscribed"
    """Webhooks are delivered for the fields of the spec."""
    PROFILE_SYNCED = "ProfileSynced"
    """The Messenger profile at Meta is the one of the spec."""
    PLUGINS_CONFIGURED = "PluginsConfigured"
    """Every enabled plugin takes its config. Unknown, and no part of Ready, while one is not installed beside the operator."""
    GRAPH_VERSION_CURRENT = "GraphVersionCurrent"
    """The Graph version of the app is served, and for 90 days more. Not part of Ready while it is served."""
    PAUSED = "Paused"
    """The annotation `pagewire.dev/paused` is set: nothing is looked at or changed. Ready stays as it was."""
    STALLED = "Stalled"
    """Trying again changes nothing: somebody has to act. Tools such as Flux call the resource failed."""


class Reason(StrEnum):
    """Why a condition is as it is, and what an Event tells. One list for both."""

    # All is well, or on its way.
    RECONCILED = "Reconciled"
    """Meta agrees with the resource."""
    PROGRESSING = "Progressing"
    """Steps are under way."""
    OBSERVING = "Observing"
    """`managementPolicy: Observe`: the plan is in status, nothing was changed."""
    PAUSED = "Paused"
    """The annotation `pagewire.dev/paused` is set."""
    DELETING = "Deleting"
    """The resource is being deleted; what it put at Meta is taken back or left, as `deletionPolicy` says."""

    # The resource itself.
    INVALID_SPEC = "InvalidSpec"
    """The spec contradicts itself; the message names the field."""
    CONFLICT = "Conflict"
    """Another resource claims the same Page, account or subscription; the message names it."""
    EXISTING_RESOURCE_CONFLICT = "ExistingResourceConflict"
    """Meta holds another value that this resource did not put there, and `adoptionPolicy` is `FailIfExists`."""

    # What it refers to.
    APP_NOT_FOUND = "AppNotFound"
    """The MessengerApp of `appRef` does not exist."""
    APP_NOT_READY = "AppNotReady"
    """The MessengerApp of `appRef` is not ready."""
    NAMESPACE_NOT_ALLOWED = "NamespaceNotAllowed"
    """The MessengerApp does not list this namespace in `allowedNamespaces`."""
    SECRET_NOT_FOUND = "SecretNotFound"  # noqa: S105 - a reason
    """A Secret, or the key asked of it, does not exist."""
    SECRET_FORBIDDEN = "SecretForbidden"  # noqa: S105 - a reason
    """The operator may not read or write a Secret of the resource; the message names it."""
    SECRET_CONFLICT = "SecretConflict"  # noqa: S105 - a reason
    """The Secret the token should be kept in exists and belongs to somebody else; it was not touched."""
    TOKEN_NOT_FOUND = "TokenNotFound"  # noqa: S105 - a reason
    """The AccessToken does not exist or holds no token yet."""
    TOKEN_NOT_READY = "TokenNotReady"  # noqa: S105 - a reason
    """The AccessToken exists and is not ready; it says why."""
    PAGE_NOT_FOUND = "PageNotFound"
    """The MessengerPage of `pageRef` does not exist, or the Page is not among those the token reaches."""

    # The token.
    APP_SECRET_INVALID = "AppSecretInvalid"  # noqa: S105 - a reason
    """Meta refuses the app secret."""
    TOKEN_INVALID = "TokenInvalid"  # noqa: S105 - a reason
    """Meta refuses the token: it was revoked, or the password changed, or the app was removed."""
    TOKEN_EXPIRED = "TokenExpired"  # noqa: S105 - a reason
    """The token has ended. An ended token cannot be renewed."""
    TOKEN_EXPIRING = "TokenExpiring"  # noqa: S105 - a reason
    """The token ends soon and could not be renewed."""
    TOKEN_SHORT_LIVED = "TokenShortLived"  # noqa: S105 - a reason
    """The token lives for less than a day and was not exchanged for a long-lived one."""
    DATA_ACCESS_EXPIRED = "DataAccessExpired"
    """The person's 90 days of data access are over."""
    DATA_ACCESS_EXPIRING = "DataAccessExpiring"
    """The person's 90 days of data access end soon; only a new login moves them."""
    LOGIN_REQUIRED = "LoginRequired"
    """Nobody has logged in yet, or somebody must log in again."""
    WRONG_APP = "WrongApp"
    """The token belongs to another app."""
    WRONG_TOKEN_TYPE = "WrongTokenType"  # noqa: S105 - a reason
    """The token is of another type, or of another Page or account."""
    TOKEN_ISSUED = "TokenIssued"  # noqa: S105 - a reason
    """A token was derived, generated or exchanged and is kept in its Secret."""
    TOKEN_RENEWED = "TokenRenewed"  # noqa: S105 - a reason
    """The token was renewed ahead of its end."""

    # What it may do.
    MISSING_PERMISSION = "MissingPermission"
    """A required permission was not granted."""
    PERMISSION_DECLINED = "PermissionDeclined"
    """The person declined a required permission, or took it back."""
    ASSET_NOT_GRANTED = "AssetNotGranted"
    """The permission was granted, but not for this Page or account."""
    TASK_MISSING = "TaskMissing"
    """The person behind the token may not message or moderate for this Page."""
    STANDARD_ACCESS = "StandardAccess"
    """The app has Standard Access or is not live: only people with a role on it are reached."""
    CAPABILITY_MISSING = "CapabilityMissing"
    """The app lacks the capability (code 3); neither a retry nor a login helps."""

    # Subscriptions.
    CALLBACK_UNVERIFIED = "CallbackUnverified"
    """Meta could not verify the callback URL (code 2200)."""
    WAITING_FOR_GATEWAY = "WaitingForGateway"
    """The gateway does not answer at the callback URL yet, or does not know the verify token yet."""
    FOREIGN_CALLBACK = "ForeignCallback"
    """The app's webhooks go elsewhere, and `adoptionPolicy` is `FailIfExists`."""
    DASHBOARD_ONLY = "DashboardOnly"
    """Meta takes this setting only in the App Dashboard."""
    NOT_SUBSCRIBED = "NotSubscribed"
    """Fields of the spec are not subscribed at Meta."""
    SUBSCRIPTION_DISABLED = "SubscriptionDisabled"
    """Meta stopped delivering, as it does after an hour of failures."""
    FIELD_REJECTED = "FieldRejected"
    """Meta refuses one of the fields, and with it all of them; the message names it."""

    # The profile and the plugins.
    PROFILE_DIFFERS = "ProfileDiffers"
    """The profile at Meta differs from the spec."""
    PROFILE_REJECTED = "ProfileRejected"
    """Meta refuses a property of the profile; the message names it."""
    PLUGIN_NOT_INSTALLED = "PluginNotInstalled"
    """No plugin of that name is installed where it was looked for; the message says where."""
    PLUGIN_CONFIG_INVALID = "PluginConfigInvalid"
    """The plugin refuses its config; the message names the field."""

    # Meta.
    GRAPH_VERSION_ENDING = "GraphVersionEnding"
    """The Graph version of the app ends within 90 days."""
    GRAPH_VERSION_MOVED = "GraphVersionMoved"
    """Meta answers with another version than the one asked for."""
    RATE_LIMITED = "RateLimited"
    """Meta asked us to slow down; tried again later."""
    THROTTLED = "Throttled"
    """Our own budget of calls for this app or Page is used up for the moment; tried again later."""
    GRAPH_UNAVAILABLE = "GraphUnavailable"
    """Meta did not answer, or with a server error; tried again later."""
    GRAPH_REFUSED = "GraphRefused"
    """Meta refused a call for good; the message has the code."""
    PAGE_RESTRICTED = "PageRestricted"
    """Meta restricts the Page or account for a while, for its policies."""

    # Told by Events.
    CHANGED = "Changed"
    """Something was changed at Meta; the message names it."""
    DRIFT_FOUND = "DriftFound"
    """Somebody else changed Meta since we last agreed with it; it is mended unless the resource only observes."""
    FOUND = "Found"
    """Meta had already what the spec wants, and nothing says who set it; it is managed from now on."""
    ADOPTED = "Adopted"
    """What was set at Meta by somebody else is managed now, as `adoptionPolicy: Adopt` asks."""
    RELEASED = "Released"
    """What the resource put at Meta was taken back, as `deletionPolicy: Delete` asks."""
    ORPHANED = "Orphaned"
    """The resource is gone and Meta stays as it was, as `deletionPolicy: Orphan` asks."""
    LEFT_BEHIND = "LeftBehind"
    """`deletionPolicy: Delete` could not be kept; the message names what is still at Meta."""

    # Us.
    INTERNAL_ERROR = "InternalError"
    """A fault of the operator; its log tells more, under the name of the resource."""


STALLING: Final = frozenset(
    {
        Reason.INVALID_SPEC,
        Reason.CONFLICT,
        Reason.EXISTING_RESOURCE_CONFLICT,
        Reason.NAMESPACE_NOT_ALLOWED,
        Reason.SECRET_CONFLICT,
        Reason.APP_SECRET_INVALID,
        Reason.TOKEN_INVALID,
        Reason.TOKEN_EXPIRED,
        Reason.TOKEN_SHORT_LIVED,
        Reason.DATA_ACCESS_EXPIRED,
        Reason.LOGIN_REQUIRED,
        Reason.WRONG_APP,
        Reason.WRONG_TOKEN_TYPE,
        Reason.MISSING_PERMISSION,
        Reason.PERMISSION_DECLINED,
        Reason.ASSET_NOT_GRANTED,
        Reason.TASK_MISSING,
        Reason.CAPABILITY_MISSING,
        Reason.FOREIGN_CALLBACK,
        Reason.DASHBOARD_ONLY,
        Reason.FIELD_REJECTED,
        Reason.PROFILE_REJECTED,
        Reason.PLUGIN_CONFIG_INVALID,
        Reason.GRAPH_REFUSED,
    }
)
"""Reasons that trying again does not cure: they make `Stalled` true. They are still looked at now and then."""
