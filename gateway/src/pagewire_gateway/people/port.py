"""The words of people: what is known of them, and how far a deletion, or the end of a login, is.

All times are milliseconds since 1970, UTC.
"""

from typing import Final, Literal

from msgspec import Struct

from pagewire.people import ScopedId

DeletionState = Literal["erasing", "telling", "parked", "done"]
"""``erasing``: the gateway's own stores, or the token of a login. ``telling``: plugins. ``parked``: one refused, so look.
``done``: nothing is left but the proof."""

PERSON_DELETED: Final = "person_deleted"
LOGIN_ENDED: Final = "login_ended"

ReceiptState = Literal["waiting", "done", "parked", "no_hook", "not_enabled"]
"""``no_hook``: the plugin does not implement the hook. ``not_enabled``: it is not enabled for the account."""


class NotNow(Exception):
    """What was asked for cannot be carried out for now, and is tried again; says why."""


class Subject(Struct, frozen=True, kw_only=True):
    """One scoped id that a deletion is about.

    Attributes:
        place: among the subjects of its deletion.
        object: ``page``, ``instagram`` or ``app``; ``token`` for a login that no account speaks with.
        account: Page, account or app id, or the name of that token.
        hash: keyed hash of the scoped id; all that is left once the deletion is done.
        who: the scoped id itself, until then; for a login that ended, the app-scoped id of its person.
        token: of a login that ended: its AccessToken, as ``namespace/name``.
    """

    place: int
    object: str
    account: str
    hash: str
    who: ScopedId | None = None
    token: str = ""


class Receipt(Struct, frozen=True, kw_only=True):
    """What a plugin said to one subject of a deletion.

    Attributes:
        place: of the subject.
        plugin: its name.
        state: see `ReceiptState`.
        attempts: hook calls so far.
        due: for ``waiting``, when it is called.
        at: when the state was decided.
        error: why the latest attempt failed, safe to show.
        receipt: what the hook returned.
    """

    place: int
    plugin: str
    state: ReceiptState
    attempts: int = 0
    due: int = 0
    at: int = 0
    error: str = ""
    receipt: str = ""


class DeletionStatus(Struct, frozen=True, kw_only=True):
    """A deletion, and its proof once it is done: nothing in it names the person.

    Attributes:
        id: which the person may be given as a confirmation code.
        ground: why.
        requested: when it was asked for.
        state: see `DeletionState`.
        finished: when it was done; 0 until then.
        subjects: scoped ids, by their keyed hash.
        removed: how much was removed where.
        receipts: of the plugins.
        hook: ``person_deleted``, or ``login_ended`` for a login that ended.
    """

    id: str
    ground: str
    requested: int
    state: DeletionState
    finished: int
    subjects: tuple[Subject, ...]
    removed: dict[str, int]
    receipts: tuple[Receipt, ...] = ()
    hook: str = PERSON_DELETED
