"""Written down before Meta is asked for a token that it gives only once and lists nowhere: a system user's.

If the operator dies between Meta's answer and the writing of it, the token lives at Meta and nobody holds it. Nothing can bring
it back; but the next look finds the intent without a result, asks for another token, and tells people of the lost one.
"""

from pagewire.graph import Ambiguous
from pagewire.resources import AccessToken, Reason, owned_secret
from pagewire.sealed import Sealed
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.conditions import timestamp
from pagewire_operator.model import Happening, Severity

from .facts import Kept
from .kept import ASKED_AT, asked_at, owner_of, values
from .writing import Writer

__all__ = ["Intents"]


class Intents:
    """Writes intents down, and remembers to which of them Meta said no."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._refused: set[str] = set()

    async def begin(self, token: AccessToken, kept: Kept | None, site: Site) -> tuple[Happening, ...]:
        """Write down that Meta is about to be asked; what to tell of an earlier time whose answer nobody has.

        Raises:
            Blocked: it cannot be written down, so neither could the token.
        """
        before = asked_at(token, site.world)
        if before is None:
            rest = values(kept) if kept is not None else {}
            await self._writer.put(token, {**rest, ASKED_AT: Sealed(str(int(site.now)))}, site)
            return ()
        return () if owner_of(token) in self._refused else (_lost(token, before),)

    def failed(self, token: AccessToken, error: Exception) -> None:
        """Meta was asked in vain; if it said no, there is no token of that time."""
        if isinstance(error, Ambiguous):
            self._refused.discard(owner_of(token))
        else:
            self._refused.add(owner_of(token))

    def succeeded(self, token: AccessToken) -> None:
        """The token is written down."""
        self._refused.discard(owner_of(token))


def _lost(token: AccessToken, asked: float) -> Happening:
    robot = token.spec.source.system_user
    said = (
        f"Meta was asked for a token at {timestamp(asked)} and the answer was never written down to Secret "
        f"{owned_secret(token)}, so a token of system user {robot.system_user_id if robot else ''} may live at Meta that nobody "
        "holds. Another one was made. Revoke the tokens of that system user in the business settings if that must not be; "
        "this resource then makes a new one."
    )
    return Happening(reason=Reason.LEFT_BEHIND, message=said, severity=Severity.WARNING)
