"""A checked resource becomes an entry: what the gateway needs of it and no more."""

from collections.abc import Callable
from datetime import datetime
from math import inf
from typing import Any, Final

from pagewire.manifests.problems import Place
from pagewire.resources import (
    TOKEN_KEY,
    AccessToken,
    AccessTokenSpec,
    AppRef,
    InstagramAccount,
    MessengerApp,
    MessengerPage,
    Resource,
    SecretKeyRef,
    TokenSource,
    TokenType,
    WebhookSubscription,
    login_secret,
    owned_secret,
)
from pagewire.resources.token import PAGE_TOKEN_KEY
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
from .port import LoginPages, Name
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
        human_agent=spec.human_agent,
        instagram_id=spec.instagram.app_id if spec.instagram else "",
        instagram_ref=_ref(spec.instagram.app_secret_ref, shared) if spec.instagram else None,
        login=LoginPages(spec.login.redirect_url, spec.login.config_id or "") if spec.login else None,
    )


def _token(token: AccessToken, common: dict[str, Any], shared: Shared) -> TokenEntry:
    spec = token.spec
    secret, key = _secret(token, in_cluster=not common["file"])
    return TokenEntry(
        **common,
        app=_name(spec.app_ref, token, shared),
        sort=shared.one(_sort(spec, key)),
        page_id=shared.one(spec.page_id or ""),
        secret=shared.one(secret),
    )


def _secret(token: AccessToken, *, in_cluster: bool) -> KeyRef:
    """Where the token is: in the Secret the operator keeps it in, else in the one of the spec, else nowhere yet."""
    # A status in a file is an old copy of somebody's; in a cluster the operator keeps it true.
    if in_cluster and token.status and token.status.secret_name:
        return (token.status.secret_name, TOKEN_KEY)
    if ref := token.spec.source.secret_ref:
        return (ref.name, ref.key)
    if not in_cluster and (token.spec.source.token_ref or token.spec.source.system_user):
        return (owned_secret(token), TOKEN_KEY)  # As `pagewire apply --secrets` leaves it.
    if token.spec.source.login is None or (in_cluster and token.spec.type is TokenType.PAGE):
        return ("", "")
    # Without an operator nobody derives a Page's token from the person's, so a login leaves it beside.
    return (login_secret(token), PAGE_TOKEN_KEY if token.spec.type is TokenType.PAGE else TOKEN_KEY)


def _sort(spec: AccessTokenSpec, key: str) -> Sort:
    login = spec.source.login
    return Sort(
        type=spec.type.value,
        source=_source(spec.source),
        secret_key=key,
        provider=spec.provider.value,
        scopes=tuple(spec.scopes),
        users=tuple(login.users) if login else (),
        parent=spec.source.token_ref.name if spec.source.token_ref else "",
    )


def _subscription(subscription: WebhookSubscription, common: dict[str, Any], shared: Shared) -> SubscriptionEntry:
    return SubscriptionEntry(**common, app=_name(subscription.spec.app_ref, subscription, shared))


def _page(page: MessengerPage, common: dict[str, Any], shared: Shared) -> PageEntry:
    spec = page.spec
    return PageEntry(
        **common,
        created=_seconds(page.metadata.creation_timestamp),
        account=shared.one(spec.page_id),
        app=_name(spec.app_ref, page, shared),
        token=shared.one(spec.token_ref.name if spec.token_ref else ""),
        plugins=shared.plugins(spec.plugins),
        trace_percent=spec.trace_percent,
    )


def _instagram(account: InstagramAccount, common: dict[str, Any], shared: Shared) -> InstagramEntry:
    spec = account.spec
    return InstagramEntry(
        **common,
        created=_seconds(account.metadata.creation_timestamp),
        account=shared.one(spec.account_id),
        app=_name(spec.app_ref, account, shared),
        page=shared.one(spec.page_ref.name if spec.page_ref else ""),
        token=shared.one(spec.token_ref.name if spec.token_ref else ""),
        plugins=shared.plugins(spec.plugins),
        trace_percent=spec.trace_percent,
    )


def _seconds(created: str | None) -> float:
    try:
        return datetime.fromisoformat(created).timestamp() if created else inf
    except ValueError:
        return inf


def _name(ref: AppRef, of: Resource, shared: Shared) -> Name:
    return shared.one((shared.one(ref.namespace or of.metadata.namespace), shared.one(ref.name)))


def _ref(ref: SecretKeyRef, shared: Shared) -> KeyRef:
    return (shared.one(ref.name), shared.one(ref.key))


def _source(source: TokenSource) -> str:
    if source.secret_ref:
        return "secretRef"
    if source.token_ref:
        return "tokenRef"
    if source.system_user:
        return "systemUser"
    return "login" if source.login else "appCredentials"


_MAKERS: Final[dict[type[Resource], Callable[[Any, dict[str, Any], Shared], Entry]]] = {
    MessengerApp: _app,
    AccessToken: _token,
    WebhookSubscription: _subscription,
    MessengerPage: _page,
    InstagramAccount: _instagram,
}
