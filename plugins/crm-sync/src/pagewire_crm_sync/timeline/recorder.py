"""What the hooks of the timeline have in common."""

from pagewire.context import Context
from pagewire.errors import Refused, TryLater
from pagewire.events import Event
from pagewire_crm_sync.config import Config
from pagewire_crm_sync.entry import entry_of
from pagewire_crm_sync.feeds import Feeds
from pagewire_crm_sync.outcome import Later, Outcome, Rejected
from pagewire_crm_sync.recorded import facts_of


class Recorder:
    """Brings entries to the sink, if the account's configuration asks for the kind.

    Args:
        feeds: all feeds of the plugin.
    """

    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds

    async def record(self, event: Event, context: Context[Config]) -> None:
        """Bring one event's entry to the sink.

        Raises:
            TryLater: the sink does not take it now.
            Refused: the sink will never take it.
        """
        config = context.config
        if not config.records(event.kind):
            return
        facts = facts_of(event, information=config.include.information)
        feed = self._feeds.of(context.account, config)
        heed(await feed.record(entry_of(event, facts), lambda: context.store))


def heed(outcome: Outcome) -> None:
    """Say an outcome in the gateway's words.

    Raises:
        TryLater: ask again.
        Refused: asking again changes nothing.
    """
    if isinstance(outcome, Later):
        raise TryLater(outcome.after, outcome.reason)
    if isinstance(outcome, Rejected):
        raise Refused(outcome.reason)
