"""Who counts when several resources claim the same thing at Meta: the oldest. Pure.

The others say so and change nothing, so two resources never undo each other's work. A resource that is being deleted,
or only observes, claims nothing.
"""

from collections.abc import Iterable, Iterator

from pagewire.resources import (
    InstagramAccount,
    ManagementPolicy,
    MessengerPage,
    Resource,
    WebhookSubscription,
)
from pagewire_operator.model import Key, World

from .indices import LOST, find, key_of, lost
from .lookup import app_resource
from .trouble import Blocked

__all__ = ["holder_of", "instagram_users", "kept_for_accounts", "losers", "rivals"]


def holder_of(resource: Resource, world: World) -> Resource | None:
    """The other resource that holds what this one claims; ``None`` if this one does, or only observes."""
    if not _claims(resource):
        return None
    return next((rival for rival in rivals(resource, world) if _order(rival) < _order(resource)), None)


def rivals(resource: Resource, world: World) -> Iterator[Resource]:
    """Other resources that claim the same thing at Meta, oldest first."""
    app_id = _app_id(resource, world)
    if app_id is None:
        return
    for other in _same(resource, world):
        if _order(other) != _order(resource) and _claims(other) and _app_id(other, world) == app_id:
            yield other


def losers(key: Key, world: World) -> Iterator[Key]:
    """Resources of the kind of `key` that wait behind it, or might have, if it is gone and nobody knows what it claimed."""
    resource = world.get(*key)
    others = _same(resource, world) if resource is not None else find(world, key.kind, *LOST)
    for other in others:
        name = key_of(other)
        if name != key and lost(other):
            yield name


def instagram_users(page: MessengerPage, world: World) -> list[InstagramAccount]:
    """Instagram accounts that are reached through a Page and are not being deleted."""
    name = f"{page.metadata.namespace}/{page.metadata.name}"
    users = find(world, "InstagramAccount", "pageRef", name)
    return [one for one in users if isinstance(one, InstagramAccount) and not one.metadata.deletion_timestamp]


def kept_for_accounts(key: Key, world: World) -> Iterator[Key]:
    """Pages that nothing but their Instagram accounts keeps subscribed, when one of those accounts goes or is gone."""
    account = world.get(*key)
    if account is not None and not account.metadata.deletion_timestamp:
        return
    yield from map(key_of, find(world, "MessengerPage", "kept", key.namespace))


def _claims(resource: Resource) -> bool:
    observing = resource.spec.management_policy is ManagementPolicy.OBSERVE
    return not observing and not resource.metadata.deletion_timestamp


def _order(resource: Resource) -> tuple[str, str, str]:
    metadata = resource.metadata
    return metadata.creation_timestamp or "", metadata.namespace, metadata.name


def _same(resource: Resource, world: World) -> Iterable[Resource]:
    match resource:
        case MessengerPage():
            return find(world, "MessengerPage", "page", resource.spec.page_id)
        case InstagramAccount():
            return find(world, "InstagramAccount", "account", resource.spec.account_id)
        case WebhookSubscription():
            return find(world, "WebhookSubscription", "object", resource.spec.object)
        case _:
            return ()


def _app_id(resource: Resource, world: World) -> str | None:
    """Meta's id of the app: two MessengerApps may describe one app. ``None`` if it has none, or may not use it."""
    ref = getattr(resource.spec, "app_ref", None)
    if ref is None:
        return None
    try:
        return app_resource(resource, ref, world).spec.app_id
    except Blocked:
        return None
