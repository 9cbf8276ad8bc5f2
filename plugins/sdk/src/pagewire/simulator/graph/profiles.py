"""User profile look-ups by scoped id, with their many ways to fail (outbound.md 4.4)."""

from __future__ import annotations

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import access
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.fields import Getter, project, read_fields
from pagewire.simulator.meta import Meta
from pagewire.simulator.stored import Conversation
from pagewire.simulator.world import Person

_EXTRA = {"locale": "pages_user_locale", "timezone": "pages_user_timezone", "gender": "pages_user_gender"}


async def read_profile(meta: Meta, call: Call) -> Answer:
    """``GET /{psid}`` or ``GET /{igsid}``: only for the account's own people who consented by writing."""
    scoped = call.segments[0]
    caller = access.authenticate(meta, call)
    known = meta.state.by_scoped.get(scoped)
    own = known is not None and caller.account is not None
    if known is None or caller.account is None or not own:
        raise Refused(errors.no_object(call.method, scoped))
    account, person = known
    if caller.account.id not in (account.id, account.page_id):
        raise Refused(errors.no_object(call.method, scoped))
    access.permit(caller, account)
    conversation = meta.state.conversation(account.id, scoped)
    if conversation is None or not conversation.consented:
        instagram = account.object == "instagram"
        raise Refused(errors.CONSENT_REQUIRED if instagram else errors.no_object(call.method, scoped))
    return ok(_profile(call, caller, person, conversation))


def _profile(call: Call, caller: access.Caller, person: Person, conversation: Conversation) -> dict[str, object]:
    if person.profile == "unavailable":
        raise Refused(errors.PROFILE_UNAVAILABLE)
    wanted = read_fields(call.text("fields"))
    unapproved = any(f.name in _EXTRA and _EXTRA[f.name] not in caller.scopes for f in wanted)
    if person.profile == "forbidden" or unapproved:
        raise Refused(errors.PROFILE_FORBIDDEN)
    if conversation.account.object == "page":
        return project(wanted, _messenger(person, conversation), "User", "first_name,last_name,profile_pic")
    if conversation.blocked:
        return {"id": conversation.person}
    return project(wanted, _instagram(person, conversation), "IGUser", "name,username,profile_pic")


def _messenger(person: Person, conversation: Conversation) -> dict[str, Getter]:
    return {
        "id": lambda _: conversation.person,
        "name": lambda _: person.name,
        "first_name": lambda _: person.first_name,
        "last_name": lambda _: person.last_name,
        "profile_pic": lambda _: f"https://platform-lookaside.example.net/{conversation.person}.jpg",
        "locale": lambda _: "en_US",
        "timezone": lambda _: 1,
        "gender": lambda _: None,
    }


def _instagram(person: Person, conversation: Conversation) -> dict[str, Getter]:
    return {
        "id": lambda _: conversation.person,
        "name": lambda _: person.name,
        "username": lambda _: person.username,
        "profile_pic": lambda _: f"https://scontent.example.net/{conversation.person}.jpg",
        "follower_count": lambda _: 12,
        "is_user_follow_business": lambda _: person.follows,
        "is_business_follow_user": lambda _: False,
        "is_verified_user": lambda _: False,
    }
