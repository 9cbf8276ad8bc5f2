"""From the code of a login to what Meta confirms of it."""

from collections.abc import Iterable

import httpx

from pagewire.graph.admin import AdminClient, AdminError, InstagramAdminClient, PageFacts, Priority, TokenReport
from pagewire.graph.codes import ErrorClass
from pagewire.sealed import Sealed
from pagewire.telemetry.calls import measured
from pagewire_gateway.registry.port import App, LoginToken
from pagewire_gateway.telemetry import metrics

from .grant import Grant, GrantedPage

_WATCH = measured(metrics.send_duration)
_NEW_PAGES = "PROFILE_PLUS_"
"""Prefix of the tasks of the New Pages Experience (Meta, Page tasks)."""


class LoginError(Exception):
    """A login cannot be used; the message tells the person what to do.

    Args:
        said: a sentence without anything of Meta's answer that could be secret.
        outcome: the same for a metric.
    """

    def __init__(self, said: str, outcome: str) -> None:
        super().__init__(said)
        self.outcome = outcome


class Graph:
    """Asks Meta.

    Args:
        http: shared; closed by its owner.
        facebook: address of graph.facebook.com.
        instagram: address of graph.instagram.com.
        instagram_oauth: address of api.instagram.com.
    """

    def __init__(self, http: httpx.AsyncClient, *, facebook: str, instagram: str, instagram_oauth: str) -> None:
        self._http = http
        self._facebook, self._instagram, self._oauth = facebook, instagram, instagram_oauth

    async def grant(self, app: App, tokens: Iterable[LoginToken], code: Sealed[str], redirect_uri: str) -> Grant:
        """Exchange a code for a long-lived token, and look at what it may do.

        Args:
            app: the app logged in to.
            tokens: what for, all of one provider.
            code: from the redirect; works once.
            redirect_uri: byte for byte the one of the dialog.

        Raises:
            LoginError: Meta refuses, cannot be asked, or the token is not what it should be.
        """
        wanted = list(tokens)
        try:
            if wanted[0].provider == "Instagram":
                return await self._of_instagram(app, code, redirect_uri)
            return await self._of_facebook(app, {token.page_id for token in wanted} - {""}, code, redirect_uri)
        except AdminError as error:
            raise _told(error) from error

    async def _of_facebook(self, app: App, pages: set[str], code: Sealed[str], redirect_uri: str) -> Grant:
        client = self.client(app)
        token = (await client.tokens.from_code(code, redirect_uri)).access_token
        report = _checked(await client.tokens.debug(token), app)
        if report.type == "USER":
            token = (await client.tokens.exchange(token)).access_token
            report = _checked(await client.tokens.debug(token), app)
        permissions = await client.permissions.list(token) if report.type == "USER" else None
        return Grant(
            token=token,
            type=report.type or "",
            ids=frozenset({report.user_id} if report.user_id else ()),
            who=(await client.tokens.me(token)).name or "",
            scopes=frozenset(report.scopes),
            declined=permissions.declined if permissions else frozenset(),
            targets=_targets(report),
            pages=await _pages(client, token, report, pages),
        )

    async def _of_instagram(self, app: App, code: Sealed[str], redirect_uri: str) -> Grant:
        client = self._instagram_client(app)
        issued = await client.tokens.from_code(code, redirect_uri)
        token = (await client.tokens.exchange(issued.access_token)).access_token
        me = await client.tokens.me(token)
        ids = {one for one in (me.id, me.user_id, issued.user_id) if one}
        return Grant(
            token=token,
            ids=frozenset(ids),
            who=f"@{me.username}" if me.username else "",
            scopes=frozenset(issued.permissions),
        )

    def client(self, app: App) -> AdminClient:
        """The administrative calls of an app."""
        return AdminClient(
            self._facebook,
            app_id=app.app_id,
            app_secret=Sealed(app.secrets[0].reveal().decode()),
            http=self._http,
            version=app.graph_version,
            priority=Priority.CHANGE,
            watch=_WATCH,
        )

    def _instagram_client(self, app: App) -> InstagramAdminClient:
        own = app.instagram_secret
        if own is None:
            raise LoginError(
                "This app is not set up for Instagram Login: its resource needs spec.instagram.", "no_instagram_app"
            )
        return InstagramAdminClient(
            self._instagram,
            app_id=app.instagram_id,
            app_secret=Sealed(own.reveal().decode()),
            http=self._http,
            oauth_url=self._oauth,
            version=app.graph_version,
            priority=Priority.CHANGE,
            watch=_WATCH,
        )


async def _pages(
    client: AdminClient, token: Sealed[str], report: TokenReport, wanted: set[str]
) -> tuple[GrantedPage, ...]:
    if "pages_show_list" not in report.scopes:
        return ()
    found = {page.id: page for page in (await client.pages.every_account(token)).data}
    for page_id in sorted(wanted - set(found)):
        # Pages that are reached through a business portfolio only are missing from the list (graph.md 3.5).
        try:
            found[page_id] = await client.pages.token(page_id, token)
        except AdminError as error:
            if _passes(error):
                raise
    return tuple(_page(page) for page in found.values() if page.tasks or page.access_token)


def _page(page: PageFacts) -> GrantedPage:
    link = page.instagram_business_account
    return GrantedPage(
        id=page.id,
        name=page.name or f"Page {page.id}",
        tasks=frozenset(task.removeprefix(_NEW_PAGES) for task in page.tasks),
        token=page.access_token,
        instagram=(f"@{link.username}" if link.username else link.id) if link else "",
    )


def _checked(report: TokenReport, app: App) -> TokenReport:
    if not report.is_valid:
        raise LoginError("Meta says that the new token is not valid. Log in again.", "invalid")
    if report.app_id != app.app_id:
        raise LoginError("Meta's answer is for another app. Ask who sent you the link.", "wrong_app")
    return report


def _targets(report: TokenReport) -> dict[str, frozenset[str]]:
    """A permission without a list, or with an empty one, reaches everything (graph.md 2.8)."""
    return {one.scope: frozenset(one.target_ids) for one in report.granular_scopes if one.target_ids}


def _passes(error: AdminError) -> bool:
    return error.kind in {ErrorClass.NOT_SENT, ErrorClass.BACKOFF, ErrorClass.AMBIGUOUS}


def _told(error: AdminError) -> LoginError:
    if _passes(error):
        return LoginError("Meta cannot be reached just now. Wait a minute, and use the link again.", "unreachable")
    if error.subcode in {36007, 36009}:
        return LoginError("This login was finished or left too long already. Begin again.", "used_code")
    if error.secret_refused:
        return LoginError("Meta refuses the app's secret. Ask who sent you the link to check it.", "app_secret")
    return LoginError("Meta did not accept the login. Begin again, or ask who sent you the link.", "refused")
