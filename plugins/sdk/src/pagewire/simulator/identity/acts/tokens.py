"""The life of tokens."""

from __future__ import annotations

from pagewire.simulator.identity import issue
from pagewire.simulator.identity.acts.base import Acts
from pagewire.simulator.identity.facts import TokenFacts, facts, find, must_find


class Tokens(Acts):
    """The life of tokens."""

    def tokens(
        self,
        *,
        user: str | None = None,
        account: str | None = None,
        type: str | None = None,  # noqa: A002
    ) -> list[TokenFacts]:
        """What is to be known of the tokens, never their values; narrowed by person, account and type."""
        now = self._now
        return [
            facts(self._state, token, now)
            for token in self._state.tokens.values()
            if user in (None, token.user_id) and account in (None, token.account_id) and type in (None, token.type)
        ]

    def token(self, who: str) -> TokenFacts:
        """What is to be known of one token.

        Raises:
            Unknown: there is none.
        """
        return facts(self._state, must_find(self._state, who), self._now)

    def expire_token(self, who: str, at: int | None = None) -> None:
        """Let a token expire at a time (seconds since the epoch; 0 is never), or now."""
        must_find(self._state, who).expires_at = int(self._now) if at is None else int(at)

    def invalidate(self, who: str, subcode: int = 460) -> None:
        """Invalidate a token and what was derived from it, or every token of a person, with 190 and a subcode.

        Args:
            who: a token, a person or a system user.
            subcode: 458 app removed, 459 or 490 checkpoint, 460 password changed, 464 unconfirmed, 467 logged
                out; 0 for none.
        """
        token = find(self._state, who)
        if token is not None:
            issue.kill(self._state, token, subcode)
        else:
            issue.kill_all(self._state, self._holder(who).id, subcode)

    def revive(self, who: str) -> None:
        """Make a token, or every token of a person, good again."""
        token = find(self._state, who)
        for each in [token] if token is not None else self._tokens_of(self._holder(who), None):
            each.revoked = None
