"""How a target is talked to: nothing while it wants quiet, and what its answers say of its health."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from pagewire_crm_sync.answer import MEND_SECONDS, Hold, Verdict
from pagewire_crm_sync.outcome import Done, Later
from pagewire_crm_sync.pause import Pause
from pagewire_crm_sync.secrets import SecretMissing
from pagewire_crm_sync.transport import NoAnswer, Unreachable
from pagewire_crm_sync.wellbeing import Trouble


class Quiet(Exception):
    """The target asked for a pause before the request went."""

    def __init__(self, later: Later) -> None:
        super().__init__(later.reason)
        self.later = later


class Line:
    """One target as one configuration describes it.

    Args:
        url: of the target; its host is named where its health is shown.
        pause: shared with everyone who talks to the same target.
    """

    def __init__(self, url: str, pause: Pause) -> None:
        self._url = url
        self._pause = pause
        self._wrong = ""

    def held(self) -> Later | None:
        """Why and how long no request may go now; ``None`` if one may."""
        remaining = self._pause.remaining
        if not remaining:
            return None
        if self._pause.asked:
            return Later(after=remaining, reason="the sink asked for a pause")
        return Later(reason="the sink is not there; it is asked again soon")

    def stay_quiet(self) -> None:
        """Stop a request that waited for its turn while the target asked for a pause.

        Raises:
            Quiet: it did.
        """
        held = self.held()
        if held is not None:
            raise Quiet(held)

    def trouble(self) -> Trouble:
        """What is wrong with the target, by its latest answer."""
        return Trouble(urlsplit(self._url).hostname or "", self._wrong)

    async def converse(self, count: int, request: Callable[[], Awaitable[Verdict]]) -> Verdict:
        """Make a request for so many upserts unless the target wants quiet, and heed what comes of it."""
        held = self.held()
        if held is not None:
            return Verdict(outcomes=(held,) * count)
        try:
            verdict = await request()
        except Quiet as quiet:
            return Verdict(outcomes=(quiet.later,) * count)
        except SecretMissing as error:
            self._wrong = str(error)
            return Verdict(outcomes=(Later(after=MEND_SECONDS, reason=str(error)),) * count)
        except NoAnswer as error:
            hold = Hold() if isinstance(error, Unreachable) else None
            verdict = Verdict(outcomes=(Later(reason=str(error)),) * count, hold=hold)
        self._heed(verdict)
        return verdict

    def _heed(self, verdict: Verdict) -> None:
        # A refused upsert says something of the upsert; one that is put off says something of the target.
        put_off = [outcome.reason for outcome in verdict.outcomes if isinstance(outcome, Later)]
        self._wrong = put_off[0] if put_off and len(put_off) == len(verdict.outcomes) else ""
        if verdict.hold is not None:
            self._pause.hold(verdict.hold.after)
        elif any(isinstance(outcome, Done) for outcome in verdict.outcomes):
            self._pause.clear()
