"""What became of one upsert.

Outcome
├── Done                    the sink has it
├── Later(after, reason)    ask again
└── Rejected(reason)        asking again changes nothing
"""

from msgspec import Struct


class Done(Struct, frozen=True):
    """The sink has the contact's facts.

    Attributes:
        id: of the CRM's record, or the receipt of a deletion; empty if there is none.
        matched: by which address the record was found, ``email`` or ``phone``; empty if it bore the person's name already.
    """

    id: str = ""
    matched: str = ""


class Later(Struct, frozen=True, kw_only=True):
    """The sink does not have them yet.

    Attributes:
        after: seconds the sink asked for; ``None`` leaves the pause to the gateway's back-off.
        reason: for the people who read parked work; nothing of the request's or the answer's body.
    """

    after: float | None = None
    reason: str


class Rejected(Struct, frozen=True, kw_only=True):
    """The sink will never take them."""

    reason: str


Outcome = Done | Later | Rejected
DONE = Done()
