"""``pagewire status``: Pages and accounts, their tokens, subscriptions and last webhooks at a glance."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
import httpx
import msgspec

from pagewire.kube import RESOURCES, KubeClient, KubeError, Selection, find_access
from pagewire.resources import (
    AccessToken,
    AccessTokenStatus,
    ConditionType,
    InstagramAccount,
    InvalidResourceError,
    MessengerPage,
    Resource,
    decode,
)
from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_rows, say

from .options import cluster_options

_HEADINGS: Final = ("namespace", "name", "id", "ready", "token", "subscribed", "last webhook", "message")

Account = MessengerPage | InstagramAccount
Row = dict[str, Any]


@click.command()
@click.option("-n", "--namespace", metavar="NAME", help="Only this namespace.  [the context's]")
@click.option("-A", "--all-namespaces", is_flag=True, help="All namespaces.")
@cluster_options
@click.option(
    "--admin",
    envvar="PAGEWIRE_ADMIN_URL",
    show_envvar=True,
    metavar="URL",
    help="Admin port of the gateway, which knows the last webhooks.",
)
@click.option("--admin-token", envvar="PAGEWIRE_ADMIN_TOKEN", show_envvar=True, metavar="TOKEN", help="Its token.")
@format_option(Format.TABLE, Format.JSON)
@asynchronous
async def status(
    *,
    namespace: str | None,
    all_namespaces: bool,
    kubeconfig: Path | None,
    context: str | None,
    admin: str | None,
    admin_token: str | None,
    output: str,
) -> None:
    """Show every Page and Instagram account: whether it is Ready, its token's days, its subscription, its last webhook."""
    found = await _resources(namespace, all_namespaces, kubeconfig, context)
    last = await _last_webhooks(admin, admin_token) if admin else {}
    tokens = {(one.metadata.namespace, one.metadata.name): one for one in found if isinstance(one, AccessToken)}
    now = datetime.now(UTC)
    rows = [_row(one, found, tokens, last, now) for one in found if isinstance(one, Account)]
    if output == Format.JSON:
        print_json(rows)
        return
    print_rows(_HEADINGS, ([row[heading] for heading in _HEADINGS] for row in rows), "There are no Pages or accounts.")
    if rows and not admin:
        say(
            "Last webhooks are the gateway's to tell: name its admin port with --admin URL, through kubectl port-forward."
        )


async def _resources(
    namespace: str | None, everywhere: bool, kubeconfig: Path | None, context: str | None
) -> list[Resource]:
    try:
        access = find_access(kubeconfig, context)
        of = Selection() if everywhere else Selection(namespace=namespace or access.namespace)
        async with KubeClient(access) as cluster:
            wanted = ("AccessToken", "MessengerPage", "InstagramAccount")
            items = [item for kind in wanted for item in (await cluster.list(RESOURCES[kind], of)).items]
    except KubeError as error:
        raise CommandError(
            f"The cluster does not answer: {error}", "Check --kubeconfig and --context.", Exit.UNREACHABLE
        ) from error
    return list(_readable(items))


def _readable(items: Iterable[Mapping[str, Any]]) -> Iterable[Resource]:
    for item in items:
        try:
            yield decode(item)
        except InvalidResourceError as error:
            name = f"{item['metadata'].get('namespace')}/{item['metadata']['name']}"
            say(f"! {item.get('kind')} {name} is left out, for this release cannot read it: {error}")


async def _accounts(client: httpx.AsyncClient, url: str) -> list[Row]:
    found: list[Row] = []
    while True:
        answer = await client.get(f"{url}/api/v1/accounts", params={"limit": 1000, "offset": len(found)})
        answer.raise_for_status()
        page = msgspec.json.decode(answer.content)
        found += page["accounts"]
        if not page["accounts"] or len(found) >= page["total"]:
            return found


async def _last_webhooks(url: str, token: str | None) -> dict[tuple[str, str], str]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    try:
        async with httpx.AsyncClient(headers=headers, timeout=10.0, trust_env=False) as client:
            found = await _accounts(client, url.rstrip("/"))
    except (httpx.HTTPError, msgspec.DecodeError, KeyError, TypeError) as error:
        said = f"The gateway's admin port at {url} does not tell its accounts: {type(error).__name__}"
        raise CommandError(said, "Name the right one with --admin URL, or leave it out.", Exit.UNREACHABLE) from error
    return {(one["object"], one["id"]): one.get("last_event") or "" for one in found}


def _row(
    account: Account,
    found: Iterable[Resource],
    tokens: Mapping[tuple[str, str], AccessToken],
    last: Mapping[tuple[str, str], str],
    now: datetime,
) -> Row:
    ready = _condition(account, ConditionType.READY)
    subscribed = _condition(account, ConditionType.SUBSCRIBED)
    object_, id_ = (
        ("page", account.spec.page_id) if isinstance(account, MessengerPage) else ("instagram", account.spec.account_id)
    )
    return {
        "namespace": account.metadata.namespace,
        "name": account.metadata.name,
        "id": id_,
        "ready": ready[0] or "Unknown",
        "token": _left(tokens.get((account.metadata.namespace, _token_name(account, found))), now),
        "subscribed": subscribed[0] or "Unknown",
        "last webhook": last.get((object_, id_), ""),
        "message": "" if ready[0] == "True" else ready[1],
    }


def _token_name(account: Account, found: Iterable[Resource]) -> str:
    if account.spec.token_ref is not None:
        return account.spec.token_ref.name
    page = account.spec.page_ref if isinstance(account, InstagramAccount) else None
    for other in found:
        if (
            page
            and isinstance(other, MessengerPage)
            and _same_place(other, account, page.name)
            and other.spec.token_ref
        ):
            return other.spec.token_ref.name
    return ""


def _same_place(page: MessengerPage, account: Account, name: str) -> bool:
    return (page.metadata.namespace, page.metadata.name) == (account.metadata.namespace, name)


def _left(token: AccessToken | None, now: datetime) -> str:
    """Days left, ``never ends``, or why there is no saying."""
    if token is None:
        return "none"
    valid, _ = _condition(token, ConditionType.TOKEN_VALID)
    if valid == "False":
        return "dead"
    ends = token.status.expires_at if isinstance(token.status, AccessTokenStatus) else None
    if not ends:
        return "never ends" if valid == "True" else "unknown"
    days = (datetime.fromisoformat(ends) - now).total_seconds() / 86_400
    return f"{days:.0f} d"


def _condition(resource: Resource, wanted: ConditionType) -> tuple[str, str]:
    conditions = resource.status.conditions if resource.status else []
    return next(((one.status, one.message) for one in conditions if one.type == wanted), ("", ""))
