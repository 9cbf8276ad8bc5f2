"""What surrounds sending: personas, moderation, labels, menus, insights, utility templates, stickers."""

import pytest

from pagewire.graph import Config, NewTemplate, Permanent, Persona, Reauth, everything
from pagewire.replies import PayloadParameter, ReplyError, Sticker, TextParameter, UtilityMessage, compose
from pagewire.simulator.world import INSTAGRAM_ID, PAGE_ID
from pagewire.surfaces import Surface
from tests.pagewire.graph.subjects.conftest import ACCOUNTS, APP_TOKEN, LOGIN_TOKEN, PAGE_TOKEN, Place

SAM = "https://cdn.example.com/sam.png"
SHIPMENT = NewTemplate(
    name="shipment_update_1",
    language="en",
    parameter_format="NAMED",
    components=[
        {
            "type": "BODY",
            "text": "Parcel {{parcel_id}} left our warehouse.",
            "example": {"body_text_named_params": [{"param_name": "parcel_id", "example": "A-77"}]},
        },
        {"type": "BUTTONS", "buttons": [{"type": "POSTBACK", "text": "Track", "payload": "track_{{1}}"}]},
    ],
)


async def test_personas_come_are_listed_and_go(place: Place) -> None:
    graph, person = place.facebook, place.meet()
    made = [await graph.create_persona(PAGE_ID, PAGE_TOKEN, f"Sam {n}", SAM) for n in range(3)]
    assert await graph.persona(made[0], PAGE_TOKEN) == Persona(made[0], "Sam 0", SAM)  # type: ignore[arg-type]
    listed = everything(lambda after: graph.personas(PAGE_ID, PAGE_TOKEN, after=after, limit=2))
    assert {one.id async for one in listed} == set(made)
    await graph.sender_action(PAGE_ID, PAGE_TOKEN, person, "typing_on", persona_id=made[0])
    await graph.delete_persona(made[0], PAGE_TOKEN)
    with pytest.raises(Permanent):
        await graph.sender_action(PAGE_ID, PAGE_TOKEN, person, "typing_on", persona_id=made[0])
    for name in ("", "x" * 51):
        with pytest.raises(ValueError, match="a persona takes 1 to 50"):
            await graph.create_persona(PAGE_ID, PAGE_TOKEN, name, SAM)


@pytest.mark.parametrize("surface", list(Surface))
async def test_blocking_and_unblocking(place: Place, surface: Surface) -> None:
    graph, token, person = place.graph(surface), place.token(surface), place.meet(surface)
    await graph.moderate(place.sender(surface), token, [person], ["block_user", "move_to_spam"])
    conversation = place.meta.state.conversation(ACCOUNTS[surface], person)
    assert conversation is not None
    assert (conversation.banned, conversation.folder) == (True, "spam")
    await graph.moderate(place.sender(surface), token, [person], ["unblock_user"])
    assert not conversation.banned


async def test_moderation_has_its_limits(place: Place) -> None:
    person = place.meet()
    with pytest.raises(ValueError, match="moderate takes 1 to 10"):
        await place.facebook.moderate(PAGE_ID, PAGE_TOKEN, [person] * 11, ["block_user"])
    with pytest.raises(Permanent):
        await place.facebook.moderate(PAGE_ID, PAGE_TOKEN, ["1"], ["block_user"])
    for pair in (["block_user", "unblock_user"], ["ban_user", "unban_user"]):
        with pytest.raises(ReplyError, match="undo each other"):
            await place.facebook.moderate(PAGE_ID, PAGE_TOKEN, [person], pair)  # type: ignore[arg-type]
    place.app.roles = {person}
    with pytest.raises(Permanent, match="linked to the business"):
        await place.facebook.moderate(PAGE_ID, PAGE_TOKEN, [person], ["block_user"])
    await place.facebook.moderate(PAGE_ID, PAGE_TOKEN, [person], ["move_to_spam"])


async def test_the_page_keeps_a_list_of_the_blocked(place: Place) -> None:
    person, graph = place.meet(), place.facebook
    await graph.block(PAGE_ID, PAGE_TOKEN, person)
    assert [one.id for one in (await graph.blocked(PAGE_ID, PAGE_TOKEN)).data] == [person]
    await graph.unblock(PAGE_ID, PAGE_TOKEN, person)
    assert (await graph.blocked(PAGE_ID, PAGE_TOKEN)).data == ()


