"""What ``kubectl get`` shows, and which fields ``--field-selector`` takes."""

from collections.abc import Mapping
from typing import Any, Final

Column = dict[str, Any]


def _column(name: str, path: str, about: str = "", *, type_: str = "string", wide: bool = False) -> Column:
    made = {"name": name, "type": type_, "jsonPath": path, "description": about}
    return {**{key: value for key, value in made.items() if value}, **({"priority": 1} if wide else {})}


def _condition(type_: str, field: str) -> str:
    return f'.status.conditions[?(@.type=="{type_}")].{field}'


_READY: Final = (
    _column("Ready", _condition("Ready", "status"), "Whether it works."),
    _column("Reason", _condition("Ready", "reason"), "Why. docs/reference/conditions.md says what to do next."),
)
_DELETION: Final = _column("Deletion", ".spec.deletionPolicy", "What happens at Meta when the resource is deleted.")
_AGE: Final = _column("Age", ".metadata.creationTimestamp", type_="date")
_APP: Final = _column("App", ".spec.appRef.name", "The MessengerApp.", wide=True)
_WIDE: Final = (
    _column("Policy", ".spec.managementPolicy", "Manage, or Observe only.", wide=True),
    _column("Message", _condition("Ready", "message"), "Why, in a sentence.", wide=True),
)

_TOKEN: Final = (
    _column("Type", ".spec.type"),
    _column("Page", ".spec.pageId", "The Page of a Page token."),
    *_READY,
    _column("Expires", ".status.expires", "The day it ends, or Never."),
    _DELETION,
    _AGE,
    _APP,
    _column("Renewal", ".status.renewAt", "When it is renewed next.", wide=True),
    _column("Secret", ".status.secretName", "The Secret it is kept in.", wide=True),
    *_WIDE,
)

_COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {
    "MessengerApp": (
        _column("AppID", ".spec.appId"),
        _column("Name", ".status.name"),
        *_READY,
        _column("Graph", ".spec.graphVersion", "Graph API version that is asked for."),
        _DELETION,
        _AGE,
        _column("GraphUntil", ".status.graph.availableUntil", "When that version ends.", wide=True),
        *_WIDE,
    ),
    "AccessToken": _TOKEN,
    "WebhookSubscription": (
        _column("App", ".spec.appRef.name", "The MessengerApp."),
        _column("Object", ".spec.object"),
        *_READY,
        _DELETION,
        _AGE,
        _column("Callback", ".spec.callbackURL", wide=True),
        *_WIDE,
    ),
    "MessengerPage": (
        _column("Page", ".spec.pageId"),
        _column("Name", ".status.name"),
        *_READY,
        _DELETION,
        _AGE,
        _APP,
        _column("Token", ".spec.tokenRef.name", "The AccessToken.", wide=True),
        *_WIDE,
    ),
    "InstagramAccount": (
        _column("Account", ".spec.accountId"),
        _column("Username", ".status.username"),
        *_READY,
        _DELETION,
        _AGE,
        _APP,
        _column("Page", ".spec.pageRef.name", "The MessengerPage it is reached through.", wide=True),
        _column("Token", ".spec.tokenRef.name", "The AccessToken of Instagram Login.", wide=True),
        *_WIDE,
    ),
}

_SELECTABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "MessengerApp": ("appId",),
    "AccessToken": ("appRef.name", "type", "pageId"),
    "WebhookSubscription": ("appRef.name", "object"),
    "MessengerPage": ("appRef.name", "pageId"),
    "InstagramAccount": ("appRef.name", "accountId"),
}


def columns(kind: str) -> list[Column]:
    """``additionalPrinterColumns`` of a kind."""
    return [dict(column) for column in _COLUMNS[kind]]


def selectable(kind: str) -> list[dict[str, str]]:
    """``selectableFields`` of a kind: ``kubectl get mpage --field-selector spec.pageId=108000000000001``."""
    return [{"jsonPath": f".spec.{field}"} for field in _SELECTABLE[kind]]
