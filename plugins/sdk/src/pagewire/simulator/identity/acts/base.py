"""What the acts of every kind need: to find what they are about."""

from __future__ import annotations

from pagewire.simulator.identity.facts import find
from pagewire.simulator.identity.model import Holder
from pagewire.simulator.meta import Meta
from pagewire.simulator.stored import Unknown
from pagewire.simulator.world import App, Token


class Acts:
    """Base of the acts.

    Args:
        meta: the simulated company.
    """

    def __init__(self, meta: Meta) -> None:
        self._meta = meta
        self._state = meta.state

    @property
    def _now(self) -> float:
        return self._meta.clock.now()

    def _app(self, app: str | None) -> App:
        apps = self._state.apps
        if app is None and len(apps) == 1:
            return next(iter(apps.values()))
        found = apps.get(app or "")
        if found is None:
            raise Unknown(f"no app {app!r} in this world; name one of: {', '.join(apps) or 'none'}")
        return found

    def _holder(self, who: str) -> Holder:
        token = find(self._state, who)
        found = self._state.identity.holder(token.user_id if token is not None else who)
        if found is None:
            known = [*self._state.identity.users, *self._state.identity.system_users]
            raise Unknown(f"no person or system user {who!r} in this world; known: {', '.join(known) or 'none'}")
        return found

    def _tokens_of(self, holder: Holder, app: App | None) -> list[Token]:
        return [
            token
            for token in self._state.tokens.values()
            if token.user_id == holder.id and token.type != "INSTAGRAM" and (app is None or token.app_id == app.id)
        ]
