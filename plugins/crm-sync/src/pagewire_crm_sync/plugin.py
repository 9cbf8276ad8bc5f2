"""The plugin: from hook to outcome, from outcome to the gateway's words."""

from pagewire.context import Context
from pagewire.errors import Refused, TryLater
from pagewire.events import Event
from pagewire.hooks import hookimpl
from pagewire_crm_sync import config as c
from pagewire_crm_sync.clock import Clock
from pagewire_crm_sync.contact import Contact
from pagewire_crm_sync.facts import complete, contact_of
from pagewire_crm_sync.feeds import Feeds
from pagewire_crm_sync.outcome import Later, Outcome, Rejected
from pagewire_crm_sync.secrets import Secrets


class CrmSync:
    """Upserts a contact for every person who does something, keyed by scoped id.

    Args:
        clock: the time; tests hand in a fast one.
        secrets: where signing secrets and tokens come from.
    """

    Config = c.Config
    api_version = 1

    def __init__(self, clock: Clock | None = None, secrets: Secrets | None = None) -> None:
        self._feeds = Feeds(clock or Clock(), secrets or Secrets())

    @hookimpl
    async def event_received(self, event: Event, context: Context[c.Config]) -> None:
        """Bring what the event tells about its person to the sink.

        Raises:
            TryLater: the sink does not take it now.
            Refused: the sink will never take it.
        """
        config = context.config
        facts = contact_of(event, config.kinds)
        if facts is None:
            return
        feed = self._feeds.of(context.account, config)
        _raise(await feed.keep(facts, lambda contact: _complete(contact, context)))

    @hookimpl
    async def plugin_stopped(self) -> None:
        """Send what waits, then close every connection."""
        await self._feeds.aclose()


async def _complete(contact: Contact, context: Context[c.Config]) -> Contact:
    conversation = await context.conversation()
    person = await context.person() if context.config.include.profile else None
    return complete(contact, conversation.first_seen, person)


def _raise(outcome: Outcome) -> None:
    if isinstance(outcome, Later):
        raise TryLater(outcome.after, outcome.reason)
    if isinstance(outcome, Rejected):
        raise Refused(outcome.reason)