async def test_labels(place: Place) -> None:
    person, graph = place.meet(), place.facebook
    vip = await graph.create_label(PAGE_ID, PAGE_TOKEN, "vip")
    await graph.label(vip, PAGE_TOKEN, person)
    assert [(one.id, one.page_label_name) for one in (await graph.labels_of(person, PAGE_TOKEN)).data] == [(vip, "vip")]
    await graph.unlabel(vip, PAGE_TOKEN, person)
    assert (await graph.labels_of(person, PAGE_TOKEN)).data == ()
    await graph.delete_label(vip, PAGE_TOKEN)
    assert (await graph.labels(PAGE_ID, PAGE_TOKEN)).data == ()
    place.page.contact_terms = False
    with pytest.raises(Config) as refused:
        await graph.labels(PAGE_ID, PAGE_TOKEN)
    assert refused.value.subcode == 2018344


async def test_a_menu_for_one_person(place: Place) -> None:
    person, graph = place.meet(), place.facebook
    entry = {"type": "postback", "title": "My orders", "payload": "ORDERS"}
    menu = [{"locale": "default", "composer_input_disabled": False, "call_to_actions": [entry]}]
    await graph.set_person_menu(PAGE_ID, PAGE_TOKEN, person, menu)
    found = await graph.person_menu(PAGE_ID, PAGE_TOKEN, person)
    assert found.user_level_persistent_menu[0]["call_to_actions"] == [entry]
    await graph.delete_person_menu(PAGE_ID, PAGE_TOKEN, person)
    assert (await graph.person_menu(PAGE_ID, PAGE_TOKEN, person)).user_level_persistent_menu == ()


async def test_insights(place: Place) -> None:
    place.meet()
    listed = await place.facebook.insights(PAGE_ID, PAGE_TOKEN)
    assert {one.name: one.values[-1].value for one in listed.data} == {
        "page_messages_total_messaging_connections": 1,
        "page_messages_new_conversations_unique": 1,
        "page_messages_blocked_conversations_unique": 0,
        "page_messages_reported_conversations_unique": 0,
    }
    assert listed.data[0].values[-1].end_time is not None


async def test_utility_templates_from_the_making_to_the_message(place: Place) -> None:
    graph, person = place.facebook, place.meet()
    made = await graph.create_template(PAGE_ID, PAGE_TOKEN, SHIPMENT)
    assert made.status == "APPROVED"
    [listed] = (await graph.templates(PAGE_ID, PAGE_TOKEN, name=SHIPMENT.name)).data
    assert (listed.id, listed.language, listed.parameter_format) == (made.id, "en", "NAMED")
    place.clock.advance(30 * 86_400)
    message = UtilityMessage(
        name=SHIPMENT.name,
        language="en",
        body=(TextParameter(parameter_name="parcel_id", text="A-77"),),
        buttons=(PayloadParameter(payload="77"),),
    )
    await graph.send(PAGE_ID, PAGE_TOKEN, compose(message, person, Surface.MESSENGER, metadata="pw1"))
    shown = place.said(Surface.MESSENGER, person)[-1].attachments[0]["payload"]["elements"][0]
    assert shown["title"] == "Parcel A-77 left our warehouse."
    assert shown["buttons"][0]["payload"] == "track_77"
    await graph.delete_template(PAGE_ID, PAGE_TOKEN, SHIPMENT.name)
    assert (await graph.templates(PAGE_ID, PAGE_TOKEN)).data == ()


async def test_templates_of_the_library(place: Place) -> None:
    found = (await place.facebook.template_library(PAGE_TOKEN, name_or_content="order", language="en")).data
    assert {"order_shipped", "order_delivered"} <= {one.name for one in found}
    ready = NewTemplate(name="delivered_1", language="en", library_template_name="order_delivered")
    assert (await place.facebook.create_template(PAGE_ID, PAGE_TOKEN, ready)).status == "APPROVED"


async def test_the_sticker_catalogue_takes_the_token_of_the_app(place: Place) -> None:
    graph, person = place.facebook, place.meet()
    packs = (await graph.sticker_packs(APP_TOKEN)).data
    assert len((await graph.stickers(APP_TOKEN, packs[0].id)).data) == 3
    [found] = (await graph.sticker_search(APP_TOKEN, "thank")).data
    body = compose(Sticker(sticker_id=int(found.id)), person, Surface.MESSENGER)
    await graph.send(PAGE_ID, PAGE_TOKEN, body)
    assert place.said(Surface.MESSENGER, person)[-1].attachments[0]["type"] == "sticker"
    with pytest.raises((Reauth, Permanent, Config)):
        await graph.sticker_packs(PAGE_TOKEN)


async def test_who_else_is_connected(place: Place) -> None:
    for platform, inbox in (("messenger", "263902037430900"), ("instagram", "1217981644879628")):
        listed = await place.facebook.secondary_receivers(PAGE_ID, PAGE_TOKEN, platform)  # type: ignore[arg-type]
        assert inbox in {one.id for one in listed.data}


async def test_what_belongs_to_the_page_is_not_at_instagram_login(place: Place) -> None:
    with pytest.raises((Permanent, Reauth, Config)):
        await place.instagram.personas(INSTAGRAM_ID, LOGIN_TOKEN)
