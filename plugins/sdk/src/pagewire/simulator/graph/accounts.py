"""Pages and Instagram accounts as nodes and in lists (graph.md 2.4, 3.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused, no_field
from pagewire.simulator.graph import access
from pagewire.simulator.graph.access import Caller
from pagewire.simulator.graph.answer import Answer
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.edges import answer_list, known
from pagewire.simulator.graph.field_names import INSTAGRAM, PAGE
from pagewire.simulator.graph.fields import Getter, Wanted, project
from pagewire.simulator.graph.oauth_instagram import app_scoped_id
from pagewire.simulator.identity import issue
from pagewire.simulator.identity.standing import page_scopes, reaches, tasks_on
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import Account

_LISTED = "access_token,category,category_list,name,id,tasks"


async def list_accounts(meta: Meta, call: Call) -> Answer:
    """``GET /{person|system user|me}/accounts``: the Pages they have a role on; those of a portfolio are missing."""
    caller = holder_of(meta, call, "accounts")
    return answer_list(call, pages_of(meta, caller), lambda page, wanted: shown_page(meta, call, caller, page, wanted))


async def list_assigned_pages(meta: Meta, call: Call) -> Answer:
    """``GET /{system user|me}/assigned_pages``: every Page that was assigned, portfolio or not."""
    caller = holder_of(meta, call, "assigned_pages")
    found = pages_of(meta, caller, hidden=True)
    return answer_list(call, found, lambda page, wanted: shown_page(meta, call, caller, page, wanted))


def holder_of(meta: Meta, call: Call, edge: str) -> Caller:
    """The caller of an edge of persons and system users, for themselves.

    Raises:
        Refused: 190 and the like; 2500 for ``/me`` of an app; 100 for a Page; 100/33 for somebody else.
    """
    name = call.segments[0]
    caller = access.authenticate(meta, call, errors.NO_CURRENT_USER if name == "me" else errors.TOKEN_REQUIRED)
    if caller.token is None:
        raise Refused(errors.NO_CURRENT_USER if name == "me" else errors.no_object(call.method, name))
    if caller.account is not None and name in ("me", caller.account.id):
        raise Refused(no_field(edge, "Page" if caller.account.object == "page" else "IGUser"))
    if caller.account is not None or name not in ("me", caller.token.user_id):
        raise Refused(errors.no_object(call.method, name))
    return caller


def pages_of(meta: Meta, caller: Caller, *, hidden: bool = False) -> list[Account]:
    """The Pages that ``pages_show_list`` shows to a person or system user."""
    holder, token = caller.holder, caller.token
    if holder is None or token is None or "pages_show_list" not in caller.scopes:
        return []
    return [
        meta.state.accounts[page]
        for page, tasks in holder.pages.items()
        if tasks
        and page in meta.state.accounts
        and (hidden or page not in holder.hidden)
        and reaches(meta.state, token, "pages_show_list", page)
    ]


def shown_page(meta: Meta, call: Call, caller: Caller, page: Account, wanted: list[Wanted]) -> dict[str, Any]:
    """A Page as lists show it."""
    return project(wanted, page_fields(meta, call, caller, page), "Page", _LISTED)


def page_fields(meta: Meta, call: Call, caller: Caller, page: Account) -> dict[str, Getter]:
    """The fields of a Page, as this caller may see them."""
    owner = meta.state.identity.owner_of_page(page.id)
    instagram = _linked(meta, caller, page)
    # The answer is the same for a person who may, and for the Page itself.
    return known(PAGE) | {
        "id": lambda _: page.id,
        "name": lambda _: page.name,
        "category": lambda _: page.category,
        "category_list": lambda _: [{"id": "2500", "name": page.category}],
        "link": lambda _: f"https://www.facebook.com/{page.id}",
        "tasks": lambda _: _tasks(meta, caller, page),
        "access_token": lambda _: _access_token(meta, call, caller, page),
        "is_published": lambda _: page.published,
        "is_webhooks_subscribed": lambda _: bool(page.subscribed.get(caller.app.id)),
        "has_added_app": lambda _: caller.app.id in page.subscribed,
        "is_messenger_platform_bot": lambda _: caller.app.id in page.subscribed,
        "is_messenger_bot_get_started_enabled": lambda _: "get_started" in page.profile,
        "has_transitioned_to_new_page_experience": lambda _: False,
        "verification_status": lambda _: "not_verified",
        "instagram_business_account": instagram,
        "connected_instagram_account": instagram,
        "owner_business": lambda _: {"id": owner.id, "name": owner.name} if owner is not None else None,
        "messaging_feature_status": lambda _: _features(page),
    }


def _features(page: Account) -> dict[str, bool]:
    return {"hop_v2": page.default_app is not None, "msgr_multi_app": True, "ig_multi_app": False}


def _tasks(meta: Meta, caller: Caller, page: Account) -> list[str] | None:
    if caller.token is None or caller.account is not None:
        return None
    return sorted(tasks_on(meta.state, caller.token, page.id)) if may_see(meta, caller, page) else None


def _access_token(meta: Meta, call: Call, caller: Caller, page: Account) -> str | None:
    if caller.account is not None:
        return call.token
    if caller.token is None or caller.holder is None or not caller.holder.pages.get(page.id):
        return None
    if not {"pages_show_list", "pages_manage_metadata"} & seen_scopes(meta, caller, page):
        return None
    return issue.page_token(meta.state, meta.ids, caller.token, page.id, meta.clock.now()).value


def seen_scopes(meta: Meta, caller: Caller, page: Account) -> frozenset[str]:
    """The Page permissions that a person's or system user's token has for one Page now."""
    if caller.token is None:
        return frozenset()
    return page_scopes(meta.state, caller.token, page.id) & caller.scopes


def may_see(meta: Meta, caller: Caller, page: Account) -> bool:
    """Whether a person or system user has both a role on a Page and a permission for it."""
    holder = caller.holder
    return holder is not None and bool(holder.pages.get(page.id)) and bool(seen_scopes(meta, caller, page))


def _linked(meta: Meta, caller: Caller, page: Account) -> Callable[[Wanted], dict[str, Any] | None]:
    """The Instagram account: absent without a link, without ``instagram_basic``, or without a task."""

    def read(field: Wanted) -> dict[str, Any] | None:
        linked = meta.state.instagram_of(page.id)
        if linked is None or not may_see_instagram(meta, caller, linked):
            return None
        return project(field.fields, instagram_fields(linked), "IGUser", "id")

    return read


def may_see_instagram(meta: Meta, caller: Caller, account: Account) -> bool:
    """Whether a token reads an Instagram account: its own, or by ``instagram_basic`` the one behind its Page."""
    token = caller.token
    if token is None:
        return False
    if caller.account is not None and caller.account.id == account.id:
        return True
    if "instagram_basic" not in caller.scopes or not reaches(meta.state, token, "instagram_basic", account.id):
        return False
    if caller.account is not None:
        return caller.account.id == account.page_id
    return caller.holder is not None and bool(caller.holder.pages.get(account.page_id or ""))


def instagram_fields(account: Account) -> dict[str, Getter]:
    """The fields of an Instagram account; on Instagram Login ``id`` is app-scoped (webhooks.md 2.3)."""
    return known(INSTAGRAM) | {
        "id": lambda _: app_scoped_id(account.id) if account.instagram_login else account.id,
        "user_id": lambda _: account.id,
        "ig_id": lambda _: int(account.id[5:]) if account.id[5:].isdigit() else None,
        "username": lambda _: account.username,
        "name": lambda _: account.name,
        "account_type": lambda _: "BUSINESS",
        "followers_count": lambda _: 12,
        "follows_count": lambda _: 3,
        "media_count": lambda _: 7,
        "has_profile_pic": lambda _: True,
        "is_published": lambda _: True,
        "profile_picture_url": lambda _: f"https://scontent.example.net/{account.id}.jpg",
    }
