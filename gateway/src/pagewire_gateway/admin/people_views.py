"""What the API shows of people: ids and times; names only when they are asked for. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from pagewire.people import Linked, ScopedId
from pagewire_gateway.admin import moments
from pagewire_gateway.people.identities import Identity
from pagewire_gateway.people.links import KEY, Assertion
from pagewire_gateway.people.port import DeletionState, DeletionStatus, ReceiptState
from pagewire_gateway.people.profile_rows import Known as Told


class Known(Struct, frozen=True, kw_only=True):
    """One scoped id.

    Attributes:
        place: order in which ids became known; ``before`` takes it.
        id: ``object/account/id``.
        person: id of the person, the same for all of their scoped ids.
        first_seen: in an event.
        last_seen: in an event.
    """

    place: int
    id: str
    person: str
    first_seen: str
    last_seen: str


class KnownPeople(Struct, frozen=True):
    """A page of scoped ids; `before` asks for the next one."""

    people: list[Known]
    before: int | None


class Profile(Struct, frozen=True, kw_only=True):
    """What Meta tells of a scoped id.

    Attributes:
        id: ``object/account/id``.
        names: as Meta tells them, or how many there are.
        refused: code and subcode of Meta's refusal; empty if it told.
        fetched: when it told.
        until: asked again after that.
    """

    id: str
    names: dict[str, str]
    refused: str
    fetched: str
    until: str


class Said(Struct, frozen=True, kw_only=True):
    """Somebody said that two ids are one person.

    Attributes:
        one: ``object/account/id``; keys of other systems show their kind and a hash.
        other: the same.
        ground: why.
        by: plugin, ``meta`` or ``operator``.
        event: about which event.
        at: when.
        counts: whether it counts now.
        refused: why it never counted.
        undone: when it was taken back.
        undone_by: by whom.
    """

    one: str
    other: str
    ground: str
    by: str
    event: str
    at: str
    counts: bool
    refused: str
    undone: str | None
    undone_by: str


class PersonDetail(Struct, frozen=True, kw_only=True):
    """A person.

    Attributes:
        person: their id.
        masked: names are left out.
        ids: every scoped id.
        profiles: what Meta tells of each.
        history: who said that they are one, oldest first.
    """

    person: str
    masked: bool
    ids: list[Known]
    profiles: list[Profile]
    history: list[Said]


class LinkView(Struct, frozen=True, kw_only=True):
    """What became of a link; `members` are the person's scoped ids now."""

    person: str
    linked: bool
    reason: str
    members: list[str]


class Unlinked(Struct, frozen=True):
    """How many sayings count no more."""

    undone: int


class SubjectView(Struct, frozen=True, kw_only=True):
    """A scoped id of a deletion, as a keyed hash."""

    object: str
    account: str
    hash: str


class ReceiptView(Struct, frozen=True, kw_only=True):
    """What a plugin said.

    Attributes:
        subject: keyed hash of the scoped id.
        due: when it is asked again; only for ``waiting``.
        receipt: what it returned.
    """

    subject: str
    plugin: str
    state: ReceiptState
    attempts: int
    due: str | None
    at: str
    error: str
    receipt: str


class DeletionView(Struct, frozen=True, kw_only=True):
    """A deletion, and its proof once it is done.

    Attributes:
        id: the confirmation code.
        removed: how much was removed where.
    """

    id: str
    ground: str
    state: DeletionState
    requested: str
    finished: str | None
    subjects: list[SubjectView]
    removed: dict[str, int]
    receipts: list[ReceiptView]


class Deletions(Struct, frozen=True):
    """Deletions, the newest first."""

    deletions: list[DeletionView]


def known_of(one: Identity, person: str) -> Known:
    """A scoped id."""
    first, last = moments.show(one.first_seen), moments.show(one.last_seen)
    return Known(place=one.place, id="/".join(one.who), person=person, first_seen=first, last_seen=last)


def detail_of(
    person: str,
    known: Sequence[Identity],
    told: Mapping[ScopedId, Told | None],
    said: Sequence[Assertion],
    *,
    reveal: bool,
) -> PersonDetail:
    """A person with all that is known of them."""
    return PersonDetail(
        person=person,
        masked=not reveal,
        ids=[known_of(one, person) for one in known],
        profiles=[_profile(who, one, reveal=reveal) for who, one in told.items() if one is not None],
        history=[_said(one) for one in said],
    )


def link_of(linked: Linked) -> LinkView:
    """What became of a link."""
    members = ["/".join(one) for one in linked.members]
    return LinkView(person=linked.person, linked=linked.linked, reason=linked.reason, members=members)


def deletion_of(status: DeletionStatus) -> DeletionView:
    """A deletion."""
    hashes = {one.place: one.hash for one in status.subjects}
    return DeletionView(
        id=status.id,
        ground=status.ground,
        state=status.state,
        requested=moments.show(status.requested),
        finished=moments.show_set(status.finished),
        subjects=[SubjectView(object=one.object, account=one.account, hash=one.hash) for one in status.subjects],
        removed=status.removed,
        receipts=[
            ReceiptView(
                subject=hashes[one.place],
                plugin=one.plugin,
                state=one.state,
                attempts=one.attempts,
                due=moments.show(one.due) if one.state == "waiting" else None,
                at=moments.show(one.at),
                error=one.error,
                receipt=one.receipt,
            )
            for one in status.receipts
        ],
    )


_NAMES = ("first_name", "last_name", "name", "username")


def _profile(who: ScopedId, told: Told, *, reveal: bool) -> Profile:
    names = {name: value for name in _NAMES if (value := getattr(told.person, name, None))}
    shown = names if reveal else {name: f"[text, {len(value)} characters]" for name, value in names.items()}
    refused = f"{told.code}/{told.subcode}" if told.code else ""
    return Profile(
        id="/".join(who),
        names=shown,
        refused=refused,
        fetched=moments.show(told.fetched),
        until=moments.show(told.until),
    )


def _said(one: Assertion) -> Said:
    return Said(
        one=_side(one.a),
        other=_side(one.b),
        ground=one.ground,
        by=one.by,
        event=one.event,
        at=moments.show(one.at),
        counts=not one.refused and not one.undone,
        refused=one.refused,
        undone=moments.show_set(one.undone),
        undone_by=one.undone_by,
    )


def _side(who: ScopedId) -> str:
    return f"{who.account.rpartition('/')[2]} {who.id[:8]}" if who.object == KEY else "/".join(who)
