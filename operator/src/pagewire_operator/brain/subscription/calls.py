"""The calls for an app's webhooks, all with the app's own token."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from msgspec import structs

from pagewire.graph.admin import AdminError, AppSubscription
from pagewire.resources import ConditionType, Reason, WebhookObject, WebhookSubscription
from pagewire.sealed import Sealed
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.lookup import AppAccess, secret_value
from pagewire_operator.brain.translate import app_calls
from pagewire_operator.brain.trouble import Blocked, Pace, Trouble

from .seen import Current, SubscriptionSeen

__all__ = ["believe", "look", "remove", "subscribe"]


async def look(resource: WebhookSubscription, access: AppAccess, site: Site) -> SubscriptionSeen:
    """What Meta has for the object of a resource. Raises `Blocked`."""
    with app_calls(ConditionType.SUBSCRIBED):
        found = (await site.admin(access).subscriptions.list()).of(resource.spec.object)
    return SubscriptionSeen(looked=True, current=_current(found) if found else None)


def _current(found: AppSubscription) -> Current:
    versions = sorted(set(found.versions.values()))
    return Current(
        callback_url=found.callback_url or "",
        active=found.active,
        fields=found.fields,
        version=versions[0] if len(versions) == 1 else ", ".join(versions),
    )


async def subscribe(resource: WebhookSubscription, fields: Iterable[str], access: AppAccess, site: Site) -> None:
    """Have Meta deliver `fields`; it verifies the callback first. Raises `Blocked`."""
    spec, token = resource.spec, _verify_token(access, site)
    with app_calls(ConditionType.SUBSCRIBED), _by_dashboard(resource):
        await site.admin(access).subscriptions.set(
            spec.object,
            spec.callback_url,
            token,
            fields,
            include_values=spec.include_values,
        )


def believe(resource: WebhookSubscription, fields: Iterable[str], seen: SubscriptionSeen) -> None:
    """Take Meta's word only if it shows. Raises `Blocked`."""
    current = seen.current
    shows = current is not None and current.active and current.callback_url == resource.spec.callback_url
    if current is None or not shows or not frozenset(fields) <= current.fields:
        said = "Meta said yes to the webhooks and does not show them; it is tried again by itself."
        about, pace = ConditionType.SUBSCRIBED, Pace.SOON
        raise Blocked(Trouble(reason=Reason.NOT_SUBSCRIBED, message=said, about=about, pace=pace))


async def remove(resource: WebhookSubscription, fields: Iterable[str], access: AppAccess, site: Site) -> None:
    """Have Meta deliver `fields` no more; without any, the whole object. Raises `Blocked`."""
    with app_calls(ConditionType.SUBSCRIBED):
        await site.admin(access).subscriptions.delete(resource.spec.object, fields)


def _verify_token(access: AppAccess, site: Site) -> Sealed[str]:
    metadata, ref = access.app.metadata, access.app.spec.verify_token_ref
    if ref is None:
        said = (
            f"MessengerApp {metadata.namespace}/{metadata.name} names no spec.verifyTokenRef; Meta says that token when "
            "it verifies the callback URL."
        )
        raise Blocked(Trouble(reason=Reason.SECRET_NOT_FOUND, message=said, about=ConditionType.SUBSCRIBED))
    try:
        return secret_value(site.world, metadata.namespace, ref)
    except Blocked as blocked:
        raise Blocked(structs.replace(blocked.trouble, about=ConditionType.SUBSCRIBED)) from None


def _dashboard_only(resource: WebhookSubscription, error: AdminError) -> bool:
    """Meta's reference says that Instagram is set in the dashboard only; some apps may by API. Code 100 says: not this one."""
    instagram = resource.spec.object is WebhookObject.INSTAGRAM
    return instagram and error.code in {3, 100} and not (error.names or error.secret_refused)


@contextmanager
def _by_dashboard(resource: WebhookSubscription) -> Iterator[None]:
    try:
        yield
    except AdminError as error:
        if _dashboard_only(resource, error):
            raise Blocked(_by_hand(resource)) from error
        raise


def _by_hand(resource: WebhookSubscription) -> Trouble:
    spec = resource.spec
    said = (
        f"Meta takes the webhooks of object {spec.object} of this app in the App Dashboard only: set there callback URL "
        f"{spec.callback_url}, the app's verify token, and fields {', '.join(spec.fields)}. This resource sees it then."
    )
    return Trouble(reason=Reason.DASHBOARD_ONLY, message=said, about=ConditionType.SUBSCRIBED)
