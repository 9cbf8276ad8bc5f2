"""Conversations: those that were at work last, and the history of one."""

from typing import Annotated, Final

from litestar import get
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from pagewire.events import Conversation
from pagewire_gateway.admin import talks
from pagewire_gateway.admin.clock import now
from pagewire_gateway.admin.errors import not_found
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.journal.port import EventFilter

_PAGE: Final = 1000

Limit = Annotated[int, QueryParameter(ge=1, le=_PAGE, description="At most so many.")]


class Conversations(Struct, frozen=True):
    """The conversations that were at work last, the latest first."""

    conversations: list[talks.State]


class History(Struct, frozen=True):
    """One conversation: what is known of it, and what happened.

    Attributes:
        state: what is known now.
        history: events and replies with what became of them, oldest first: sends, refusals and the reasons.
        before: ask with this ``before`` for what was before that; null if there may be nothing.
    """

    state: talks.State
    history: list[talks.Entry]
    before: int | None


@get("/api/v1/conversations", tags=["Conversations"])
async def list_conversations(
    gateway: GatewayHere,
    limit: Limit = 50,
    object_: Annotated[str | None, QueryParameter(name="object", description="`page` or `instagram`.")] = None,
    account: Annotated[str | None, QueryParameter(description="Page id or Instagram account id.")] = None,
) -> Conversations:
    """The conversations that were at work last, with what is known of each."""
    found = await gateway.journal.lately(limit, object_, account)
    return Conversations([await state_here(gateway, one.conversation) for one in found])


@get("/api/v1/conversations/{object:str}/{account:str}/{person:str}", tags=["Conversations"])
async def show_conversation(
    gateway: GatewayHere,
    object: FromPath[str],  # noqa: A002 - Meta's word
    account: FromPath[str],
    person: FromPath[str],
    limit: Limit = 100,
    before: Annotated[int | None, QueryParameter(description="Only events before this place.")] = None,
) -> History:
    """One conversation: its state and its newest events, with every send and refusal and the reason; no texts."""
    conversation = Conversation(object, account, person)
    asked = EventFilter(limit=limit, before=before, object=object, account=account, person=person)
    found = await gateway.journal.events(asked)
    if not found and before is None:
        raise not_found(
            f"Nothing is known of the conversation {conversation}.",
            "`pagewire conversations` lists those that were at work last; retention may have removed it.",
        )
    older = found[0].stored.seq if len(found) == limit else None
    return History(await state_here(gateway, conversation), talks.history(found), older)


async def state_here(gateway: GatewayView, conversation: Conversation) -> talks.State:
    """What is known of a conversation, as the app of its account sees it."""
    account = gateway.registry.account(conversation.object, conversation.account)
    known = await gateway.journal.conversation(conversation)
    return talks.state_of(conversation, known, account.app_id if account else "", now())


HANDLERS: Final = (list_conversations, show_conversation)
