"""Does Meta deliver an account's events to this app, and was enough granted for it."""

from collections.abc import AsyncIterator, Iterable
from typing import Final

import httpx

from pagewire.graph import GraphError
from pagewire.graph.admin import AdminClient
from pagewire.sealed import Sealed
from pagewire_gateway.cli.doctor.finding import Finding, failed, ok, warning
from pagewire_gateway.registry.port import Account, App

_SCOPES: Final = {
    "page": ("pages_messaging", "pages_manage_metadata"),
    "instagram": ("instagram_basic", "instagram_manage_messages", "pages_manage_metadata"),
}
"""Without these nothing is delivered or sent (Meta, Permissions; Instagram Platform, Webhooks)."""


def check_scopes(name: str, account: Account, granted: Iterable[str]) -> Finding:
    """Whether a token may do what the account needs at least."""
    missing = [scope for scope in _SCOPES[account.object] if scope not in set(granted)]
    if missing:
        fix = "Grant them in a new log-in, and put that token into the Secret."
        return failed("scopes", f"{name}: the token lacks {', '.join(missing)}", fix)
    return ok("scopes", f"{name}: the token has what it needs")


async def check_delivery(
    http: httpx.AsyncClient, base: str, app: App, accounts: Iterable[Account]
) -> AsyncIterator[Finding]:
    """The app's own subscriptions, then those of its accounts."""
    admin = AdminClient(
        base, app_id=app.app_id, app_secret=_secret(app), http=http, version=app.graph_version, patience=10.0
    )
    seen: set[str] = set()
    for account in accounts:
        name = f"{account.kind} {account.namespace}/{account.name}"
        if account.object not in seen:
            seen.add(account.object)
            yield await _of_app(admin, app, account.object)
        if account.object == "page" and account.token is not None:
            yield await _of_page(admin, account, name)


def _secret(app: App) -> Sealed[str]:
    return Sealed(app.secrets[0].reveal().decode())


async def _of_app(admin: AdminClient, app: App, about: str) -> Finding:
    name = f"{app.namespace}/{app.name}"
    try:
        found = (await admin.subscriptions.list()).of(about)
    except GraphError as error:
        return warning(
            "subscription", f"{name}: Meta does not tell its subscriptions: {error}", "Look at id and secret."
        )
    if found is None or not found.active:
        fix = "Apply a WebhookSubscription for it: `pagewire apply -f DIR`, or the operator."
        return failed("subscription", f"{name} is not subscribed to {about} webhooks", fix)
    return ok("subscription", f"{name} gets {about} webhooks at {found.callback_url}")


async def _of_page(admin: AdminClient, account: Account, name: str) -> Finding:
    assert account.token is not None  # noqa: S101 - the caller looked
    try:
        found = (await admin.pages.subscribed_apps(account.id, account.token)).of(account.app_id)
    except GraphError as error:
        return warning("subscription", f"{name}: Meta does not tell who gets its events: {error}", "Renew the token.")
    if found is None:
        fix = "Fill spec.subscribedFields of the resource, and apply it: `pagewire apply -f DIR`, or the operator."
        return failed("subscription", f"{name} delivers nothing to this app", fix)
    if "messages" not in found.fields:
        return warning(
            "subscription", f"{name} delivers no messages to this app", "Add messages to spec.subscribedFields."
        )
    return ok("subscription", f"{name} delivers {len(found.fields)} fields to this app")
