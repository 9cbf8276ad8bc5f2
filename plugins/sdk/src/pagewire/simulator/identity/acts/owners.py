"""What the owners of apps, Pages and businesses do, and what Meta does to all of them."""

from __future__ import annotations

from collections.abc import Collection

from pagewire.simulator import versions
from pagewire.simulator.identity.acts.base import Acts
from pagewire.simulator.identity.model import AppRole
from pagewire.simulator.identity.quota import Scope


class Owners(Acts):
    """What the owners of apps, Pages and businesses do, and what Meta does to all of them."""

    def reset_app_secret(
        self,
        app: str | None = None,
        *,
        secret: str | None = None,
        instagram: bool = False,
        keep_old: bool = False,
        invalidate_tokens: bool = False,
    ) -> str:
        """Give an app another secret; it signs, proves and makes app tokens from now on. Returns the secret.

        Args:
            app: the app.
            secret: the new one; made up when left out.
            instagram: the Instagram app's secret instead.
            keep_old: go on accepting the old one, too, until ``forget_old_secrets``.
            invalidate_tokens: all other tokens of the app die as well, with 190.
        """
        known = self._app(app)
        made = secret or self._meta.ids.random.randbytes(16).hex()
        if instagram:
            known.instagram_secret = made
        else:
            known.previous_secrets = [known.secret, *known.previous_secrets] if keep_old else []
            known.secret = made
        if invalidate_tokens:
            for token in self._state.tokens.values():
                if token.app_id == known.id and (token.type == "INSTAGRAM") == instagram:
                    token.revoked = 0
        return made

    def forget_old_secrets(self, app: str | None = None) -> None:
        """Accept only the newest secret."""
        self._app(app).previous_secrets = []

    def set_app_mode(self, live: bool, *, app: str | None = None) -> None:
        """Publish an app, or put it back into development."""
        self._app(app).live = live

    def set_role(self, user: str, role: AppRole | None, *, app: str | None = None) -> None:
        """Give somebody a role on an app, or (None) take it away."""
        known = self._app(app)
        known.team.pop(user, None)
        if role is not None:
            known.team[user] = role

    def set_tasks(self, who: str, page: str, tasks: Collection[str]) -> None:
        """Say what a person or system user may do on a Page; without any, their Page tokens are 190/492."""
        self._state.account(page)
        self._holder(who).pages[page] = set(tasks)

    def remove_task(self, who: str, page: str, task: str) -> None:
        """Take one task on a Page away, in either spelling."""
        tasks = self._holder(who).pages.setdefault(page, set())
        tasks -= {task, f"PROFILE_PLUS_{task}"}

    def hide_page(self, who: str, page: str, *, hidden: bool = True) -> None:
        """Let a Page be reached only through a business portfolio: it is missing from ``/me/accounts``."""
        self._state.account(page)
        (self._holder(who).hidden.add if hidden else self._holder(who).hidden.discard)(page)

    def set_usage(self, scope: Scope, about: str, percent: int | None, *, regain_minutes: int = 0) -> None:
        """Say how much of an allowance is used; from 100 percent on calls are refused with the regime's code.

        Args:
            scope: ``app`` 4, ``user`` 17, ``page`` 32, ``custom`` 613, ``pages`` 80001, ``instagram`` 80002,
                ``messenger`` 80006.
            about: id of the app, person, Page or Instagram account.
            percent: shown in the usage headers; None forgets it.
            regain_minutes: ``estimated_time_to_regain_access`` of the last three.
        """
        self._state.quotas.set(scope, about, percent, regain_minutes)

    def serve_version(self, version: str | None) -> None:
        """Serve every call as this version, whatever its path says; None goes back to Meta's rule.

        Raises:
            ValueError: there never was such a version.
        """
        if version is not None and not versions.ever(version):
            raise ValueError(f"there never was a Graph API version {version!r}; the newest is {versions.NEWEST}")
        self._meta.options.serve_version = version

    def set_instagram_shape(self, *, flat: bool) -> None:
        """Choose between the two answers of ``api.instagram.com``: the documented list, or the flat one."""
        self._meta.options.flat_instagram_token = flat
