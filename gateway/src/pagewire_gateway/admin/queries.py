"""Query parameters and filters: what people ask for, as the journal understands it."""

from typing import Annotated, Final

from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import Meta, Struct, structs

from pagewire_gateway.admin import moments
from pagewire_gateway.admin.errors import invalid
from pagewire_gateway.journal.port import EventFilter, LaneState

PAGE: Final = 1000
"""Most events of one answer."""


class Which(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which events; every field that is given must hold.

    Attributes:
        limit: at most so many, the newest ones.
        before: only events before this place (`seq`).
        after: only events after this place.
        kind: such as ``message`` or ``change.feed``.
        object: ``page`` or ``instagram``.
        account: Page id or Instagram account id.
        person: scoped id.
        conversation: ``object/account/person``, instead of the three.
        id: the event of this id, if the rest fits.
        plugin: the lane that `state` is about.
        state: state of that lane, or of any.
        since: received at this time or later; RFC 3339.
        until: received before this time; RFC 3339.
    """

    limit: Annotated[int, Meta(ge=1, le=PAGE)] = 100
    before: int | None = None
    after: int | None = None
    kind: str | None = None
    object: str | None = None
    account: str | None = None
    person: str | None = None
    conversation: str | None = None
    id: str | None = None
    plugin: str | None = None
    state: LaneState | None = None
    since: str | None = None
    until: str | None = None

    def filter(self) -> EventFilter:
        """The journal's filter.

        Raises:
            AdminError: a time or a conversation cannot be read.
        """
        asked = structs.asdict(self)
        if (conversation := asked.pop("conversation")) is not None:
            asked |= _conversation(conversation)
        for name in ("since", "until"):
            asked[name] = _time(name, asked[name])
        return EventFilter(**asked)


class Place(Struct, frozen=True):
    """The part of `Which` that pages: how many, and where in the journal."""

    limit: int
    before: int | None
    after: int | None


class About(Struct, frozen=True):
    """The part of `Which` that names what an event is about."""

    kind: str | None
    object: str | None
    account: str | None
    person: str | None
    conversation: str | None
    id: str | None


async def read_place(
    limit: Annotated[int, QueryParameter(ge=1, le=PAGE, description="At most so many, the newest ones.")] = 100,
    before: Annotated[int | None, QueryParameter(description="Only events before this `seq`: pages back.")] = None,
    after: Annotated[int | None, QueryParameter(description="Only events after this `seq`: follows.")] = None,
) -> Place:
    """Read how many events, and from where."""
    return Place(limit, before, after)


async def read_about(
    kind: Annotated[str | None, QueryParameter(description="Such as `message` or `change.feed`.")] = None,
    object_: Annotated[str | None, QueryParameter(name="object", description="`page` or `instagram`.")] = None,
    account: Annotated[str | None, QueryParameter(description="Page id or Instagram account id.")] = None,
    person: Annotated[str | None, QueryParameter(description="Scoped id of the person.")] = None,
    conversation: Annotated[
        str | None, QueryParameter(description="`object/account/person`, instead of the three.")
    ] = None,
    id_: Annotated[str | None, QueryParameter(name="id", description="Id of the event.")] = None,
) -> About:
    """Read what the events are about."""
    return About(kind, object_, account, person, conversation, id_)


async def read_which(
    place: NamedDependency[Place],
    about: NamedDependency[About],
    plugin: Annotated[str | None, QueryParameter(description="The lane `state` is about.")] = None,
    lane_state: Annotated[
        LaneState | None,
        QueryParameter(name="state", description="pending, retry, done, parked or skipped; of that lane, or any."),
    ] = None,
    since: Annotated[str | None, QueryParameter(description="Received then or later; RFC 3339.")] = None,
    until: Annotated[str | None, QueryParameter(description="Received before then; RFC 3339.")] = None,
) -> Which:
    """Read which events are asked for."""
    return Which(
        **structs.asdict(place), **structs.asdict(about), plugin=plugin, state=lane_state, since=since, until=until
    )


def _conversation(text: str) -> dict[str, str]:
    parts = text.split("/")
    if len(parts) != 3:
        raise invalid(f"conversation: {text!r} is none.", "Write it as in page/108000000000001/24000000000000001.")
    return dict(zip(("object", "account", "person"), parts, strict=True))


def _time(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return moments.read(text)
    except ValueError as error:
        raise invalid(f"{name}: {error}") from None
