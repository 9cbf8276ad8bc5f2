"""What an event would change at the target: for `plugins run`, and for the dry run of a backfill. Writes nothing there."""

from typing import Final

import msgspec

from pagewire.context import Context
from pagewire.events import Event
from pagewire.stores import Store
from pagewire_crm_sync.clock import Clock
from pagewire_crm_sync.config import Config
from pagewire_crm_sync.contact import Contact, merge
from pagewire_crm_sync.crms.opening import Opener
from pagewire_crm_sync.facts import complete, contact_of
from pagewire_crm_sync.secrets import Secrets

_KEY: Final = "compared"


async def compared(event: Event, context: Context[Config], secrets: Secrets) -> tuple[str, ...]:
    """The lines of an event: what this and all earlier events of its person would come to.

    Args:
        event: any event.
        context: of a rehearsal; what is kept in its store lasts as long as that.
        secrets: where the token comes from.
    """
    config = context.config
    facts = contact_of(event, config.kinds, addresses=config.include.addresses)
    if facts is None:
        return ()
    person = await context.person() if config.include.profile else None
    whole = await _so_far(context.store, complete(facts, (await context.conversation()).first_seen, person))
    target = Opener(Clock(), secrets).open(context.account.namespace, config)
    try:
        return await target.compare(whole)
    finally:
        await target.aclose()


async def _so_far(store: Store, facts: Contact) -> Contact:
    kept = await store.get(_KEY)
    whole = facts if kept is None else merge(msgspec.convert(kept, Contact), facts)
    await store.put(_KEY, msgspec.to_builtins(whole))
    return whole
