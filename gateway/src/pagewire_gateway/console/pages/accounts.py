"""Pages and Instagram accounts, their tokens, and what the operator says of them."""

from typing import Any, Final

from litestar import get
from litestar.params import FromPath
from msgspec import Struct

from pagewire_gateway.admin import logins, state, things
from pagewire_gateway.admin.clock import now
from pagewire_gateway.admin.errors import AnyRequest, not_found
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.console import words
from pagewire_gateway.console.filters import place_of
from pagewire_gateway.console.moods import account_mood, condition_mood
from pagewire_gateway.console.render import Page, page
from pagewire_gateway.registry.port import Account, ToldError

_PAGE: Final = 50
_LAST: Final = 10**6
_TOLD: Final = 500
"""Resources of a kind whose status a list looks at."""
_DAY: Final = 86_400_000
_SOON: Final = 7


class Resource(Struct, frozen=True, kw_only=True):
    """What the operator says of one resource.

    Attributes:
        days: until it expires; ``None`` if never, or nobody knows.
        conditions: each with its mood.
        plan: steps that would make Meta agree: what has drifted, or is only observed.
    """

    kind: str
    name: str
    days: int | None
    conditions: list[tuple[dict[str, Any], str]]
    plan: list[dict[str, Any]]

    @property
    def ready(self) -> str:
        """Status of its condition Ready; empty without one."""
        return next((str(one.get("status")) for one, _ in self.conditions if one.get("type") == "Ready"), "")


@get("/console/accounts")
async def list_accounts(request: AnyRequest, gateway: GatewayHere) -> Page:
    """A page of them; `offset` pages."""
    start = min(place_of(request.query_params, "offset") or 0, _LAST)
    found = await state.list_accounts.fn(gateway, limit=_PAGE, offset=start)
    troubles = {(one.object, one.account): one.trouble for one in await gateway.steering.waiting()}
    tokens, said = await _all_told(gateway, "AccessToken")
    owned = {(one.object, one.id): one for one in gateway.registry.accounts()} if tokens else {}
    rows = [
        (
            one,
            *account_mood(one, troubles.get((one.object, one.id), "")),
            _token(owned.get((one.object, one.id)), tokens),
        )
        for one in found.accounts
    ]
    shown: dict[str, Any] = {
        "rows": rows,
        "total": found.total,
        "start": start,
        "next": start + _PAGE if start + _PAGE < found.total else None,
        "previous": max(0, start - _PAGE) if start else None,
        "problems": gateway.mistakes.problems(),
        "apps": [things.app_of(app) for app in gateway.registry.apps()],
        "cluster": gateway.settings.cluster is not None,
        "said": said,
    }
    return page(request, "accounts.html", "Pages and tokens", **shown)


@get("/console/accounts/{object:str}/{account:str}")
async def show(request: AnyRequest, gateway: GatewayHere, object: FromPath[str], account: FromPath[str]) -> Page:  # noqa: A002
    """One account, with its resources as the operator left them."""
    found = gateway.registry.account(object, account)
    if found is None:
        raise not_found(f"There is no account {object}/{account}.", "The list shows those there are.")
    waiting = [one for one in await gateway.steering.waiting() if (one.object, one.account) == (object, account)]
    wanted = [(found.kind, found.name)] + ([("AccessToken", found.token_name)] if found.token_name else [])
    resources, said = [], ""
    for kind, name in wanted:
        told, said = await _told(gateway, kind, (found.namespace, name), 1)
        resources += told
    status = things.account_of(found, gateway.last_events.get((object, account), 0))
    shown: dict[str, Any] = {
        "account": status,
        "state": account_mood(status, waiting[0].trouble if waiting else ""),
        "outbox": things.outbox_of(waiting[0]) if waiting else None,
        "resources": resources,
        "cluster": gateway.settings.cluster is not None,
        "said": said,
        "configs": [(use.name, things.config_of(use)) for use in found.plugins],
        "token": found.token_name,
        "ended": await logins.last_ended(gateway, object, account) if found.closed else None,
    }
    return page(request, "account.html", f"{found.namespace}/{found.name}", **shown)


async def _all_told(gateway: GatewayView, kind: str) -> tuple[dict[tuple[str, str], Resource], str]:
    resources, said = await _told(gateway, kind, None, _TOLD)
    return {tuple(one.name.split("/", 1)): one for one in resources}, said  # type: ignore[misc]


async def _told(gateway: GatewayView, kind: str, name: tuple[str, str] | None, most: int) -> tuple[list[Resource], str]:
    try:
        return [resource(kind, one, now()) for one in await gateway.registry.told(kind, name, most)], ""
    except ToldError as error:
        return [], str(error)


def resource(kind: str, found: dict[str, Any], at: int) -> Resource:
    """What the operator says, out of a resource as the cluster has it."""
    status, metadata = found.get("status") or {}, found["metadata"]
    expires = status.get("expiresAt")
    return Resource(
        kind=kind,
        name=f"{metadata.get('namespace', '')}/{metadata['name']}",
        days=(words.millis(expires) - at) // _DAY if expires else None,
        conditions=[(one, condition_mood(one)) for one in status.get("conditions") or []],
        plan=list(status.get("plan") or []),
    )


def _token(account: Account | None, tokens: dict[tuple[str, str], Resource]) -> tuple[str, str]:
    """How long the account's token lasts, and how that is."""
    known = tokens.get((account.namespace, account.token_name)) if account else None
    if known is None:
        return "", ""
    if known.ready == "False":
        return "not ready", "bad"
    if known.days is None:
        return "never expires", "good"
    return f"{known.days} {'day' if known.days == 1 else 'days'} left", "wait" if known.days <= _SOON else "good"


HANDLERS: Final = (list_accounts, show)
