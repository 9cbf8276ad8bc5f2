"""What a login granted, as far as it matters here. Pure."""

from collections.abc import Mapping

import msgspec

from pagewire.sealed import Sealed


class GrantedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A Page the person can reach.

    Attributes:
        token: the Page's own; None if the person lacks a task or a permission.
        tasks: what they may do there, in the spelling of classic Pages.
        instagram: the linked Instagram account, as people call it; empty if none is seen.
    """

    id: str
    name: str
    tasks: frozenset[str] = frozenset()
    token: Sealed[str] | None = None
    instagram: str = ""


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """A login that Meta confirmed.

    Attributes:
        token: the long-lived token.
        ids: what Meta calls the person, or the Instagram account: app-scoped, and as webhooks name it.
        type: Meta's word for the token, such as ``USER``; empty where Meta has none.
        who: their name.
        scopes: permissions granted.
        declined: permissions they unticked.
        targets: permission to the Pages and accounts it is limited to; one that is missing here reaches all.
        pages: Pages they can reach.
    """

    token: Sealed[str]
    ids: frozenset[str]
    type: str = ""
    who: str = ""
    scopes: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    targets: Mapping[str, frozenset[str]] = {}
    pages: tuple[GrantedPage, ...] = ()

    def page(self, page_id: str) -> GrantedPage | None:
        """The Page with this id."""
        return next((page for page in self.pages if page.id == page_id), None)
