"""One administrative call, from its turn to its result. Nothing here logs a URL, and no error holds one."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from typing import Any, NamedTuple, TypeVar

import httpx

from pagewire.graph.addressing import Address
from pagewire.graph.admin.answers import Answer, Asked, confirmed, read, unreadable
from pagewire.graph.admin.budget import PATIENCE_SECONDS, Budget, Turn
from pagewire.graph.admin.calls import Call, digest, proper, request, token_digest
from pagewire.graph.admin.errors import AdminError, Facts, failure
from pagewire.graph.admin.results import Done, Listed
from pagewire.graph.admin.scopes import Priority, Scope, ScopeKind
from pagewire.graph.admin.served import Served, read_served
from pagewire.graph.direct import NOT_SENT
from pagewire.graph.errors import ErrorClass
from pagewire.graph.usage import read_headers
from pagewire.sealed import Sealed

__all__ = ["Caller", "Connection", "Watch", "connect", "unwatched"]

log = logging.getLogger(__name__)

T = TypeVar("T")
_MOST_PAGES = 1000


Watch = Callable[[str, str, str], AbstractContextManager[object]]
"""Is at work while a call is made, and hears its error: by method, template of the path, and host."""


def unwatched(_method: str, _template: str, _host: str) -> AbstractContextManager[object]:
    """Nobody looks."""
    return nullcontext()


class Connection(NamedTuple):
    """To which host, as which app, and who watches."""

    base_url: str
    version: str
    app_id: str
    app_secret: Sealed[str]
    http: httpx.AsyncClient
    budget: Budget
    watch: Watch = unwatched


def connect(
    base_url: str,
    version: str,
    app_id: str,
    app_secret: Sealed[str],
    http: httpx.AsyncClient,
    budget: Budget,
    watch: Watch = unwatched,
) -> Connection:
    """Check where to go, before the first call fails for it.

    Raises:
        ValueError: `base_url` or `version` is malformed.
    """
    Address(base_url, version, None)
    return Connection(base_url, version, app_id, app_secret, http, budget, watch)


class _Seen:
    """Which versions the answers of one client came from."""

    def __init__(self) -> None:
        self.latest: str | None = None
        self.warned: set[str] = set()


class Caller:
    """Makes the calls of one app to one host, each in its turn.

    Args:
        connection: to which host, as which app.
        priority: who waits for the answers.
        patience: seconds to wait for a turn.
        seen: shared by callers that differ in priority only.
    """

    def __init__(
        self,
        connection: Connection,
        priority: Priority = Priority.RESYNC,
        patience: float = PATIENCE_SECONDS,
        seen: _Seen | None = None,
    ) -> None:
        self.connection = connection
        self.app_token: Sealed[str] = Sealed(f"{connection.app_id}|{connection.app_secret.reveal()}")
        self._root = f"{connection.base_url.rstrip('/')}/{connection.version}"
        self._priority, self._patience = priority, patience
        self._seen = seen or _Seen()

    @property
    def served_version(self) -> str | None:
        """`facebook-api-version` of the latest answer."""
        return self._seen.latest

    def at(self, priority: Priority) -> "Caller":
        """The same, for calls that others wait for."""
        return Caller(self.connection, priority, self._patience, self._seen)

    async def ask(self, call: Call, made: Callable[[Any, Served], T | None], missing: str) -> T:
        """Make one call and read its answer.

        Args:
            call: what is asked.
            made: makes the result, or nothing if the answer lacks what matters.
            missing: says so.

        Raises:
            AdminError: the call was not made, was refused, or its answer is not one.
        """
        async with self._turn(call) as turn:
            with self._watched(call):
                answer = await self._exchange(call, turn)
                result = made(read(answer), answer.served)
                return result if result is not None else unreadable(answer, missing)

    async def do(self, call: Call) -> Done:
        """Make one call that changes something.

        Raises:
            AdminError: as for `ask`, or Meta did not say that it was done.
        """
        async with self._turn(call) as turn:
            with self._watched(call):
                answer = await self._exchange(call, turn)
                confirmed(answer)
            return Done(served=answer.served)

    def _watched(self, call: Call) -> AbstractContextManager[object]:
        host = httpx.URL(call.root or self._root).host
        return self.connection.watch(call.method, call.name, host)

    async def every(self, fetch: Callable[[str | None], Awaitable[Listed[T]]]) -> Listed[T]:
        """All pages of a list, cursor by cursor; `next`, a URL from outside with a token in it, is never followed.

        Raises:
            AdminError: a page could not be had, or the list goes round in circles.
        """
        data: list[T] = []
        skipped, seen, after = 0, set[str](), None
        while True:
            found = await fetch(after)
            data += found.data
            skipped, after = skipped + found.skipped, found.after
            if after is None:
                return Listed(data=tuple(data), skipped=skipped, served=found.served)
            if after in seen or len(seen) >= _MOST_PAGES:
                raise failure(ErrorClass.AMBIGUOUS, "Meta's list does not end.", Facts(served=found.served))
            seen.add(after)

    def _turn(self, call: Call) -> AbstractAsyncContextManager[Turn]:
        if call.token is not None and not proper(call.token):
            raise self._improper(call)
        return self.connection.budget.turn(
            *self._scopes(call),
            priority=self._priority,
            request=digest(call, self._root, self.connection.app_secret),
            patience=self._patience,
            call=call.title,
        )

    def _improper(self, call: Call) -> AdminError:
        ours = call.token == self.app_token
        kind, what = (ErrorClass.CONFIG, "app's id or secret") if ours else (ErrorClass.REAUTH, "token")
        said = f"The {what} is empty or holds a character that none has, such as a line break at its end."
        return failure(kind, said, Facts(call=call.title, secret_refused=ours))

    def _scopes(self, call: Call) -> tuple[Scope, ...]:
        app = Scope(ScopeKind.APP, self.connection.app_id)
        if call.about is not None:
            return app, call.about
        if call.token is None or call.token == self.app_token:
            return (app,)
        return app, Scope(ScopeKind.USER, token_digest(call.token))

    async def _exchange(self, call: Call, turn: Turn) -> Answer:
        sent = request(call, self._root, self.connection.app_secret)
        try:
            response = await self.connection.http.send(sent, auth=None, follow_redirects=False)
        except NOT_SENT as error:
            raise _failed(ErrorClass.NOT_SENT, error, call) from None
        except httpx.HTTPError as error:
            raise _failed(ErrorClass.AMBIGUOUS, error, call) from None
        served = read_served(response.headers.raw)
        turn.learn(served)
        if served.version is not None and call.root is None:
            self._served(served.version)
        waits = read_headers(response.headers.raw).retry_after
        asked = Asked(call.title, call.fields, as_app=call.token is not None and call.token == self.app_token)
        return Answer(response.status_code, response.content, served, waits, asked)

    def _served(self, version: str) -> None:
        self._seen.latest = version
        wanted = self.connection.version
        if version != wanted and version not in self._seen.warned:
            self._seen.warned.add(version)
            log.warning(
                "Meta serves Graph API %s although %s was asked for: set a version that is still available.",
                version,
                wanted,
            )


def _failed(kind: ErrorClass, error: httpx.HTTPError, call: Call) -> AdminError:
    # httpx's text is short and without a URL; the exception itself is not chained, as it carries the whole request.
    return failure(kind, f"{type(error).__name__}: {error}", Facts(call=call.title))
