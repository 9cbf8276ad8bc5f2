"""What people grant, decline and untick."""

from __future__ import annotations

from collections.abc import Collection

from pagewire.simulator.identity import issue
from pagewire.simulator.identity.acts.base import Acts
from pagewire.simulator.identity.facts import find
from pagewire.simulator.identity.model import PermissionStatus
from pagewire.simulator.identity.scopes import INSTAGRAM_PERMISSIONS, PAGE_PERMISSIONS


class Permissions(Acts):
    """What people grant, decline and untick."""

    def set_permission(self, who: str, scope: str, status: PermissionStatus, *, app: str | None = None) -> None:
        """Grant or decline a permission, or let it expire.

        Args:
            who: a person or system user: what they grant the app, so it changes all their tokens at once; or a
                token: only that one.
            scope: the permission.
            status: ``granted``, ``declined`` or ``expired``.
            app: the app it is granted to.
        """
        token = find(self._state, who)
        if token is not None:
            (token.scopes.add if status == "granted" else token.scopes.discard)(scope)
            return
        holder, known = self._holder(who), self._app(app)
        self._state.identity.grant(holder.id, known.id).permissions[scope] = status
        if status == "granted":
            for theirs in self._tokens_of(holder, known):
                theirs.scopes.add(scope)

    def revoke_scope(self, who: str, scope: str, *, app: str | None = None) -> None:
        """Decline a permission; see ``set_permission``."""
        self.set_permission(who, scope, "declined", app=app)

    def grant_scope(self, who: str, scope: str, *, app: str | None = None) -> None:
        """Grant a permission; see ``set_permission``."""
        self.set_permission(who, scope, "granted", app=app)

    def limit_targets(self, who: str, scope: str, ids: Collection[str] | None, *, app: str | None = None) -> None:
        """Limit a permission to some objects (``target_ids``), or with None open it to all.

        Args:
            who: a person or system user, or one token.
            scope: the permission.
            ids: Page, Instagram account or business ids.
            app: the app it is granted to.

        Raises:
            ValueError: an empty list, which at Meta means all.
        """
        if ids is not None and not ids:
            raise ValueError("an empty list means all at Meta: decline the permission instead")
        token = find(self._state, who)
        limits = (
            token.targets
            if token is not None
            else self._state.identity.grant(self._holder(who).id, self._app(app).id).targets
        )
        if ids is None:
            limits.pop(scope, None)
        else:
            limits[scope] = set(ids)

    def drop_page(self, user: str, page: str, *, app: str | None = None) -> None:
        """A person unticks a Page in a later login: it keeps its permissions for the others.

        Without another Page nothing is left to grant them for: they are declined.
        """
        holder, known = self._holder(user), self._app(app)
        linked = self._state.instagram_of(page)
        others = set(holder.pages) - {page}
        accounts = {a.id for other in others if (a := self._state.instagram_of(other)) is not None}
        for scope in {scope for token in self._tokens_of(holder, known) for scope in token.scopes}:
            if scope in PAGE_PERMISSIONS:
                self._keep(holder.id, known.id, scope, others, page)
            elif scope in INSTAGRAM_PERMISSIONS and linked is not None:
                self._keep(holder.id, known.id, scope, accounts, linked.id)

    def _keep(self, user: str, app: str, scope: str, every: set[str], gone: str) -> None:
        grant = self._state.identity.grant(user, app)
        left = (grant.targets.get(scope) or every) - {gone}
        if left:
            grant.targets[scope] = left
        else:
            grant.permissions[scope] = "declined"

    def set_data_access_expiry(self, user: str, at: int, *, app: str | None = None) -> None:
        """Move the day on which a person's data closes (seconds since the epoch; 0 is never)."""
        self._state.identity.grant(self._holder(user).id, self._app(app).id).data_access_expires_at = int(at)

    def remove_app(self, user: str, *, app: str | None = None) -> None:
        """A person removes the app in their settings: all their tokens for it die with 190/458."""
        holder, known = self._holder(user), self._app(app)
        self._state.identity.grants.pop((holder.id, known.id), None)
        issue.kill_all(self._state, holder.id, 458, known.id)
