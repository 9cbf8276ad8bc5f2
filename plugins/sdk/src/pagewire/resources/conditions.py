"""Status: conditions and their reasons. Both are part of the API: people write alerts on them."""

from enum import StrEnum
from typing import Literal

from msgspec import Struct


class ConditionType(StrEnum):
    """What a resource says about itself. All are positive: True is good."""

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
    """Every enabled plugin is installed and takes its config."""


class Reason(StrEnum):
    """Why a condition is as it is."""

    RECONCILED = "Reconciled"
    """Meta agrees with the resource."""
    PROGRESSING = "Progressing"
    """Steps are under way."""
    OBSERVING = "Observing"
    """``managementPolicy: Observe``: the plan is in status, nothing was changed."""
    PAUSED = "Paused"
    """The annotation ``pagewire.dev/paused`` is set."""
    INVALID_SPEC = "InvalidSpec"
    """The spec contradicts itself; the message names the field."""
    CONFLICT = "Conflict"
    """Another resource claims the same Page, account or subscription."""
    APP_NOT_FOUND = "AppNotFound"
    """The MessengerApp of ``appRef`` does not exist."""
    NAMESPACE_NOT_ALLOWED = "NamespaceNotAllowed"
    """The MessengerApp does not list this namespace in ``allowedNamespaces``."""
    SECRET_NOT_FOUND = "SecretNotFound"  # noqa: S105 - a reason
    """A Secret, or the key asked of it, does not exist."""
    TOKEN_NOT_FOUND = "TokenNotFound"  # noqa: S105 - a reason
    """The AccessToken does not exist or holds no token yet."""
    APP_SECRET_INVALID = "AppSecretInvalid"  # noqa: S105 - a reason
    """Meta refuses the app secret."""
    TOKEN_INVALID = "TokenInvalid"  # noqa: S105 - a reason
    """Meta refuses the token."""
    TOKEN_EXPIRING = "TokenExpiring"  # noqa: S105 - a reason
    """The token ends soon and could not be renewed."""
    DATA_ACCESS_EXPIRING = "DataAccessExpiring"
    """The person's 90 days of data access end soon; only a new login moves them."""
    WRONG_APP = "WrongApp"
    """The token belongs to another app."""
    WRONG_TOKEN_TYPE = "WrongTokenType"  # noqa: S105 - a reason
    """The token is of another type, or of another Page."""
    MISSING_PERMISSION = "MissingPermission"
    """A required permission was not granted."""
    ASSET_NOT_GRANTED = "AssetNotGranted"
    """The permission was granted, but not for this Page or account."""
    CALLBACK_UNVERIFIED = "CallbackUnverified"
    """Meta could not verify the callback URL (code 2200)."""
    FOREIGN_CALLBACK = "ForeignCallback"
    """The app's webhook points elsewhere, and was not overwritten."""
    DASHBOARD_ONLY = "DashboardOnly"
    """Meta takes this setting only in the App Dashboard."""
    NOT_SUBSCRIBED = "NotSubscribed"
    """Fields of the spec are not subscribed at Meta."""
    PROFILE_DIFFERS = "ProfileDiffers"
    """The profile at Meta differs from the spec."""
    PLUGIN_NOT_INSTALLED = "PluginNotInstalled"
    """The gateway has no plugin of that name."""
    PLUGIN_CONFIG_INVALID = "PluginConfigInvalid"
    """The plugin refuses its config; the message names the field."""
    GRAPH_VERSION_ENDING = "GraphVersionEnding"
    """The Graph version of the app ends within 90 days."""
    GRAPH_VERSION_MOVED = "GraphVersionMoved"
    """Meta answers with another version than the one asked for."""
    RATE_LIMITED = "RateLimited"
    """Meta asked us to slow down; tried again later."""
    GRAPH_UNAVAILABLE = "GraphUnavailable"
    """Meta did not answer, or with a server error; tried again later."""


class Condition(Struct, rename="camel", frozen=True, kw_only=True, gc=False):
    """One line of ``status.conditions``, as Kubernetes' meta/v1 Condition."""

    type: str
    status: Literal["True", "False", "Unknown"]
    reason: str
    message: str = ""
    last_transition_time: str | None = None
    observed_generation: int = 0


class Status(Struct, rename="camel", frozen=True, kw_only=True, gc=False):
    """What the operator writes; the gateway reads specs only. Unknown fields are left alone."""

    observed_generation: int = 0
    conditions: list[Condition] = []
