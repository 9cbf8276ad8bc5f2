"""A checked resource becomes an entry: what the gateway needs of it and no more."""

from collections.abc import Callable
from typing import Any, Final

from pagewire.resources import (
    AccessToken,
    AppRef,
    InstagramAccount,
    MessengerApp,
    MessengerPage,
    Resource,
    SecretKeyRef,
    TokenSource,
    WebhookSubscription,
)
from pagewire.sealed import Sealed

from .entries import (
    AppEntry,
    Entry,
    InstagramEntry,
    KeyRef,
    PageEntry,
    Sort,
    SubscriptionEntry,
    TokenEntry,
    pack,
)
from .port import Name
from .problems import Place
from .sharing import Shared


def entry_of(resource: Resource, place: Place, shared: Shared) -> Entry:
    """What the gateway keeps of a resource.

    Args:
        resource: One that `pagewire.resources` found nothing wrong with.
        place: Where it was read.
        shared: Keeps equal strings once.
    """
    common = {
        "namespace": shared.one(resource.metadata.namespace),
        "name": shared.one(resource.metadata.name),
        "file": place.file,
        "at": shared.one(pack(place)),
    }
    return _MAKERS[type(resource)](resource, common, shared)


def _app(app: MessengerApp, common: dict[str, Any], shared: Shared) -> AppEntry:
    spec = app.spec
    return AppEntry(
        **common,
        app_id=spec.app_id,
        secret_refs=tuple(_ref(ref, shared) for ref in spec.app_secret_refs),
        verify_ref=_ref(spec.verify_token_ref, shared) if spec.verify_token_ref else None,
        client_token=Sealed(spec.client_token) if spec.client_token else None,
        graph_version=shared.one(spec.graph_version),
        allowed=shared.one(tuple(spec.allowed_namespaces)),
    )


def _token(token: AccessToken, common: dict[str, Any], shared: Shared) -> TokenEntry:
    spec = token.spec
    secret = spec.source.secret_ref
    return TokenEntry(
        **common,
        app=_name(spec.app_ref, token, shared),
        sort=shared.one(Sort(spec.type.value, _source(spec.source), secret.key if secret else "")),
        page_id=shared.one(spec.page_id or ""),
        secret=shared.one(secret.name if secret else ""),
    )


def _subscription(subscription: WebhookSubscription, common: dict[str, Any], shared: Shared) -> SubscriptionEntry:
    return SubscriptionEntry(**common, app=_name(subscription.spec.app_ref, subscription, shared))


def _page(page: MessengerPage, common: dict[str, Any], shared: Shared) -> PageEntry:
    spec = page.spec
    return PageEntry(
        **common,
        created=page.metadata.creation_timestamp or "",
        account=shared.one(spec.page_id),
        app=_name(spec.app_ref, page, shared),
        token=shared.one(spec.token_ref.name if spec.token_ref else ""),
        plugins=shared.plugins(spec.plugins),
    )


def _instagram(account: InstagramAccount, common: dict[str, Any], shared: Shared) -> InstagramEntry:
    spec = account.spec
    return InstagramEntry(
        **common,
        created=account.metadata.creation_timestamp or "",
        account=shared.one(spec.account_id),
        app=_name(spec.app_ref, account, shared),
        page=shared.one(spec.page_ref.name if spec.page_ref else ""),
        token=shared.one(spec.token_ref.name if spec.token_ref else ""),
        plugins=shared.plugins(spec.plugins),
    )


def _name(ref: AppRef, of: Resource, shared: Shared) -> Name:
    return shared.one((shared.one(ref.namespace or of.metadata.namespace), shared.one(ref.name)))


def _ref(ref: SecretKeyRef, shared: Shared) -> KeyRef:
    return (shared.one(ref.name), shared.one(ref.key))


def _source(source: TokenSource) -> str:
    if source.secret_ref:
        return "secretRef"
    if source.token_ref:
        return "tokenRef"
    return "login" if source.login else "appCredentials"


_MAKERS: Final[dict[type[Resource], Callable[[Any, dict[str, Any], Shared], Entry]]] = {
    MessengerApp: _app,
    AccessToken: _token,
    WebhookSubscription: _subscription,
    MessengerPage: _page,
    InstagramAccount: _instagram,
}
