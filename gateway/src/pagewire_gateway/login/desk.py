"""A login from the answer of the dialog to the stored token, for the public port and for the terminal alike."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from pagewire.sealed import Sealed
from pagewire_gateway.registry.port import App, LoginToken
from pagewire_gateway.telemetry import metrics

from .asking import LoginError
from .grant import Grant
from .judging import Verdict, judge, others
from .keeping import Keeper, KeepError
from .visit import Line, Story, full_name

log = logging.getLogger(__name__)

SHOWN_OTHERS = 10


class Asking(Protocol):
    """Who talks to Meta; `asking.Graph` does."""

    async def grant(self, app: App, tokens: Sequence[LoginToken], code: Sealed[str], redirect_uri: str) -> Grant:
        """See `asking.Graph.grant`."""
        ...


class Leave(Protocol):
    """Whether a token may be stored; every link stores one once."""

    async def take(self, token: LoginToken) -> bool:
        """Use the leave up; False if that was done before."""
        ...

    async def give_back(self, token: LoginToken) -> None:
        """It was not stored after all."""
        ...


class Desk:
    """Finishes logins.

    Args:
        graph: talks to Meta.
        keeper: stores tokens.
    """

    def __init__(self, graph: Asking, keeper: Keeper) -> None:
        self.graph, self.keeper = graph, keeper

    async def finish(
        self,
        app: App,
        tokens: Sequence[LoginToken],
        code: Sealed[str],
        redirect_uri: str,
        leave: Leave,
        *,
        timeout: float = 60.0,  # noqa: ASYNC109 - a part of it: storing is never broken off
    ) -> Story:
        """Exchange the code, compare what was granted with what is wanted, and store what is whole.

        Args:
            app: the app logged in to.
            tokens: what for, all of one provider.
            code: from the redirect.
            redirect_uri: byte for byte the one of the dialog.
            leave: asked before anything is stored.
            timeout: seconds for the calls to Meta.

        Returns:
            How it ended. Nothing is raised for what a person or Meta did.
        """
        try:
            grant = await self._grant(app, tokens, code, redirect_uri, timeout)
        except LoginError as error:
            _count(tokens, error.outcome)
            log.warning("a login for %s failed: %s", _names(tokens), error)
            return Story(problem=str(error))
        configured = bool(app.login and app.login.config_id)
        verdicts = [judge(token, grant, configured=configured) for token in tokens]
        lines = tuple([await self._line(verdict, grant, leave) for verdict in verdicts])
        shown = others(grant, tuple(tokens))
        more = (f"and {len(shown) - SHOWN_OTHERS} more",) if len(shown) > SHOWN_OTHERS else ()
        again = any(verdict.declined for verdict in verdicts)
        return Story(who=grant.who[:80], lines=lines, others=(*shown[:SHOWN_OTHERS], *more), again=again)

    async def _grant(
        self, app: App, tokens: Sequence[LoginToken], code: Sealed[str], redirect_uri: str, seconds: float
    ) -> Grant:
        try:
            async with asyncio.timeout(seconds):
                return await self.graph.grant(app, tokens, code, redirect_uri)
        except TimeoutError as error:
            raise LoginError("Meta did not answer in time. Wait a minute, and try again.", "unreachable") from error

    async def _line(self, verdict: Verdict, grant: Grant, leave: Leave) -> Line:
        token, missing = verdict.token, verdict.missing
        if not missing:
            missing = await self._store(token, grant, leave)
        else:
            _count([token], "incomplete")
            log.info("a login for %s lacks %d things; nothing was changed", full_name(token), len(missing))
        return Line(token=full_name(token), title=verdict.title[:120], connected=not missing, said=missing[:6])

    async def _store(self, token: LoginToken, grant: Grant, leave: Leave) -> tuple[str, ...]:
        if not await leave.take(token):
            _count([token], "used_link")
            return ("This link was used for it already, so nothing was changed. Ask for a new one.",)
        try:
            await self.keeper.keep(token, grant)
        except KeepError as error:
            await leave.give_back(token)
            _count([token], "not_stored")
            log.error("a login for %s could not be stored: %s", full_name(token), error)  # noqa: TRY400 - said in full
            return (
                "The login worked, but could not be stored. Tell who sent you the link; the gateway's log says why.",
            )
        _count([token], "connected")
        log.info("a login for %s was stored", full_name(token))
        return ()


def _count(tokens: Sequence[LoginToken], outcome: str) -> None:
    for token in tokens:
        metrics.logins.add("/".join(token.app), token.provider, outcome)


def _names(tokens: Sequence[LoginToken]) -> str:
    return ", ".join(full_name(token) for token in tokens)
