"""What a token must be allowed to do: what its type is for, and what the spec names besides. Pure."""

from collections.abc import Collection, Iterable
from typing import Final

from pagewire.resources import AccessToken, LoginProvider, TokenType
from pagewire_operator.brain.permissions import Need, page_needs

__all__ = ["lacking_tasks", "needs_of"]

_TASKS: Final = ("MESSAGING", "MODERATE")
"""What the person behind a Page's token must be allowed on the Page to message for it (Meta, Page Subscribed Apps)."""
_EVERYTHING: Final = {"MANAGE", "FULL_CONTROL", "PROFILE_PLUS_FULL_CONTROL", "PROFILE_PLUS_MANAGE"}


def needs_of(token: AccessToken) -> tuple[Need, ...]:
    """The permissions a token needs, each once."""
    spec = token.spec
    page = spec.page_id or ""
    named = (Need(scope=scope, target=page if scope.startswith("pages_") else "") for scope in spec.scopes)
    return _once([*_of_type(token), *named])


def lacking_tasks(tasks: Collection[str]) -> tuple[str, ...]:
    """Those of the tasks needed for messaging that are missing; none if nobody knows the tasks."""
    if not tasks or not _EVERYTHING.isdisjoint(tasks):
        return ()
    return tuple(task for task in _TASKS if not {task, f"PROFILE_PLUS_{task}"} & set(tasks))


def _of_type(token: AccessToken) -> tuple[Need, ...]:
    spec = token.spec
    if spec.type in {TokenType.APP, TokenType.CLIENT}:
        return ()
    if spec.provider is LoginProvider.INSTAGRAM:
        return (Need(scope="instagram_business_basic"),)
    if spec.type is TokenType.PAGE:
        return page_needs(spec.page_id or "", (), profile=True)
    return (Need(scope="pages_show_list"),)


def _once(needs: Iterable[Need]) -> tuple[Need, ...]:
    found: dict[str, Need] = {}
    for need in needs:
        found.setdefault(need.scope, need)
    return tuple(found.values())
