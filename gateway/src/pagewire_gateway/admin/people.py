"""People: who is known, who is one person, and who has to be forgotten."""

import hashlib
import logging
from typing import Annotated, Any, Final

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from pagewire.people import Linked, ScopedId
from pagewire_gateway.admin import people_views as views
from pagewire_gateway.admin.errors import AnyRequest, invalid, not_found
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.admin.revealing import let_reveal
from pagewire_gateway.people import identities, links, profile_rows
from pagewire_gateway.people.forgotten import FORGOTTEN, forgotten
from pagewire_gateway.people.identities import Identity
from pagewire_gateway.people.links import Assertion
from pagewire_gateway.people.port import PERSON_DELETED

log = logging.getLogger(__name__)

PAGE: Final = 500


class LinkRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two scoped ids, each as ``object/account/id``."""

    one: str
    other: str


class DeleteRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to forget.

    Attributes:
        people: scoped ids, each as ``object/account/id``.
        ground: why, in lower case with underscores.
        alone: leave ids alone that are linked with these as the same person.
    """

    people: list[str]
    ground: str = "operator"
    alone: bool = False


@get("/api/v1/people", tags=["People"])
async def list_people(
    gateway: GatewayHere,
    limit: Annotated[int, QueryParameter(ge=1, le=PAGE)] = 100,
    before: Annotated[int | None, QueryParameter(description="Only ids before this `place`: pages back.")] = None,
    object_: Annotated[str | None, QueryParameter(name="object", description="`page`, `instagram` or `app`.")] = None,
    account: Annotated[str | None, QueryParameter(description="Page, account or app id.")] = None,
) -> views.KnownPeople:
    """Scoped ids, those that became known last first; no names."""

    def read(db: Any) -> list[views.Known]:
        found = identities.newest(db, limit, before, (object_, account))
        return [views.known_of(one, _person(db, one)) for one in found]

    people = await gateway.people.run(read)
    return views.KnownPeople(people, people[-1].place if len(people) == limit else None)


@get("/api/v1/people/{person:str}", tags=["People"])
async def show_person(
    request: AnyRequest,
    gateway: GatewayHere,
    person: FromPath[str],
    reveal: Annotated[
        bool, QueryParameter(description="Show names; asks for an operator, and is written down.")
    ] = False,
) -> views.PersonDetail:
    """A person, by their own id (``p-...``): every scoped id, what Meta tells of them, and who said that they are one."""
    if reveal:
        await let_reveal(request, "person.reveal", person)
    return await person_of(gateway, person, reveal=reveal)


async def person_of(gateway: GatewayView, person: str, *, reveal: bool) -> views.PersonDetail:
    """What is known of a person.

    Raises:
        AdminError: nobody has this id.
    """

    def read(db: Any) -> views.PersonDetail | None:
        found = identities.by_origin(db, person)
        return _detail(db, found.who, reveal=reveal) if found else None

    detail = await gateway.people.run(read)
    if detail is None:
        raise not_found(f"Nobody is known as {person}.", "`pagewire people list` shows who is.")
    return detail


@post("/api/v1/people/find", tags=["People"], status_code=200)
async def find_person(gateway: GatewayHere, data: JSONBody[dict[str, str]]) -> views.PersonDetail:
    """A person by one of their scoped ids, in the body as ``{"id": "object/account/id"}``: ids do not belong into addresses."""
    who = read_id(data.get("id", ""))
    found = await gateway.people.run(lambda db: _detail(db, who, reveal=False) if identities.of(db, who) else None)
    if found is None:
        raise not_found("Nobody with this id is known.", "`pagewire people list` shows who is.")
    return found


