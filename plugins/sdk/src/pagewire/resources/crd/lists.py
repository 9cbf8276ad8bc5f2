"""How server-side apply merges lists, and which entries may not repeat.

Kubernetes keeps the entries of a set, and the keys of a map, unique. What is not named here is replaced whole.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from pagewire.resources.accounts import InstagramAccountSpec, MessengerPageSpec
from pagewire.resources.app import MessengerAppSpec
from pagewire.resources.profile import InstagramProfile, Profile
from pagewire.resources.status import Status
from pagewire.resources.subscription import WebhookSubscriptionSpec
from pagewire.resources.token import AccessTokenSpec

_SETS: Final[frozenset[tuple[type[Struct], str]]] = frozenset(
    {
        (MessengerAppSpec, "allowed_namespaces"),
        (AccessTokenSpec, "scopes"),
        (WebhookSubscriptionSpec, "fields"),
        (MessengerPageSpec, "subscribed_fields"),
        (InstagramAccountSpec, "subscribed_fields"),
        (Profile, "whitelisted_domains"),
    }
)
_MAPS: Final[Mapping[tuple[type[Struct], str], tuple[str, ...]]] = {
    (Status, "conditions"): ("type",),
    (MessengerAppSpec, "app_secret_refs"): ("name", "key"),
    (MessengerPageSpec, "plugins"): ("name",),
    (InstagramAccountSpec, "plugins"): ("name",),
    **{(Profile, name): ("locale",) for name in ("greeting", "persistent_menu", "ice_breakers", "commands")},
    **{(InstagramProfile, name): ("locale",) for name in ("persistent_menu", "ice_breakers")},
}


def list_type(struct: type, field: str) -> dict[str, Any]:
    """The ``x-kubernetes-list-*`` marks of a field that is a list."""
    for one in struct.__mro__:
        if (one, field) in _SETS:
            return {"x-kubernetes-list-type": "set"}
        if keys := _MAPS.get((one, field)):
            return {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": list(keys)}
    return {"x-kubernetes-list-type": "atomic"}
