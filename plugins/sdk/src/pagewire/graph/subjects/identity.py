"""Whom a token stands for (Meta, Debugging Access Tokens)."""

from pagewire.graph import results, wire
from pagewire.graph.answers import unreadable
from pagewire.graph.caller import Caller

_DEBUG = wire.decoder(wire.DebugAnswer)
_ME = wire.decoder(wire.MeAnswer)


class Identity(Caller):
    """Tokens, looked at."""

    async def debug_token(self, input_token: str, app_token: str) -> results.TokenFacts:
        """Ask Meta about a token. A dead one is an answer too: `is_valid` is false.

        The only call with a token in its URL: Meta takes `input_token` nowhere else. Nothing here logs URLs.

        Args:
            input_token: the token to ask about.
            app_token: the token of the same app, `APP_ID|APP_SECRET`.
        """
        received, answer = await self._read(_DEBUG, ("debug_token",), app_token, input_token=input_token)
        if answer.data is None:
            unreadable(received, "The answer holds no facts about the token.")
        return results.token_facts_of(answer.data, received.rim.usage)

    async def me(self, token: str, fields: str = "id,name") -> results.Me:
        """Whom the token stands for; on the Instagram host ask for `id,user_id,username`."""
        received, answer = await self._read(_ME, ("me",), token, fields=fields)
        if answer.id is None:
            unreadable(received, "The answer names nobody.")
        return results.Me(answer.id, answer.name, answer.user_id, answer.username, received.rim.usage)
