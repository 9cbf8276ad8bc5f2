"""What the login pages do, request by request. Closed unless the app opens it and the browser came by a link."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from hmac import compare_digest

import msgspec

from pagewire_gateway.registry.port import App, LoginToken, Registry
from pagewire_gateway.telemetry import metrics

from . import cookie, dialog, pages
from .desk import Desk
from .dialog import Hosts
from .html import headers
from .links import keys_of, open_ticket, open_visit
from .seals import LONGEST, seal
from .spent import Once
from .visit import DIALOG_SECONDS, Begun, Story, Ticket, Visit, chosen, full_name, shorter

log = logging.getLogger(__name__)

AT_ONCE = 16
"""Logins that are finished at the same time; each needs some calls to Meta."""

_CLOSED = ("Nothing here", "There is no login page at this address.")
_NO_LINK = (
    "This link does not work",
    (
        "It may have ended, or been used, or copied only in part; and a login must end in the browser it began in. "
        "Ask for a new link."
    ),
)
_BUSY = ("Too many logins at once", "Wait a minute, and use the link again.")
_USED = ("This link was used", "What it was for is connected. To log in again, ask for a new link.")
_CHANGED = ("Nothing to connect", "What this link was made for is not there any more. Ask for a new link.")


class Reply(msgspec.Struct, frozen=True):
    """An answer to a browser.

    Attributes:
        status: HTTP status.
        html: the page; empty for a redirect.
        headers: all of them.
    """

    status: int
    html: str
    headers: Mapping[str, str]


class Door:
    """The login pages of all apps.

    Args:
        registry: knows apps and tokens.
        desk: finishes logins.
        spent: what was used up.
        hosts: where people log in.
        clock: milliseconds since 1970.
        timeout: seconds for the calls to Meta of one login.
        ended: told how each login ended.
    """

    def __init__(
        self,
        registry: Registry,
        desk: Desk,
        spent: Once,
        hosts: Hosts,
        clock: Callable[[], int],
        *,
        timeout: float,
        ended: Callable[[Story], None] = lambda _: None,
    ) -> None:
        self._registry, self._desk, self._spent, self._hosts = registry, desk, spent, hosts
        self._clock, self._timeout, self._ended = clock, timeout, ended
        self._room = asyncio.Semaphore(AT_ONCE)
        self.shown = asyncio.Event()
        """Set once a browser was shown how its login ended."""

    async def look(self, namespace: str, name: str, query: Mapping[str, str], cookies: str) -> Reply:
        """``GET /login/{namespace}/{app}``: take a link in, then show what it is for, or how it ended."""
        app = self._app(namespace, name)
        if app is None:
            return _page(404, *_CLOSED)
        if "ticket" in query:
            ticket = open_ticket(app, query["ticket"], self._now())
            # Away from the address with the ticket at once: it must not stay in the browser's history.
            return _page(403, *_NO_LINK) if ticket is None else _redirect(app, _here(app), Visit(ticket=ticket))
        visit = open_visit(app, cookie.read(app, cookies), self._now())
        if visit is None:
            return _page(403, *_NO_LINK)
        return await self._show(app, visit)

    async def begin(
        self, namespace: str, name: str, ticked: Sequence[str], cookies: str, *, again: bool = False
    ) -> Reply:
        """``POST /login/{namespace}/{app}``: go to Meta's dialog."""
        app = self._app(namespace, name)
        if app is None:
            return _page(404, *_CLOSED)
        visit = open_visit(app, cookie.read(app, cookies), self._now())
        if visit is None:
            return _page(403, *_NO_LINK)
        open_ = await self._open(app, visit.ticket)
        tokens = [token for token in open_ if full_name(token) in ticked]
        if not tokens or len({token.provider for token in tokens}) != 1:
            return _page(400, "Nothing chosen", "Go back, and choose at least one Page or account.")
        state = secrets.token_urlsafe(32)
        url = dialog.url_of(app, tokens, self._hosts, _redirect_uri(app), state, again=again)
        places = tuple(visit.ticket.tokens.index(full_name(token)) for token in tokens)
        begun = Begun(state=state, chosen=places, until=self._now() + DIALOG_SECONDS)
        return _redirect(app, url, Visit(ticket=visit.ticket, begun=begun))

    async def back(self, namespace: str, name: str, query: Mapping[str, str], cookies: str) -> Reply:
        """``GET /login/{namespace}/{app}/callback``: the answer of Meta's dialog."""
        app = self._app(namespace, name)
        if app is None:
            return _page(404, *_CLOSED)
        visit = open_visit(app, cookie.read(app, cookies), self._now())
        begun = await self._begun(visit, query.get("state", ""))
        if visit is None or begun is None:
            metrics.logins.add(f"{namespace}/{name}", "", "bad_state")
            log.warning(
                "an answer for %s/%s does not belong to a login that was begun in this browser", namespace, name
            )
            return _page(403, *_NO_LINK)
        if self._room.locked():
            return _page(503, *_BUSY)
        async with self._room:
            story = await self._story(app, visit, query)
        self._ended(story)
        # Away from the address with the code at once, like from the one with the ticket. Without a fragment of its own the
        # address would inherit the `#_=_` that Facebook appends.
        return _redirect(app, f"{_here(app)}#", Visit(ticket=visit.ticket, begun=begun, story=story))

    async def _begun(self, visit: Visit | None, state: str) -> Begun | None:
        """The dialog this is the answer to: begun in this browser, not too long ago, and not answered before."""
        begun = visit.begun if visit is not None else None
        if begun is None or not state.isascii() or not compare_digest(begun.state, state):
            return None
        if begun.until <= self._now() or not await self._spent.claim(f"state {state}", begun.until, self._now()):
            return None
        return begun

    async def _story(self, app: App, visit: Visit, query: Mapping[str, str]) -> Story:
        names = chosen(visit)
        tokens = [token for token in await self._open(app, visit.ticket) if full_name(token) in names]
        if not tokens:
            return Story(problem=_CHANGED[1])
        answer = dialog.answer(query)
        if isinstance(answer, dialog.Refused):
            for token in tokens:
                metrics.logins.add("/".join(token.app), token.provider, answer.outcome)
            return Story(problem=answer.said)
        leave = _Once(self, visit.ticket)
        return await self._desk.finish(app, tokens, answer, _redirect_uri(app), leave, timeout=self._timeout)

    async def _show(self, app: App, visit: Visit) -> Reply:
        open_ = await self._open(app, visit.ticket)
        targets = (self._hosts.facebook, self._hosts.instagram)
        if visit.story is None:
            if open_:
                return Reply(200, pages.begin(open_), headers(targets))
            return _page(410, *(_USED if self._known(app, visit.ticket) else _CHANGED))
        self.shown.set()
        names = chosen(visit)
        left = [token for token in open_ if full_name(token) in names]
        return Reply(200, pages.end(visit.story, left), headers(targets))

    async def _open(self, app: App, ticket: Ticket) -> list[LoginToken]:
        """The tokens of a link that exist, and that it was not used for yet."""
        return [token for token in self._known(app, ticket) if not await self._spent.used(_use(ticket, token))]

    def _known(self, app: App, ticket: Ticket) -> list[LoginToken]:
        known = {full_name(token): token for token in self._registry.logins((app.namespace, app.name))}
        return [known[name] for name in ticket.tokens if name in known]

    def _app(self, namespace: str, name: str) -> App | None:
        app = self._registry.app(namespace, name)
        return app if app is not None and app.login is not None and not app.closed else None

    def _now(self) -> int:
        return self._clock() // 1000


