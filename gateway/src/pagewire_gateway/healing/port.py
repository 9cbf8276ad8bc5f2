"""What healing an account came to."""

from msgspec import Struct


class Healed(Struct, kw_only=True):
    """One run over one account.

    Attributes:
        object: ``page`` or ``instagram``.
        account: its id.
        since: messages from then on were looked at, milliseconds since 1970.
        until: up to then.
        began: when the run began.
        ended: when it ended; 0 while it runs.
        calls: requests to the Graph API.
        conversations: looked at.
        found: messages that no webhook had brought.
        inserted: of those, the ones that became events.
        unreadable: messages of which Meta tells no details, because twenty newer ones follow in the conversation.
        kept_out: of people who asked to be forgotten.
        error: why it did not come to its end, safe to show.
    """

    object: str
    account: str
    since: int
    until: int
    began: int
    ended: int = 0
    calls: int = 0
    conversations: int = 0
    found: int = 0
    inserted: int = 0
    unreadable: int = 0
    kept_out: int = 0
    error: str = ""
