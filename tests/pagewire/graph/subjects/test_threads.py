"""Who has the conversation, and handing it over."""

import pytest

from pagewire.graph import Thread
from pagewire.replies import ReplyError
from pagewire.simulator.world import APP_ID, PAGE_ID
from tests.pagewire.graph.subjects.conftest import PAGE_TOKEN, Place

INBOX = "263902037430900"


async def test_pass_take_release_and_extend(place: Place) -> None:
    place.page.default_app = APP_ID
    person, graph = place.meet(), place.facebook
    await graph.pass_thread(PAGE_ID, PAGE_TOKEN, person, INBOX, "a refund")
    owner = await graph.thread_owner(PAGE_ID, PAGE_TOKEN, person)
    assert owner.app_id == INBOX
    assert owner.expiration is not None
    await graph.take_thread(PAGE_ID, PAGE_TOKEN, person, "back again")
    await graph.extend_thread(PAGE_ID, PAGE_TOKEN, person, 7 * 86_400)
    extended = await graph.thread_owner(PAGE_ID, PAGE_TOKEN, person)
    assert (extended.app_id, extended.expiration) == (APP_ID, int(place.clock.now()) + 7 * 86_400)
    await graph.release_thread(PAGE_ID, PAGE_TOKEN, person)
    idle = await graph.thread_owner(PAGE_ID, PAGE_TOKEN, person)
    assert (idle.app_id, idle.expiration) == (None, None)


async def test_who_has_not_got_it_can_only_ask(place: Place) -> None:
    place.page.default_app = INBOX
    person, graph = place.meet(), place.facebook
    conversation = place.meta.state.conversation(PAGE_ID, person)
    assert conversation is not None
    conversation.owner, conversation.owner_until = INBOX, place.clock.now() + 3600
    with pytest.raises(Thread):
        await graph.pass_thread(PAGE_ID, PAGE_TOKEN, person)
    with pytest.raises(Thread):
        await graph.take_thread(PAGE_ID, PAGE_TOKEN, person)
    await graph.request_thread(PAGE_ID, PAGE_TOKEN, person, "please")


async def test_control_cannot_be_kept_for_longer_than_a_week(place: Place) -> None:
    with pytest.raises(ReplyError, match="duration is 604801 seconds"):
        await place.facebook.extend_thread(PAGE_ID, PAGE_TOKEN, place.meet(), 7 * 86_400 + 1)


async def test_how_the_page_routes_its_conversations(place: Place) -> None:
    status = await place.facebook.messaging_feature_status(PAGE_TOKEN)
    assert not status.hop_v2