@post("/api/v1/people/link", tags=["People"], status_code=200)
async def link(gateway: GatewayHere, data: JSONBody[LinkRequest]) -> views.LinkView:
    """Say as an operator that two ids are one person; that also lifts what an operator took apart."""
    pair = links.ordered(read_id(data.one), read_id(data.other))
    now = gateway.linking.clock()
    text = f"operator:{now}:{'/'.join(pair[0])}:{'/'.join(pair[1])}"
    new = Assertion(
        id=hashlib.sha256(text.encode()).hexdigest()[:32],
        a=pair[0],
        b=pair[1],
        ground="operator",
        by=links.OPERATOR,
        event="",
        at=now,
    )

    def say(db: Any) -> Linked:
        if forgotten(db, gateway.people.keyed, *pair):
            return Linked(person="", linked=False, reason=f"{FORGOTTEN}; they can be linked once they write again")
        return links.say(db, new)

    return views.link_of(await gateway.people.run(say))


@post("/api/v1/people/unlink", tags=["People"], status_code=200)
async def unlink(gateway: GatewayHere, data: JSONBody[LinkRequest]) -> views.Unlinked:
    """Take apart two ids: what anybody said of them counts no more, and plugins cannot link them again."""
    pair = (read_id(data.one), read_id(data.other))
    now = gateway.linking.clock()
    count = await gateway.people.run(lambda db: links.take_back(db, pair, links.OPERATOR, now))
    if not count:
        hint = "`pagewire people show ID` lists what was said; ids are linked pair by pair."
        raise not_found("Nobody says that these two are one person.", hint)
    return views.Unlinked(count)


@post("/api/v1/people/delete", tags=["People"], status_code=202)
async def delete(gateway: GatewayHere, data: JSONBody[DeleteRequest]) -> views.DeletionView:
    """Have people forgotten: written down when this answers; from then on nothing is sent to them."""
    subjects = [read_id(one) for one in data.people]
    try:
        request = await gateway.deletion.request(subjects, data.ground, alone=data.alone)
    except ValueError as error:
        raise invalid(str(error)) from None
    return await _deletion(gateway, request)


@get("/api/v1/deletions", tags=["People"])
async def list_deletions(
    gateway: GatewayHere, limit: Annotated[int, QueryParameter(ge=1, le=PAGE)] = 100
) -> views.Deletions:
    """Deletions and their proofs, the newest first."""
    return views.Deletions([views.deletion_of(one) for one in await gateway.deletion.latest(limit)])


@get("/api/v1/deletions/{deletion:str}", tags=["People"])
async def show_deletion(gateway: GatewayHere, deletion: FromPath[str]) -> views.DeletionView:
    """How far a deletion is, or its proof."""
    return await _deletion(gateway, deletion)


@post("/api/v1/deletions/{deletion:str}/retry", tags=["People"], status_code=200)
async def retry_deletion(gateway: GatewayHere, deletion: FromPath[str]) -> views.DeletionView:
    """Ask plugins again that refused to forget."""
    await _deletion(gateway, deletion)
    await gateway.deletion.retry(deletion)
    return await _deletion(gateway, deletion)


async def _deletion(gateway: GatewayView, id_: str) -> views.DeletionView:
    found = await gateway.deletion.status(id_)
    if found is None or found.hook != PERSON_DELETED:
        raise not_found(f"No deletion has the id {id_}.", "`pagewire people deletions` lists them.")
    return views.deletion_of(found)


def read_id(text: str) -> ScopedId:
    """A scoped id out of ``object/account/id``.

    Raises:
        AdminError: it is none.
    """
    parts = text.split("/")
    if len(parts) != 3 or not all(parts) or parts[0] not in {"page", "instagram", "app"}:
        raise invalid(
            f"{text!r} is no scoped id.", "Write object/account/id, as in page/108000000000001/24000000000000001."
        )
    return ScopedId(*parts)


def _person(db: Any, one: Identity) -> str:
    return identities.person_id(db, links.everyone(db, [one.who]))


def _detail(db: Any, who: ScopedId, *, reveal: bool) -> views.PersonDetail:
    members = links.everyone(db, [who])
    known = [found for one in members if (found := identities.of(db, one)) is not None]
    told = {one.who: profile_rows.read(db, one.who) for one in known}
    said = links.history(db, members)
    return views.detail_of(identities.person_id(db, members), known, told, said, reveal=reveal)


HANDLERS: Final = (
    list_people,
    show_person,
    find_person,
    link,
    unlink,
    delete,
    list_deletions,
    show_deletion,
    retry_deletion,
)
