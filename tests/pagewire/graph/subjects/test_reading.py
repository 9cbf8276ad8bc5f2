"""Conversations page by page, and people one by one or many at once."""

from collections.abc import Awaitable

import pytest

from pagewire.graph import Conversation, GraphError, Ignore, Listed, Message, Profile, everything
from pagewire.simulator.world import PAGE_ID
from pagewire.surfaces import Surface
from tests.pagewire.graph.subjects.conftest import PAGE_TOKEN, Place


async def test_all_conversations_with_who_takes_part(place: Place) -> None:
    people = {place.meet(person=name) for name in ("ada", "ben", "cem")}
    listed = await place.facebook.conversations(PAGE_ID, PAGE_TOKEN, "messenger", limit=2)
    assert len(listed.data) == 2
    assert listed.after is not None

    def page(after: str | None) -> Awaitable[Listed[Conversation]]:
        place.clock.advance(1)  # Meta takes two calls a second
        return place.facebook.conversations(PAGE_ID, PAGE_TOKEN, "messenger", limit=2, after=after)

    found = [conversation async for conversation in everything(page)]
    assert len(found) == len({one.id for one in found}) == 3
    assert people == {party.id for one in found for party in one.participants} - {PAGE_ID}


async def test_ids_of_all_messages_page_by_page(place: Place) -> None:
    person = place.meet(person="ada")
    for number in range(5):
        place.meet(person="ada", text=str(number))
    conversation = await place.facebook.conversation_with(PAGE_ID, PAGE_TOKEN, "messenger", person)
    assert conversation is not None

    def page(after: str | None) -> Awaitable[Listed[Message]]:
        place.clock.advance(1)
        return place.facebook.message_ids(conversation.id, PAGE_TOKEN, after=after, limit=2)

    found = [message.id async for message in everything(page)]
    assert found == [message.mid for message in reversed(place.said(Surface.MESSENGER, person))]


@pytest.mark.parametrize("surface", list(Surface))
async def test_optional_fields_do_not_fail_the_others(place: Place, surface: Surface) -> None:
    person = place.meet(surface)
    graph, token = place.graph(surface), place.token(surface)
    if surface is Surface.MESSENGER:
        found = await graph.profile(person, token, "messenger", ("name", "locale", "gender"))
        assert found.first_name
        assert found.name
        assert found.refused == ("locale", "gender")
    else:
        found = await graph.profile(person, token, "instagram", ("follower_count", "is_verified_user"))
        assert (found.follower_count, found.refused) == (12, ())
        assert found.username


async def test_who_gave_no_consent_has_no_profile_whatever_is_asked(place: Place) -> None:
    place.meet()
    with pytest.raises(GraphError):
        await place.facebook.profile("1", PAGE_TOKEN, "messenger", ("locale",))


async def test_many_profiles_at_once(place: Place) -> None:
    people = [place.meet(person=name) for name in ("ada", "ben")]
    found = await place.facebook.profiles([*people, "1"], PAGE_TOKEN, "messenger")
    assert list(found) == [*people, "1"]
    assert all(isinstance(found[one], Profile) for one in people)
    assert isinstance(found["1"], Ignore)
    with pytest.raises(ValueError, match="1 to 50"):
        await place.facebook.profiles([], PAGE_TOKEN, "messenger")
