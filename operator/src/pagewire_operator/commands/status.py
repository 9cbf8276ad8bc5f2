"""``pagewire status``: Pages and accounts, their tokens, subscriptions and last webhooks at a glance."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

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

from . import webhooks
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
    help="Admin port of the gateway, which knows the last webhooks.  [found in the cluster]",
)
@click.option("--home", default=webhooks.HOME, show_default=True, metavar="NAME", help="Namespace the gateway runs in.")
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
    home: str,
    output: str,
) -> None:
    """Show every Page and Instagram account: whether it is Ready, its token's days, its subscription, its last webhook."""
    untold = ""
    async with _cluster(kubeconfig, context) as cluster:
        found = await _resources(cluster, namespace, everywhere=all_namespaces)
        try:
            asking = webhooks.of_gateway(admin, admin_token) if admin else webhooks.of_pods(cluster, home, admin_token)
            last = await asking
        except webhooks.NotTold as why:
            last, untold = {}, str(why)
    tokens = {(one.metadata.namespace, one.metadata.name): one for one in found if isinstance(one, AccessToken)}
    now = datetime.now(UTC)
    rows = [_row(one, found, tokens, last, now) for one in found if isinstance(one, Account)]
    if output == Format.JSON:
        print_json(rows)
        return
    print_rows(_HEADINGS, ([row[heading] for heading in _HEADINGS] for row in rows), "There are no Pages or accounts.")
    if rows and untold:
        say(
            f"Last webhooks are the gateway's to tell, and it was not asked: {untold}. Or name its admin port with --admin URL."
        )


@asynccontextmanager
async def _cluster(kubeconfig: Path | None, context: str | None) -> AsyncIterator[KubeClient]:
    try:
        async with KubeClient(find_access(kubeconfig, context)) as cluster:
            yield cluster
    except KubeError as error:
        raise CommandError(
            f"The cluster does not answer: {error}", "Check --kubeconfig and --context.", Exit.UNREACHABLE
        ) from error


async def _resources(cluster: KubeClient, namespace: str | None, *, everywhere: bool) -> list[Resource]:
    of = Selection() if everywhere else Selection(namespace=namespace or cluster.access.namespace)
    wanted = ("AccessToken", "MessengerPage", "InstagramAccount")
    items = [item for kind in wanted for item in (await cluster.list(RESOURCES[kind], of)).items]
    return list(_readable(items))


def _readable(items: Iterable[Mapping[str, Any]]) -> Iterable[Resource]:
    for item in items:
        try:
            yield decode(item)
        except InvalidResourceError as error:
            name = f"{item['metadata'].get('namespace')}/{item['metadata']['name']}"
            say(f"! {item.get('kind')} {name} is left out, for this release cannot read it: {error}")


def _row(
    account: Account,
    found: Iterable[Resource],
    tokens: Mapping[tuple[str, str], AccessToken],
    last: webhooks.Last,
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
