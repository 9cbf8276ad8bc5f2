"""Logins without a browser, and tokens without a login."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from pagewire.simulator.identity import issue, logins
from pagewire.simulator.identity.acts.base import Acts
from pagewire.simulator.identity.scopes import DIALOG_PERMISSIONS, LOGIN_PERMISSIONS, SYSTEM_USER_PERMISSIONS
from pagewire.simulator.people import Impossible
from pagewire.simulator.stored import Unknown
from pagewire.simulator.world import PAGE_SCOPES, App, Token

Lifetime = Literal["short", "long", "never"]


class Logins(Acts):
    """Logins without a browser, and tokens without a login."""

    def mint_code(
        self,
        user: str,
        *,
        app: str | None = None,
        scopes: Collection[str] | None = None,
        declined: Collection[str] = (),
        pages: Collection[str] | None = None,
        redirect_uri: str | None = None,
        lifetime: Lifetime = "short",
        business: str | None = None,
    ) -> str:
        """A person logs in; the authorization code that the redirect would carry.

        The login decides anew which permissions and Pages are granted, and opens the person's data for 90 days.

        Args:
            user: who logs in.
            app: the app logged in to.
            scopes: permissions the dialog asks for; every one that messaging needs when left out.
            declined: those of them that the person unticks.
            pages: Page ids that are ticked; None is "all current and future Pages".
            redirect_uri: what the dialog was called with; None for the JavaScript SDK.
            lifetime: of the token to come.
            business: Facebook Login for Business with a system user configuration: the code becomes a system
                user token of this client's business, for ``pages``. All permissions or none.

        Raises:
            Unknown: no such person, app or business.
            Impossible: the app is in development and the person has no role on it; a declined configuration.
            ValueError: a permission that does not exist.
        """
        known, wanted = self._app(app), self._wanted(scopes, DIALOG_PERMISSIONS)
        person = self._person(user, known)
        if business is not None:
            if declined:
                raise Impossible("a configuration is granted whole or not at all: nothing may be declined")
            return self._business_code(known, business, person, wanted, pages, redirect_uri, lifetime)
        logins.consent(self._state, known, person, wanted, declined, pages)
        grant = self._state.identity.grant(person, known.id)
        grant.data_access_expires_at = int(self._now) + logins.DATA_ACCESS
        token = logins.person_token(known, person, [*wanted, "public_profile"])
        return self._code(token, logins.LIFETIMES[lifetime], redirect_uri)

    def _person(self, user: str, app: App) -> str:
        if user not in self._state.identity.users:
            raise Unknown(f"no person {user!r} in this world; known: {', '.join(self._state.identity.users) or 'none'}")
        if not app.live and user not in app.team:
            raise Impossible("the app is in development: only people with a role on it can log in; give one first")
        return user

    def _business_code(
        self,
        app: App,
        business: str,
        person: str,
        scopes: list[str],
        pages: Collection[str] | None,
        redirect_uri: str | None,
        lifetime: Lifetime,
    ) -> str:
        known = self._state.identity.businesses.get(business)
        if known is None or person not in known.users:
            raise Unknown(f"{person} is in no business {business!r}")
        robot = logins.integration(
            self._state, self._meta.ids, app, known, known.owned_pages if pages is None else pages
        )
        token = logins.robot_token(app, robot, scopes)
        if pages is not None:
            token.targets = {scope: set(pages) for scope in scopes if scope.startswith("pages_")}
        life = {"short": issue.LONG_LIFE, "long": issue.LONG_LIFE, "never": 0}[lifetime]
        return self._code(token, life, redirect_uri)

    def mint_instagram_code(
        self,
        account: str,
        *,
        app: str | None = None,
        scopes: Collection[str] | None = None,
        redirect_uri: str | None = None,
    ) -> str:
        """The owner of an Instagram account logs in by Instagram Login; the authorization code.

        Raises:
            Unknown: no such account or app.
            Impossible: the account is no Instagram account.
        """
        known = self._state.account(account)
        if known.object != "instagram":
            raise Impossible(f"{account} is a Page: Instagram Login is for Instagram accounts")
        wanted = self._wanted(scopes, LOGIN_PERMISSIONS, LOGIN_PERMISSIONS)
        return self._code(logins.instagram_token(self._app(app), known, wanted), 0, redirect_uri)

    def _code(self, token: Token, lifetime: int, redirect_uri: str | None) -> str:
        return logins.code_for(self._state, self._meta.ids, token, lifetime, redirect_uri, self._now)

    def _wanted(
        self, scopes: Collection[str] | None, allowed: frozenset[str], usual: Collection[str] = PAGE_SCOPES
    ) -> list[str]:
        wanted = sorted(usual if scopes is None else scopes)
        strange = [scope for scope in wanted if scope not in allowed]
        if strange:
            raise ValueError(f"no such permission here: {', '.join(strange)}; choose from {', '.join(sorted(allowed))}")
        return wanted

    def issue_token(
        self,
        type: str,  # noqa: A002 - Meta's word
        *,
        app: str | None = None,
        user: str | None = None,
        account: str | None = None,
        scopes: Collection[str] | None = None,
        expires_in: int = 0,
        value: str | None = None,
    ) -> str:
        """A good token out of nothing, as if a login had happened before the test began; its value.

        Args:
            type: ``PAGE``, ``USER``, ``SYSTEM_USER`` or ``INSTAGRAM``.
            app: the app it is for.
            user: person or system user; may be left out for ``INSTAGRAM``, and where the world knows only one.
            account: the Page or Instagram account; for ``PAGE`` and ``INSTAGRAM``.
            scopes: all that its type can carry when left out.
            expires_in: seconds; 0 is never.
            value: the token itself, when a test wants to choose it.

        Raises:
            Unknown: no such app, person or account.
            ValueError: no such type or permission, or ``account`` is missing.
        """
        kind = issue.as_type(type)
        if kind in ("PAGE", "INSTAGRAM"):
            if account is None:
                raise ValueError(f"a token of type {kind} stands for an account: name it")
            self._state.account(account)
        now, known = int(self._now), self._app(app)
        token = Token(
            value=value or issue.new_value(self._meta.ids, kind),
            type=kind,
            app_id=known.id,
            account_id=account if kind in ("PAGE", "INSTAGRAM") else None,
            scopes=set(self._scopes_for(kind, scopes)),
            issued_at=now,
            expires_at=now + expires_in if expires_in else 0,
        )
        if kind != "INSTAGRAM":
            token.user_id = self._owner(kind, user)
        return issue.keep(self._state, token).value

    def _scopes_for(self, kind: str, scopes: Collection[str] | None) -> list[str]:
        if kind == "INSTAGRAM":
            return self._wanted(scopes, LOGIN_PERMISSIONS, LOGIN_PERMISSIONS)
        if kind == "SYSTEM_USER":
            return self._wanted(scopes, SYSTEM_USER_PERMISSIONS)
        return self._wanted(scopes, DIALOG_PERMISSIONS)

    def _owner(self, kind: str, user: str | None) -> str:
        identity = self._state.identity
        known: Collection[str] = identity.system_users if kind == "SYSTEM_USER" else identity.users
        if user is None and len(known) == 1:
            return next(iter(known))
        return self._holder(user or "").id
