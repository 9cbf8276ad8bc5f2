"""What several resources claim at Meta without knowing of each other. Pure.

One operator sees both, and the younger says Conflict. Two operators that are limited to different namespaces do not see each
other's resources and would undo each other's work for ever; whoever may list all namespaces can tell.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pagewire.kube import Object, ObjectName, name_of
from pagewire_gateway.cli.doctor.finding import Finding, failed

__all__ = ["contested"]

_CLAIMED: Final[Mapping[str, str]] = {
    "MessengerPage": "pageId",
    "InstagramAccount": "accountId",
    "WebhookSubscription": "object",
}
"""By kind, the field of the spec that says what is claimed; always for one app."""
_FIX: Final = (
    "Delete the one that is not wanted, or have one operator look after both namespaces: then the older one holds it."
)


def contested(found: Iterable[Object]) -> Iterator[Finding]:
    """One finding for each resource that claims what an older one claims, and does not say so."""
    every = list(found)
    apps = {name_of(one): one["spec"] for one in every if one["kind"] == "MessengerApp"}
    holders: dict[tuple[str, str, str], Object] = {}
    for item in sorted(filter(_claims, every), key=_age):
        app = _app_id(item, apps)
        if app is None:
            continue
        claimed = item["spec"][_CLAIMED[item["kind"]]]
        holder = holders.setdefault((item["kind"], app, claimed), item)
        if holder is not item and _thinks_it_holds(item):
            said = f"{item['kind']} {name_of(item)} and {name_of(holder)} both manage {claimed} for app {app}"
            yield failed("claims", f"{said}, and undo each other's work", _FIX)


def _claims(item: Object) -> bool:
    managed = item["spec"].get("managementPolicy") != "Observe"
    return item["kind"] in _CLAIMED and managed and not item["metadata"].get("deletionTimestamp")


def _age(item: Object) -> tuple[str, ObjectName]:
    return item["metadata"].get("creationTimestamp") or "", name_of(item)


def _app_id(item: Object, apps: Mapping[ObjectName, Object]) -> str | None:
    """Meta's id of the app; None if it cannot be seen, or may not be used."""
    own, ref = item["metadata"]["namespace"], item["spec"]["appRef"]
    place = ref.get("namespace") or own
    app = apps.get(ObjectName(place, ref["name"]))
    if app is None or (place != own and own not in app.get("allowedNamespaces", ())):
        return None
    return str(app["appId"])


def _thinks_it_holds(item: Object) -> bool:
    """It was looked at since it changed, and says nothing of another one."""
    status = item.get("status") or {}
    looked = status.get("observedGeneration") == item["metadata"].get("generation")
    return looked and not any(one["reason"] == "Conflict" for one in status.get("conditions") or ())