class _Once:
    """Every link stores a token once."""

    def __init__(self, door: Door, ticket: Ticket) -> None:
        self._door, self._ticket = door, ticket

    async def take(self, token: LoginToken) -> bool:
        """See `Leave.take`."""
        spent, now = self._door._spent, self._door._now()  # noqa: SLF001 - one thing in two classes
        return await spent.claim(_use(self._ticket, token), self._ticket.until, now)

    async def give_back(self, token: LoginToken) -> None:
        """See `Leave.give_back`."""
        await self._door._spent.give_back(_use(self._ticket, token))  # noqa: SLF001 - as above


def _use(ticket: Ticket, token: LoginToken) -> str:
    return f"ticket {ticket.id} {full_name(token)}"


def _redirect_uri(app: App) -> str:
    return app.login.redirect_url if app.login is not None else ""


def _here(app: App) -> str:
    return _redirect_uri(app).removesuffix("/callback")


def _page(status: int, title: str, said: str) -> Reply:
    return Reply(status, pages.refused(title, said), headers())


def _redirect(app: App, url: str, visit: Visit) -> Reply:
    return Reply(303, "", {**headers(), "Location": url, "Set-Cookie": cookie.write(app, _sealed(app, visit))})


def _sealed(app: App, visit: Visit) -> str:
    key = keys_of(app)[0]
    stories = [visit.story] if visit.story is None else shorter(visit.story)
    texts = [seal(msgspec.structs.replace(visit, story=story), key) for story in stories]
    return next((text for text in texts if len(text) <= LONGEST), texts[-1])
