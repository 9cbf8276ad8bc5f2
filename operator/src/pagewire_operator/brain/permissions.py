"""Which permissions a Page or Instagram account needs, and what became of them: the condition PermissionsGranted. Pure.

A permission can be granted and still be of no use here: people tick Pages one by one, and only `granular_scopes` says
which (Meta, Debugging Access Tokens).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, Literal

from msgspec import Struct

from pagewire.resources import AccessToken, ConditionType, Reason
from pagewire_operator.model import Saying

__all__ = ["Grants", "Need", "Standing", "check", "grants_of", "instagram_needs", "page_needs", "standing"]


class Need(Struct, frozen=True, kw_only=True):
    """A permission that must be granted.

    Attributes:
        scope: its name, as the condition shows it.
        also: other names, newer or older, that do as well.
        target: id of the Page or account that the grant must cover; empty if any will do.
    """

    scope: str
    also: tuple[str, ...] = ()
    target: str = ""


class Grants(Struct, frozen=True, kw_only=True):
    """What was granted to a token.

    Attributes:
        scopes: granted permissions.
        targets: of the permissions limited to some Pages or accounts, which; all others cover every one.
        declined: permissions the person refused; Meta does not ask for them again by itself.
        expired: permissions unused for 90 days.
        access: a sentence about Standard and Advanced Access, if anything is known.
    """

    scopes: frozenset[str]
    targets: Mapping[str, frozenset[str]]
    declined: frozenset[str] = frozenset()
    expired: frozenset[str] = frozenset()
    access: str = ""


class Standing(StrEnum):
    """What became of a needed permission; the value is how the condition says it, worst first."""

    MISSING = "missing"
    DECLINED = "declined"
    EXPIRED = "expired"
    LIMITED = "limited to other targets"
    GRANTED = "granted"


_NEXT: Final = {
    Standing.MISSING: "ask for it in the login, or when the token is made; the app must be allowed to ask "
    "(App Dashboard, App Review)",
    Standing.DECLINED: "the person refused it, and Meta shows it again only in a login with auth_type=rerequest",
    Standing.EXPIRED: "it was not used for 90 days; log in again to grant it anew",
    Standing.LIMITED: "log in again and tick this Page or account too, or assign it to the system user",
}

_ACCESS: Final = {
    "Standard": "Access is Standard, as far as Meta tells: only people with a role on the app are reached, and Pages of "
    "the business that owns it. Advanced Access comes by App Review.",
    "Advanced": "Access is Advanced.",
    "Unknown": "Meta does not tell whether access is Standard or Advanced.",
}

_THROUGH_PAGE: Final = ("pages_show_list", "pages_manage_metadata", "pages_read_engagement")
_MESSAGES: Final = re.compile(
    r"messag|standby|response_feedback|send_cart|inbox_labels|conversations|^call|_poll_|^story_|user_action|^follow"
    r"|^agent_|business_integrity"
)
"""Names of fields that Meta gives only with the permission to message (Meta, Page Subscribed Apps)."""
_COMMENTS: Final = frozenset({"comments", "live_comments"})


def page_needs(page_id: str, fields: Collection[str], profile: bool) -> tuple[Need, ...]:
    """What a MessengerPage needs (Meta, Permissions; Page Subscribed Apps; Messenger Profile API).

    Args:
        page_id: the Page.
        fields: its subscribed fields; none means that it only sends.
        profile: whether it has a Messenger profile.
    """
    messages = profile or not fields or any(map(_MESSAGES.search, fields))
    scopes = (*_THROUGH_PAGE[:2], *(["pages_messaging"] if messages else []), _THROUGH_PAGE[2])
    return tuple(Need(scope=scope, target=page_id) for scope in scopes)


def instagram_needs(account_id: str, page_id: str | None, fields: Collection[str], profile: bool) -> tuple[Need, ...]:
    """What an InstagramAccount needs (Meta, Instagram Platform, Webhooks).

    Args:
        account_id: the professional account.
        page_id: the linked Page; `None` if the account is reached through Instagram Login.
        fields: its subscribed fields; none means that it only sends.
        profile: whether it has ice breakers or a menu.
    """
    asked = set(fields)
    parts = ["basic"]
    parts += ["manage_messages"] if profile or not asked or asked - _COMMENTS else []
    parts += ["manage_comments"] if asked & _COMMENTS else []
    if page_id is None:
        return tuple(Need(scope=f"instagram_business_{part}", target=account_id) for part in parts)
    linked = (Need(scope=scope, target=page_id) for scope in _THROUGH_PAGE)
    own = (Need(scope=f"instagram_{part}", also=(f"instagram_business_{part}",), target=account_id) for part in parts)
    return (*linked, *own)


def standing(need: Need, grants: Grants) -> Standing:
    """What became of one permission."""
    names = (need.scope, *need.also)
    held = [name for name in names if name in grants.scopes]
    if any(not need.target or need.target in grants.targets.get(name, (need.target,)) for name in held):
        return Standing.GRANTED
    if held:
        return Standing.LIMITED
    if not grants.declined.isdisjoint(names):
        return Standing.DECLINED
    return Standing.MISSING if grants.expired.isdisjoint(names) else Standing.EXPIRED


def check(needs: Iterable[Need], grants: Grants | None) -> Saying:
    """The condition PermissionsGranted; its message names every needed permission.

    Args:
        needs: what is needed, in the order in which it is told.
        grants: what was granted; `None` if Meta has not told yet.
    """
    wanted = tuple(needs)
    if grants is None:
        return _saying("Unknown", Reason.PROGRESSING, _unknown(wanted))
    found = [(standing(need, grants), need) for need in wanted]
    lacking = {one for one, _ in found} - {Standing.GRANTED}
    said = " ".join([*_sentences(found), *([grants.access] if grants.access else [])]) or "No permission is needed."
    if not lacking:
        return _saying("True", Reason.RECONCILED, said)
    alone = {Standing.LIMITED: Reason.ASSET_NOT_GRANTED, Standing.DECLINED: Reason.PERMISSION_DECLINED}
    reason = (
        alone.get(next(iter(lacking)), Reason.MISSING_PERMISSION) if len(lacking) == 1 else Reason.MISSING_PERMISSION
    )
    return _saying("False", reason, said)


def grants_of(token: AccessToken) -> Grants | None:
    """What was granted, as the status of an AccessToken tells it; `None` before Meta was asked.

    A list of targets that was cut short says nothing of those left out; its own Page always stands first in it.
    """
    status = token.status
    if status is None or status.scopes is None:
        return None
    told = status.scopes
    return Grants(
        scopes=frozenset(told.granted),
        targets={one.scope: frozenset(one.targets) for one in told.limited if not one.more or _of_page(one.scope)},
        declined=frozenset(told.declined),
        access=_ACCESS.get(status.access or "", ""),
    )


def _of_page(scope: str) -> bool:
    return scope.startswith("page")


def _sentences(found: Iterable[tuple[Standing, Need]]) -> Iterator[str]:
    """One sentence for each standing and target, the worst first."""
    groups: dict[tuple[Standing, str], list[str]] = {}
    for kind, need in found:
        groups.setdefault((kind, need.target), []).append(need.scope)
    for kind in Standing:
        for (of, target), scopes in groups.items():
            if of is kind:
                yield _sentence(kind, target, ", ".join(scopes))


def _sentence(kind: Standing, target: str, scopes: str) -> str:
    if kind is Standing.GRANTED:
        return f"Granted{f' for {target}' if target else ''}: {scopes}."
    if kind is Standing.LIMITED:
        return f"Granted for others, but not for {target}: {scopes} ({_NEXT[kind]})."
    return f"{kind.capitalize()}: {scopes} ({_NEXT[kind]})."


def _unknown(needs: Collection[Need]) -> str:
    listed = ", ".join(need.scope for need in needs)
    return f"Not known before Meta accepts the token: {listed or 'what is granted'}."


def _saying(status: Literal["True", "False", "Unknown"], reason: Reason, message: str) -> Saying:
    return Saying(type=ConditionType.PERMISSIONS_GRANTED, status=status, reason=reason, message=message)
