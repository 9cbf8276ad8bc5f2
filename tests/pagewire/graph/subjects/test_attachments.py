"""Saving attachments, by address and from bytes, and sending them."""

import pytest

from pagewire.graph import File, GraphError, Media
from pagewire.replies import ReplyError
from pagewire.simulator.media import WebFile
from pagewire.simulator.world import PAGE_ID
from pagewire.surfaces import Surface
from tests.pagewire.graph.subjects.conftest import PAGE_TOKEN, Place

PNG = File("tide table.png", "image/png", b"\x89PNG tide")
WAYS = [(Surface.MESSENGER, "messenger"), (Surface.INSTAGRAM, "instagram")]


@pytest.mark.parametrize(("surface", "platform"), WAYS)
@pytest.mark.parametrize("source", ["url", "bytes"])
async def test_what_was_saved_can_be_sent(place: Place, surface: Surface, platform: str, source: str) -> None:
    person = place.meet(surface)
    graph, more = place.facebook, {"platform": platform, "read_timeout": 80.0}
    if source == "url":
        saved = await graph.upload_url(PAGE_ID, PAGE_TOKEN, "image", "https://cdn.example.com/a.png", **more)  # type: ignore[arg-type]
    else:
        saved = await graph.upload(PAGE_ID, PAGE_TOKEN, "image", PNG, **more)  # type: ignore[arg-type]
    assert len(place.said(surface, person)) == 1  # nobody saw it
    attachment = {"type": "image", "payload": {"attachment_id": saved.attachment_id}}
    await graph.send(PAGE_ID, PAGE_TOKEN, {"recipient": {"id": person}, "message": {"attachment": attachment}})
    assert [one["type"] for one in place.said(surface, person)[-1].attachments] == ["image"]


async def test_the_file_may_come_with_the_message(place: Place) -> None:
    person = place.meet()
    message = {"attachment": {"type": "image", "payload": {"is_reusable": True}}}
    body = {"recipient": {"id": person}, "messaging_type": "RESPONSE", "message": message}
    sent = await place.facebook.send_file(PAGE_ID, PAGE_TOKEN, body, PNG)
    assert sent.attachment_id in place.meta.state.attachments


async def test_the_mime_type_of_the_file_decides(place: Place) -> None:
    with pytest.raises(ReplyError, match=r"image/... does not fit media audio"):
        await place.facebook.upload(PAGE_ID, PAGE_TOKEN, "audio", PNG)


async def test_what_meta_cannot_fetch(place: Place) -> None:
    url = "https://cdn.example.com/gone.png"
    place.meta.web[url] = WebFile(content_type="image/png", reachable=False)
    with pytest.raises(Media) as caught:
        await place.facebook.upload_url(PAGE_ID, PAGE_TOKEN, "image", url)
    assert caught.value.subcode == 2018008


async def test_instagram_login_has_no_upload(place: Place) -> None:
    surface = Surface.INSTAGRAM_LOGIN
    with pytest.raises(GraphError) as caught:
        await place.instagram.upload_url(
            place.sender(surface), place.token(surface), "image", "https://cdn.example.com/a.png"
        )
    assert "Unsupported" in str(caught.value)
