"""Whether a login gives a token all that its resource asks for. Pure.

A token is stored only if nothing is missing: a login must never replace a token that works by one that does not.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from pagewire_gateway.registry.port import LoginToken

from .dialog import needed
from .grant import Grant, GrantedPage
from .visit import title_of

_MESSAGING = frozenset({"MESSAGING", "FULL_CONTROL", "MANAGE"})
"""Any one of these tasks lets a person answer for a Page (Meta, Page tasks)."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said of one token.

    Attributes:
        token: which.
        title: the Page or account, as people call it.
        missing: what is missing, a sentence each; empty if it can be stored.
        declined: something of it was declined, so asking again can help.
    """

    token: LoginToken
    title: str
    missing: tuple[str, ...] = ()
    declined: bool = False


def judge(token: LoginToken, grant: Grant, *, configured: bool = False) -> Verdict:
    """Compare a login with one AccessToken.

    Args:
        token: what is wanted.
        grant: what Meta confirmed.
        configured: a configuration of Login for Business was used, which is granted whole or not at all.
    """
    page = grant.page(token.page_id) if token.page_id else None
    scopes = [scope for scope in dict.fromkeys((*needed(token), *token.scopes)) if scope not in grant.scopes]
    missing = (
        *_type(token, grant),
        *_person(token, grant),
        *_account(token, grant),
        *_scopes(scopes, grant),
        *_page(token, page, grant),
    )
    return Verdict(
        token=token,
        title=_title(token, page, grant),
        missing=missing,
        declined=any(scope in grant.declined for scope in scopes) or (configured and bool(scopes)),
    )


def others(grant: Grant, tokens: tuple[LoginToken, ...]) -> tuple[str, ...]:
    """Pages that were granted and that no chosen token is for."""
    ours = {token.page_id for token in tokens}
    return tuple(f"{page.name} ({page.id})" for page in grant.pages if page.id not in ours)


_TYPES: Final = {"User": "USER", "SystemUser": "SYSTEM_USER"}


def _type(token: LoginToken, grant: Grant) -> Iterator[str]:
    wanted = _TYPES.get(token.type)
    if wanted is not None and grant.type and grant.type != wanted:
        yield (
            f"Meta gave a token of type {grant.type}, and {wanted} is wanted here. Ask who sent you the link: a configuration of "
            "Facebook Login for Business decides on it."
        )


def _person(token: LoginToken, grant: Grant) -> Iterator[str]:
    if token.users and grant.ids.isdisjoint(token.users):
        yield "This person is not among those who may log in here. Log out of Facebook or Instagram, and use the right account."


def _account(token: LoginToken, grant: Grant) -> Iterator[str]:
    if token.provider == "Instagram" and token.accounts and grant.ids.isdisjoint(token.accounts):
        wanted = ", ".join(token.accounts)
        yield f"You logged in with another account than {wanted}. Switch the account on Instagram, and try again."


def _scopes(scopes: list[str], grant: Grant) -> Iterator[str]:
    for scope in scopes:
        how = "was declined" if scope in grant.declined else "was not granted"
        yield f"The permission {scope} {how}."


def _page(token: LoginToken, page: GrantedPage | None, grant: Grant) -> Iterator[str]:
    if not token.page_id:
        return
    if page is None:
        yield f"Page {token.page_id} is not among those you granted. Tick it in the login, or ask for a role on it."
        return
    if page.tasks.isdisjoint(_MESSAGING):
        yield "You may not answer messages of this Page. Its owner can give you the task Messages."
    elif page.token is None:
        yield "Facebook gave no token for this Page. Ask its owner whether you have a role on it."
    for scope in dict.fromkeys((*needed(token), *token.scopes)):
        limited = grant.targets.get(scope)
        if scope.startswith("pages_") and scope in grant.scopes and limited is not None and page.id not in limited:
            yield f"The permission {scope} was granted for other Pages only."


def _title(token: LoginToken, page: GrantedPage | None, grant: Grant) -> str:
    if page is None:
        return grant.who or title_of(token) if not token.page_id else title_of(token)
    return f"{page.name}, with {page.instagram} on Instagram" if page.instagram else page.name
