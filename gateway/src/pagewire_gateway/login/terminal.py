"""A login from a terminal: with the same pages on loopback, or by pasting the address one ends up at."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec
from litestar import Litestar

from pagewire.sealed import Sealed
from pagewire_gateway.config import Address
from pagewire_gateway.registry.port import App, LoginPages, LoginToken, Name, Registry
from pagewire_gateway.serving import Listener

from . import dialog, links
from .desk import Desk
from .dialog import Hosts
from .door import Door
from .routes import login_routes
from .spent import Spent
from .visit import Story, full_name

LOCAL: Final = "localhost"
"""Meta takes this name, and no address, without https while an app is in development."""

_SHOWN_SECONDS: Final = 10.0


class Always:
    """At a terminal nothing is used up: whoever sits there could begin again."""

    async def take(self, token: LoginToken) -> bool:  # noqa: ARG002 - as `Leave` has it
        """See `Leave.take`."""
        return True

    async def give_back(self, token: LoginToken) -> None:
        """See `Leave.give_back`."""


class Local:
    """A registry whose app has its login pages on this machine."""

    def __init__(self, registry: Registry, app: App, redirect_url: str) -> None:
        config = app.login.config_id if app.login is not None else ""
        self._app = msgspec.structs.replace(app, login=LoginPages(redirect_url, config))
        self._registry = registry

    def app(self, namespace: str, name: str) -> App | None:
        """That app, and no other."""
        return self._app if (namespace, name) == (self._app.namespace, self._app.name) else None

    def apps(self) -> list[App]:
        """That app."""
        return [self._app]

    def logins(self, app: Name) -> Sequence[LoginToken]:
        """See `Registry.logins`."""
        return list(self._registry.logins(app))


async def on_loopback(  # noqa: PLR0913 - all of it named by the command line
    registry: Registry,
    app: App,
    tokens: Sequence[LoginToken],
    desk: Desk,
    hosts: Hosts,
    *,
    port: int,
    folder: Path,
    clock: Callable[[], int],
    seconds: int,
    show: Callable[[str], None],
) -> Story:
    """Serve the login pages on this machine until a login ended.

    Args:
        registry: knows apps and tokens.
        app: the app logged in to.
        tokens: what for.
        desk: finishes the login.
        hosts: where people log in.
        port: of loopback; 0 takes a free one, which Meta has to know of.
        folder: for what is used up; may go afterwards.
        clock: milliseconds since 1970.
        seconds: how long to wait.
        show: is given the address to open.

    Raises:
        TimeoutError: nobody finished the login.
        OSError: the port is taken.
    """
    ending = _Ending()
    pages = _Pages()
    listener = Listener(pages, Address("127.0.0.1", port), 1.0)
    redirect = f"http://{LOCAL}:{listener.port}/login/{app.namespace}/{app.name}/callback"
    local: Any = Local(registry, app, redirect)
    door = Door(local, desk, Spent(folder / "logins.db"), hosts, clock, timeout=60, ended=ending.of_one)
    ending.shown = door.shown
    pages.app = Litestar([login_routes(door)], openapi_config=None, logging_config=None)
    await listener.start()
    try:
        link, _ = links.make(local, [full_name(one) for one in tokens], _nonce(), clock() // 1000 + seconds)
        show(link.url)
        return await ending.wait(seconds)
    finally:
        await listener.stop()


def _nonce() -> str:
    return secrets.token_urlsafe(24)


class _Ending:
    """Waits for a login that ended, and until the browser was shown how. Needs a running event loop."""

    shown: asyncio.Event
    """Set once the last page was read."""

    def __init__(self) -> None:
        self._story: asyncio.Future[Story] = asyncio.get_running_loop().create_future()

    def of_one(self, story: Story) -> None:
        """One attempt is over; what can be asked for again is not the end."""
        self.shown.clear()
        if not self._story.done() and not story.again:
            self._story.set_result(story)

    async def wait(self, seconds: int) -> Story:
        """How it ended.

        Raises:
            TimeoutError: it did not.
        """
        async with asyncio.timeout(seconds):
            story = await self._story
        with suppress(TimeoutError):
            # The browser reads how it ended before we are gone.
            await asyncio.wait_for(self.shown.wait(), _SHOWN_SECONDS)
        return story


class _Pages:
    """The application, once the port and so its addresses are known."""

    app: Litestar

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


def address(app: App, tokens: Sequence[LoginToken], hosts: Hosts) -> tuple[str, str]:
    """The address of the dialog to open anywhere, and the state that has to come back.

    Args:
        app: the app logged in to; it has login pages.
        tokens: what for, all of one provider.
        hosts: where people log in.
    """
    state = secrets.token_urlsafe(32)
    return dialog.url_of(app, tokens, hosts, redirect_of(app), state, again=True), state


def redirect_of(app: App) -> str:
    """Where the dialog leads back to."""
    return app.login.redirect_url if app.login is not None else ""


def pasted(text: str, state: str) -> Sealed[str] | dialog.Refused:
    """The code in the address that somebody ended up at, or why there is none."""
    try:
        query = dict(parse_qsl(urlsplit(text.strip()).query))
    except ValueError:
        query = {}
    if not secrets.compare_digest(query.get("state", "").encode(), state.encode()):
        said = "This is not the address that this login led to: copy the whole address out of the browser."
        return dialog.Refused(said, "bad_state")
    return dialog.answer(query)
