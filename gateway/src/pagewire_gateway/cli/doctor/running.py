"""A running gateway: its admin port, its journal, its lanes, and the public port as Meta sees it."""

import secrets
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from pagewire.terminal.exits import CommandError, Exit
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.doctor.finding import Finding, failed, ok, skipped, warning
from pagewire_gateway.registry.port import App
from pagewire_gateway.signature import sign

LATE: Final = timedelta(minutes=5)
NO_ITEMS: Final = b'{"object":"page","entry":[]}'
"""A delivery body that is right and holds nothing."""


async def check_admin(client: AdminClient, asked: bool) -> AsyncIterator[Finding]:
    """Look at a running gateway through its admin port.

    Args:
        client: of the port.
        asked: the port was named, so that nobody there is a failure.
    """
    try:
        await client.get("/healthz")
    except CommandError as error:
        say = failed if asked or error.exit_code != Exit.UNREACHABLE else skipped
        yield say("admin", error.message, error.hint)
        return
    yield ok("admin", f"{client.url} answers")
    yield await _ready(client)
    try:
        stats, plugins = await client.get("/api/v1/stats"), (await client.get("/api/v1/plugins"))["plugins"]
        outbox = (await client.get("/api/v1/outbox"))["outbox"]
    except CommandError as error:
        who = error.reason in {"unauthorized", "forbidden"}
        yield failed("access" if who else "journal", error.message, error.hint)
        return
    for finding in (*_journal(stats), *_lanes(plugins), *_outbox(outbox)):
        yield finding


async def check_public(base: str, apps: Iterable[App], asked: bool, signatures: bool) -> AsyncIterator[Finding]:
    """Verify each app's webhook as Meta would.

    Args:
        base: URL of the public port.
        apps: from the manifests.
        asked: the port was named, so that nobody there is a failure.
        signatures: also post an empty delivery body, signed and unsigned.
    """
    async with httpx.AsyncClient(base_url=base, timeout=10.0, trust_env=False) as http:
        for app in apps:
            try:
                if app.verify_token is not None:
                    yield await _handshake(http, app)
                if signatures and app.secrets:
                    yield await _signatures(http, app)
            except httpx.HTTPError as error:
                say = failed if asked else skipped
                said = f"{base} cannot be reached ({type(error).__name__})"
                yield say("public", said, "Start the gateway, or name its public port with --public HOST:PORT.")
                return


async def _ready(client: AdminClient) -> Finding:
    try:
        await client.get("/readyz")
    except CommandError as error:
        return failed("ready", error.message or "the gateway is not ready", error.hint)
    return ok("ready", "the journal appends and the manifests are read")


def _journal(stats: dict[str, Any]) -> Iterator[Finding]:
    found = f"{stats['events']} events, {stats['size_bytes'] / 1024**2:,.1f} MiB"
    yield ok("journal", found)
    parked = sum(lane["parked"] for lane in stats["lanes"]) + stats["outbox"].get("parked", 0)
    if parked:
        fix = "`pagewire parked` shows why; `pagewire replay --parked` takes it up again."
        yield warning("parked", f"{parked} parked", fix)
    else:
        yield ok("parked", "nothing is parked")
    for lane in stats["lanes"]:
        yield _backlog(lane)


def _backlog(lane: dict[str, Any]) -> Finding:
    found = f"{lane['plugin']}: {lane['pending']} pending, {lane['retry']} to be tried again"
    oldest = lane["oldest_pending"]
    age = datetime.now(UTC) - datetime.fromisoformat(oldest) if oldest and lane["pending"] else timedelta()
    if age > LATE:
        waited = f"the oldest since {oldest}"
        return warning("backlog", f"{found}, {waited}", "Look at the plugin's errors: `pagewire events --state retry`.")
    return ok("backlog", found)


def _lanes(plugins: list[dict[str, Any]]) -> Iterator[Finding]:
    for plugin in plugins:
        lane = plugin["lane"]
        if lane and lane["paused"]:
            fix = f"`pagewire plugins --resume {plugin['name']}` lets it go on."
            yield warning("lanes", f"{plugin['name']} is paused", fix)
        elif lane and lane["circuit"] == "open":
            fix = "Look at what it depends on; it tries again by itself."
            yield warning("lanes", f"{plugin['name']} rests until {lane['opens_at']} after failures in a row", fix)


def _outbox(outbox: list[dict[str, Any]]) -> Iterator[Finding]:
    for account in outbox:
        trouble = account.get("trouble", "")
        if account["paused_until"] or trouble:
            until = f" until {account['paused_until']}" if account["paused_until"] else ""
            found = f"{account['object']} {account['account']} sends nothing{until}, {account['waiting']} replies wait in order"
            yield warning("outbox", f"{found}: {account['reason']}", _CURES.get(trouble, _CURES[""]))


_CURES = {
    "": "Wait; it goes on by itself.",
    "throttled": "Wait; it goes on by itself. If it lasts, send less in the name of this account.",
    "token": "Renew its AccessToken, by login or in its Secret; what waits goes out at once, in order.",
    "config": "Look at the app and the account at Meta: mode, access level, restrictions; then it goes on by itself.",
    "network": "Check DNS, egress rules and proxy between the gateway and Meta; it goes on by itself.",
}


async def _handshake(http: httpx.AsyncClient, app: App) -> Finding:
    path, challenge = f"/webhooks/{app.namespace}/{app.name}", secrets.token_hex(8)
    token = app.verify_token.reveal() if app.verify_token else ""
    asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge}
    response = await http.get(path, params=asked)
    if response.status_code == 200 and response.text == challenge:
        return ok("handshake", f"{path} verifies")
    said = f"{path} answers {response.status_code}: {response.text.strip()[:200]}"
    return failed(
        "handshake", said, "Does the gateway read the same manifests? `pagewire events` shows which one runs."
    )


async def _signatures(http: httpx.AsyncClient, app: App) -> Finding:
    path = f"/webhooks/{app.namespace}/{app.name}"
    good = await _post(http, path, sign(NO_ITEMS, app.secrets[0].reveal()))
    bad = await _post(http, path, sign(NO_ITEMS, b"not the secret"))
    if good != 200:
        return failed("signatures", f"{path} refuses a signed body with {good}", "Does it read the same manifests?")
    if bad != 403:
        return failed("signatures", f"{path} answers a wrong signature with {bad}", "Is it a Pagewire gateway?")
    return ok("signatures", f"{path} takes what is signed and refuses what is not")


async def _post(http: httpx.AsyncClient, path: str, signature: str) -> int:
    headers = {"content-type": "application/json", "x-hub-signature-256": signature}
    return (await http.post(path, content=NO_ITEMS, headers=headers)).status_code
