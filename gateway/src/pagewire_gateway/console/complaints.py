"""What the operator complains of, as things to look at. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pagewire.resources import ConditionType
from pagewire_gateway.admin.things import AccountStatus
from pagewire_gateway.console import words
from pagewire_gateway.console.matter import Matter
from pagewire_gateway.registry.complaints import Complaint

_MOST: Final = 20
_SOON_MS: Final = 7 * 86_400_000
"""Milliseconds before the end of a token from when on somebody should look."""
SAID: Final[dict[str, str]] = {
    ConditionType.TOKEN_VALID: "has no token that Meta takes",
    ConditionType.PERMISSIONS_GRANTED: "lacks permissions",
    ConditionType.SUBSCRIBED: "is not subscribed: Meta sends nothing",
    ConditionType.PROFILE_SYNCED: "has another profile at Meta",
    ConditionType.PLUGINS_CONFIGURED: "has a plugin whose configuration does not fit",
    ConditionType.GRAPH_VERSION_CURRENT: "uses a Graph version that ends",
    ConditionType.READY: "is not ready",
    ConditionType.SYNCED: "could not be reconciled",
}
"""Of each condition that can be complained of, in words."""
_HINDERS: Final[frozenset[str]] = frozenset(
    {
        ConditionType.TOKEN_VALID,
        ConditionType.PERMISSIONS_GRANTED,
        ConditionType.SUBSCRIBED,
        ConditionType.READY,
    }
)
"""Without these something does not work; without the others it does."""


def of_complaints(complaints: Iterable[Complaint], accounts: Sequence[AccountStatus], at: int) -> Iterator[Matter]:
    """Of each resource one matter; of accounts whose token is missing, none more.

    Args:
        complaints: of the operator.
        accounts: those that are served, to lead to their pages.
        at: milliseconds since 1970.
    """
    known = {(one.kind, one.namespace, one.name): one for one in accounts}
    found = sorted(
        (one for one in complaints if one.condition or _ends_soon(one, at)),
        key=lambda one: (one.condition not in _HINDERS, one.kind, one.namespace, one.name),
    )
    told = [one for one in found if not _is_closed(known.get((one.kind, one.namespace, one.name)))]
    for one in told[:_MOST]:
        account = known.get((one.kind, one.namespace, one.name))
        yield _matter(one, f"/console/accounts/{account.object}/{account.id}" if account else "/console/accounts", at)
    if len(told) > _MOST:
        more = f"{words.count(len(told) - _MOST)} more resources are not as they should be"
        yield Matter(mood="wait", title=more, said="`kubectl get pagewire` lists them.", href="/console/accounts")


def _matter(one: Complaint, href: str, at: int) -> Matter:
    named = f"{one.kind} {one.namespace}/{one.name}"
    if not one.condition:
        left = words.span(max(0, words.millis(one.expires) - at) / 1000)
        said = "Renew it, or log in anew, before nothing can be sent."
        return Matter(mood="wait", title=f"{named} ends in {left}", said=said, href=href)
    said = f"{one.reason}: {one.message}" if one.message else one.reason
    return Matter(
        mood="bad" if one.condition in _HINDERS else "wait",
        title=f"{named} {SAID[one.condition]}",
        said=said,
        href=href,
    )


def _ends_soon(one: Complaint, at: int) -> bool:
    try:
        return bool(one.expires) and words.millis(one.expires) - at <= _SOON_MS
    except ValueError:
        return False  # Not a time; the operator writes none that cannot be read.


def _is_closed(account: AccountStatus | None) -> bool:
    return account is not None and account.closed
