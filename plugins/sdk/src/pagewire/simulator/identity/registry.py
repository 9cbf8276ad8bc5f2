"""Indexes over the people, businesses and grants of a world."""

from __future__ import annotations

import msgspec

from pagewire.simulator.identity.model import ALL_TASKS, Business, Grant, Holder, SystemUser, User
from pagewire.simulator.world import BUSINESS_ID, Account, App, Token, World

CODE_LIFE = 600
"""Seconds an authorization code can wait."""


class Code(msgspec.Struct, kw_only=True):
    """An authorization code, as a login dialog hands it back.

    Attributes:
        app_id: the app it is for.
        token: what it will become, all but ``issued_at`` and ``expires_at``.
        lifetime: seconds the token will live; 0 is for ever.
        redirect_uri: what the dialog was called with; None when it had none.
        expires_at: seconds since the epoch.
        used: codes work once.
    """

    app_id: str
    token: Token
    lifetime: int
    redirect_uri: str | None
    expires_at: int
    used: bool = False


class Identity:
    """People, system users, businesses, what they granted, and codes that wait to be exchanged."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.system_users: dict[str, SystemUser] = {}
        self.businesses: dict[str, Business] = {}
        self.grants: dict[tuple[str, str], Grant] = {}
        self.codes: dict[str, Code] = {}
        self.derived: dict[tuple[str, str], str] = {}
        """Parent token and Page to the Page token that was derived: the same one every time."""

    def holder(self, holder_id: str) -> Holder | None:
        """The person or system user with this id."""
        return self.users.get(holder_id) or self.system_users.get(holder_id)

    def grant(self, user_id: str, app_id: str) -> Grant:
        """What a person allows an app; an empty grant, which limits nothing, is made on first use."""
        return self.grants.setdefault((user_id, app_id), Grant(user_id=user_id, app_id=app_id))

    def owner_of_app(self, app_id: str) -> Business | None:
        """The business that claimed an app."""
        return next((b for b in self.businesses.values() if app_id in b.apps), None)

    def owner_of_page(self, page_id: str) -> Business | None:
        """The business that owns a Page."""
        return next((b for b in self.businesses.values() if page_id in b.owned_pages), None)

    def add(self, world: World, apps: dict[str, App], accounts: dict[str, Account]) -> None:
        """Add what a world says, and make up whom it only implies.

        A world may list tokens without saying whose they are. Such a person has all tasks on every Page; such a
        system user belongs to a business that owns every app and Page.
        """
        self.users.update({user.id: user for user in world.users})
        self.system_users.update({user.id: user for user in world.system_users})
        self.businesses.update({business.id: business for business in world.businesses})
        self.grants.update({(grant.user_id, grant.app_id): grant for grant in world.grants})
        pages = {account.id: set(ALL_TASKS) for account in accounts.values() if account.object == "page"}
        for token in world.tokens:
            self._imply(token, apps, pages)

    def _imply(self, token: Token, apps: dict[str, App], pages: dict[str, set[str]]) -> None:
        known = self.holder(token.user_id)
        if token.type == "PAGE" and known is not None and token.account_id is not None:
            known.pages.setdefault(token.account_id, set(ALL_TASKS))  # a listed Page token vouches for the role
        if token.type == "INSTAGRAM" or known is not None:
            return
        own = {page: set(tasks) for page, tasks in pages.items()}
        if token.type != "SYSTEM_USER":
            self.users[token.user_id] = User(id=token.user_id, pages=own)
            return
        business = self.businesses.setdefault(BUSINESS_ID, Business(id=BUSINESS_ID))
        business.apps |= set(apps)
        business.owned_pages |= set(pages)
        self.system_users[token.user_id] = SystemUser(
            id=token.user_id, business_id=business.id, role="ADMIN", pages=own, apps={token.app_id}
        )
