"""Meta: does the Graph API answer, are the tokens good, and does its clock agree with ours. Asked only when told to."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Final

import httpx
from msgspec import Struct

from pagewire.graph import GraphClient, GraphError, TokenFacts, open_http
from pagewire_gateway.cli.doctor.delivery import check_delivery, check_scopes
from pagewire_gateway.cli.doctor.finding import Finding, failed, ok, skipped, warning
from pagewire_gateway.registry.port import Account, App, Registry

MOST_TOKENS: Final = 50
"""Tokens that are looked at; a call each."""
SOON: Final = timedelta(days=7)
SKEW: Final = timedelta(seconds=60)


class Graphs(Struct, frozen=True):
    """Addresses of the Graph APIs to ask; ``None`` asks none."""

    facebook: str | None
    instagram: str | None

    def of(self, account: Account) -> str | None:
        """The one that serves an account."""
        return self.facebook if account.host == "facebook" else self.instagram


async def check_meta(graphs: Graphs, registry: Registry | None) -> AsyncIterator[Finding]:
    """Ask the Graph API about itself and about every token."""
    base = graphs.facebook or graphs.instagram
    if base is None:
        yield skipped("graph", "not asked", "--graph https://graph.facebook.com asks Meta whether the tokens are good.")
        return
    async with open_http() as http:
        reached = await _reached(http, base)
        yield reached
        if registry is None or reached.state == "failed":
            return
        for account in islice(_with_tokens(registry), MOST_TOKENS):
            async for finding in _token(http, graphs, registry, account):
                yield finding
        if graphs.facebook is not None:
            for app in registry.apps():
                async for finding in _delivery(http, graphs.facebook, registry, app):
                    yield finding


def _with_tokens(registry: Registry) -> Iterator[Account]:
    seen: list[object] = []
    for account in registry.accounts():
        if account.token is not None and account.token not in seen:
            seen.append(account.token)
            yield account


async def _reached(http: httpx.AsyncClient, base: str) -> Finding:
    try:
        response = await http.get(base)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return failed("graph", f"{base} cannot be reached ({type(error).__name__})", "Look at DNS, proxy and firewall.")
    skew = _skew(response.headers.get("date", ""))
    if skew > SKEW:
        found = f"this machine's clock and that of {base} differ by {skew.total_seconds():.0f} s"
        return warning("graph", found, "Set the clock with NTP: messaging windows depend on it.")
    return ok("graph", f"{base} answers")


def _skew(date: str) -> timedelta:
    try:
        return abs(datetime.now(UTC) - parsedate_to_datetime(date))
    except ValueError:
        return timedelta()


async def _delivery(http: httpx.AsyncClient, base: str, registry: Registry, app: App) -> AsyncIterator[Finding]:
    its = [one for one in registry.accounts() if one.app == (app.namespace, app.name) and one.host == "facebook"]
    if not app.closed:
        async for finding in check_delivery(http, base, app, its[:MOST_TOKENS]):
            yield finding


async def _token(
    http: httpx.AsyncClient, graphs: Graphs, registry: Registry, account: Account
) -> AsyncIterator[Finding]:
    name, base = f"{account.kind} {account.namespace}/{account.name}", graphs.of(account)
    if base is None or account.token is None:
        yield skipped("tokens", f"{name}: its Graph API was not named", "--instagram-graph names it.")
        return
    app = registry.app(*account.app)
    client = GraphClient(base, version=account.graph_version, http=http, app_secret=_secret(account, app))
    try:
        if account.host == "facebook" and app is not None and not app.closed:
            app_token = f"{app.app_id}|{app.secrets[0].reveal().decode()}"
            facts = await client.debug_token(account.token.reveal(), app_token)
            yield _judged(name, facts)
            if facts.is_valid:
                yield check_scopes(name, account, facts.scopes)
            return
        me = await client.me(account.token.reveal())
    except GraphError as error:
        yield failed("tokens", f"{name}: {error}", "Renew the token in its Secret.")
        return
    yield ok("tokens", f"{name}: the token stands for {me.id}")


def _secret(account: Account, app: App | None) -> str | None:
    # Instagram Login tokens belong to the Instagram app, whose secret is another one.
    return app.secrets[0].reveal().decode() if app and app.secrets and account.host == "facebook" else None


def _judged(name: str, facts: TokenFacts) -> Finding:
    if not facts.is_valid:
        return failed("tokens", f"{name}: Meta says the token is not valid", "Renew the token in its Secret.")
    left = datetime.fromtimestamp(facts.expires_at, UTC) - datetime.now(UTC) if facts.expires_at else None
    if left is not None and left < SOON:
        return warning("tokens", f"{name}: the token ends in {left.days} day(s)", "Renew the token in its Secret.")
    return ok("tokens", f"{name}: the token is valid, {f'{left.days} days left' if left else 'without end'}")
