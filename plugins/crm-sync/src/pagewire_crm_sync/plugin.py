"""The plugin: contacts of whoever does something, and a timeline of what happens if it is asked for."""

from pagewire.context import Context, PageContext
from pagewire.events import Event
from pagewire.health import Health
from pagewire.hooks import hookimpl
from pagewire.people import DeletedPerson
from pagewire_crm_sync import config as c
from pagewire_crm_sync.clock import Clock
from pagewire_crm_sync.comparing import compared
from pagewire_crm_sync.contact import Contact
from pagewire_crm_sync.facts import complete, contact_of
from pagewire_crm_sync.feeds import Feeds
from pagewire_crm_sync.outcome import Done
from pagewire_crm_sync.secrets import Secrets
from pagewire_crm_sync.timeline import Timeline
from pagewire_crm_sync.timeline.recorder import heed
from pagewire_crm_sync.wellbeing import health_of


class CrmSync(Timeline):
    """Upserts a contact for every person who does something, keyed by scoped id, and records what happened.

    Args:
        clock: the time; tests hand in a fast one.
        secrets: where signing secrets and tokens come from.
    """

    Config = c.Config
    api_version = 1

    def __init__(self, clock: Clock | None = None, secrets: Secrets | None = None) -> None:
        self._secrets = secrets or Secrets()
        super().__init__(Feeds(clock or Clock(), self._secrets))

    @hookimpl
    async def event_received(self, event: Event, context: Context[c.Config]) -> None:
        """Bring what the event tells about its person to the sink; on standby too, for the person was there.

        Raises:
            TryLater: the sink does not take it now.
            Refused: the sink will never take it.
        """
        config = context.config
        facts = contact_of(event, config.kinds, addresses=config.include.addresses)
        if facts is None:
            return
        feed = self._feeds.of(context.account, config)
        heed(await feed.keep(facts, lambda contact: _complete(contact, context), lambda: context.store))

    @hookimpl
    async def standby_received(self, event: Event, context: Context[c.Config]) -> None:
        """Record what happened while another app, or a human, had the conversation."""
        await self.record(event, context)

    @hookimpl
    async def page_added(self, context: PageContext[c.Config]) -> None:
        """Open the account's feed, so that its health is known before the first event."""
        self._feeds.of(context.account, context.config)

    @hookimpl
    async def page_removed(self, context: PageContext[c.Config]) -> None:
        """Send what waits of the account's feed and close it, if no other account shares it."""
        self._feeds.leave(context.account)

    @hookimpl
    async def health(self) -> Health:
        """Whether the sinks take what is sent."""
        return health_of(self._feeds.troubles())

    @hookimpl
    async def person_deleted(self, person: DeletedPerson, context: Context[c.Config]) -> str:
        """Forget a person and have the sink forget them; what is returned proves it.

        Raises:
            TryLater: the sink does not take it now.
            Refused: the sink will never take it.
        """
        feed = self._feeds.of(context.account, context.config)
        outcome = await feed.forget(person, lambda: context.store)
        heed(outcome)
        return outcome.id if isinstance(outcome, Done) else ""

    async def explain_event(self, event: Event, context: Context[c.Config]) -> tuple[str, ...]:
        """What an event would change at the CRM, field by field; asks the CRM and writes nothing. No hook."""
        return await compared(event, context, self._secrets)

    @hookimpl
    async def plugin_stopped(self) -> None:
        """Send what waits, then close every connection."""
        await self._feeds.aclose()


async def _complete(contact: Contact, context: Context[c.Config]) -> Contact:
    conversation = await context.conversation()
    person = await context.person() if context.config.include.profile else None
    return complete(contact, conversation.first_seen, person)
