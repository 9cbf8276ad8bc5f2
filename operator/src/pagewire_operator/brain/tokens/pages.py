"""A Page's own token, from that of its person or system user (Meta, Page Access Tokens).

The single Page is read first: one call, and it also answers for Pages that no list shows. Pages that are reached only
through a business portfolio are missing from ``/me/accounts`` without a word, so the portfolios are gone through last.
"""

from collections.abc import Awaitable
from typing import Final, TypeVar

from pagewire.graph import Rejected
from pagewire.graph.admin import AdminClient, AdminError, PageFacts
from pagewire.resources import AccessToken, ConditionType, Reason
from pagewire.sealed import Sealed
from pagewire_operator.brain.trouble import Blocked, Trouble

from .facts import Source
from .needs import lacking_tasks

__all__ = ["derive"]

T = TypeVar("T")

_NO_ROLE: Final = 492


async def derive(admin: AdminClient, token: AccessToken, source: Source) -> tuple[Sealed[str], tuple[str, ...]]:
    """The token of a Page, and the tasks that its parent has there.

    Args:
        admin: the app.
        token: which Page, and the portfolio it may be in.
        source: the parent.

    Raises:
        Blocked: ``PageNotFound``, ``TaskMissing`` or ``MissingPermission`` if the parent does not reach the Page;
            ``TokenNotReady`` if Meta does not accept the parent.
        AdminError: Meta could not be asked.
    """
    page_id, seen = token.spec.page_id or "", None
    for way in (_single, _listed, _in_portfolio):
        page = await way(admin, token.spec.business_id, page_id, source)
        if page is not None and page.access_token is not None:
            return page.access_token, page.tasks
        seen = seen or page
    raise Blocked(_unreachable(page_id, source, seen))


async def _single(admin: AdminClient, _business: str | None, page_id: str, source: Source) -> PageFacts | None:
    return await _tried(admin.pages.token(page_id, source.value), source)


async def _listed(admin: AdminClient, business: str | None, page_id: str, source: Source) -> PageFacts | None:
    if business is not None:
        return None
    listed = await _tried(admin.pages.every_account(source.value), source)
    return _named(page_id, listed.data) if listed is not None else None


async def _in_portfolio(admin: AdminClient, business: str | None, page_id: str, source: Source) -> PageFacts | None:
    seen = None
    for one in [business] if business is not None else await _portfolios(admin, source):
        for pages in (admin.businesses.owned_pages, admin.businesses.client_pages):
            listed = await _tried(pages(one, source.value), source)
            page = _named(page_id, listed.data) if listed is not None else None
            if page is not None and page.access_token is not None:
                return page
            seen = seen or page
    return seen


async def _portfolios(admin: AdminClient, source: Source) -> list[str]:
    listed = await _tried(admin.businesses.every(source.value), source)
    return [business.id for business in listed.data] if listed is not None else []


def _named(page_id: str, pages: tuple[PageFacts, ...]) -> PageFacts | None:
    return next((page for page in pages if page.id == page_id), None)


async def _tried(asked: Awaitable[T], source: Source) -> T | None:
    """The answer; ``None`` if Meta refuses this way, for the next one may do."""
    try:
        return await asked
    except AdminError as error:
        if error.secret_refused or not isinstance(error, Rejected):
            raise
        if error.token_refused and error.subcode != _NO_ROLE:
            raise Blocked(_parent_dead(source)) from None
        return None


def _parent_dead(source: Source) -> Trouble:
    said = f"Meta does not accept the token of {source.place}, from which this one is derived: mend that one first."
    return Trouble(reason=Reason.TOKEN_NOT_READY, message=said, about=ConditionType.TOKEN_VALID)


def _unreachable(page_id: str, source: Source, seen: PageFacts | None) -> Trouble:
    about = ConditionType.TOKEN_VALID
    if seen is None:
        said = (
            f"The token of {source.place} does not reach Page {page_id}: tick the Page in the login, or assign it to the "
            "system user; for a Page of a business portfolio grant business_management too, or name spec.businessId."
        )
        return Trouble(reason=Reason.PAGE_NOT_FOUND, message=said, about=about)
    if missing := lacking_tasks(seen.tasks):
        tasks = " and ".join(missing)
        said = f"The owner of {source.place} lacks task {tasks} on Page {page_id}: give it in the Page's settings."
        return Trouble(reason=Reason.TASK_MISSING, message=said, about=about)
    said = (
        f"Meta shows Page {page_id} to {source.place}, but gives no token for it: grant pages_show_list and "
        "pages_manage_metadata for this Page, and a task on it."
    )
    return Trouble(reason=Reason.MISSING_PERMISSION, message=said, about=about)
