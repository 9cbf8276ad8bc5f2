"""Calls that nobody checked before: every limit of the table holds here too, named with its field, and Meta is not asked."""

from typing import Any

import pytest

from pagewire.capabilities import Feature, Limit
from pagewire.graph import File, GraphError
from pagewire.graph.caller import encoded
from pagewire.replies import ReplyError, Sending, check_message, compose
from pagewire.simulator.world import PAGE_ID
from pagewire.surfaces import Surface
from tests.pagewire.graph.subjects.conftest import PAGE_TOKEN, Place
from tests.pagewire.sending.examples import SIZED
from tests.pagewire.sending.test_limits import LIMITS

TOKEN = PAGE_TOKEN


def _bodies() -> list[Any]:
    return [
        case
        for case in LIMITS
        if isinstance(SIZED[case.values[0], case.values[1]](case.values[3].most), Sending)  # type: ignore[index, union-attr]
        and case.values[1] != "content"
    ]


@pytest.mark.parametrize(("feature", "name", "surface", "limit"), _bodies())
async def test_a_body_written_by_hand_keeps_to_the_limits(
    place: Place, feature: Feature, name: str, surface: Surface, limit: Limit
) -> None:
    sized = SIZED[feature, name]
    for size in {limit.most, limit.least or limit.most}:
        check_message(compose(sized(size), "2", surface)["message"], surface)
    for size in (limit.most + 1, limit.least - 1):
        if size >= 0:
            with pytest.raises(ReplyError, match=r"message\.\S+ (has|is|must not)"):
                await place.facebook.send(PAGE_ID, TOKEN, compose(sized(size), "2", surface), surface=surface)
    assert place.meta.calls.count() == 0


async def test_without_a_surface_what_any_takes_goes_and_bytes_go_as_they_are(place: Place) -> None:
    to = {"recipient": {"id": place.meet()}}
    await place.facebook.send(PAGE_ID, TOKEN, {**to, "message": {"text": "x" * 2000}})
    with pytest.raises(ReplyError, match=r"message\.text has 2001 characters; Messenger takes at most 2000"):
        await place.facebook.send(PAGE_ID, TOKEN, {**to, "message": {"text": "x" * 2001}})
    with pytest.raises(ReplyError, match=r"message\.text has 1001 bytes; Instagram takes at most 1000"):
        await place.facebook.send(PAGE_ID, TOKEN, {**to, "message": {"text": "x" * 1001}}, surface=Surface.INSTAGRAM)
    assert place.meta.calls.count("messages") == 1
    with pytest.raises(GraphError):
        await place.facebook.send(PAGE_ID, TOKEN, encoded({**to, "message": {"text": "x" * 2001}}))
    assert place.meta.calls.count("messages") == 2


TOO_MUCH: list[tuple[str, Any]] = [
    ("metadata has 1001 characters", lambda graph: graph.pass_thread("1", TOKEN, "2", metadata="x" * 1001)),
    ("metadata has 1001 characters", lambda graph: graph.take_thread("1", TOKEN, "2", metadata="x" * 1001)),
    ("metadata has 1001 characters", lambda graph: graph.request_thread("1", TOKEN, "2", metadata="x" * 1001)),
    ("duration is 604801 seconds", lambda graph: graph.extend_thread("1", TOKEN, "2", 604_801)),
    ("user_ids has 11 entries", lambda graph: graph.moderate("1", TOKEN, ["2"] * 11, ["block_user"])),
    ("undo each other", lambda graph: graph.moderate("1", TOKEN, ["2"], ["block_user", "unblock_user"])),
    ("at most 2", lambda graph: graph.moderate("1", TOKEN, ["2"], ["block_user", "move_to_spam", "ban_user"])),
    ("name has 51 characters", lambda graph: graph.create_persona("1", TOKEN, "x" * 51, "https://x.example/a.png")),
    (
        "reaction must not be empty",
        lambda graph: graph.sender_action("1", TOKEN, "2", "react", payload={"message_id": "m"}),
    ),
    ("message_id must not be empty", lambda graph: graph.sender_action("1", TOKEN, "2", "unreact")),
    ("url must be a public https", lambda graph: graph.upload_url("1", TOKEN, "image", "ftp://x.example/a.png")),
    (
        "content has 8388609 bytes; Instagram takes at most",
        lambda graph: graph.upload(
            "1", TOKEN, "image", File("a.png", "image/png", bytes(8 * 1024**2 + 1)), platform="instagram"
        ),
    ),
    (
        "content has 26214401 bytes; Messenger takes at most",
        lambda graph: graph.upload("1", TOKEN, "file", File("a.bin", "application/zip", bytes(25 * 1024**2 + 1))),
    ),
    (
        "content_type is text/plain; Instagram takes application/pdf",
        lambda graph: graph.upload("1", TOKEN, "file", File("a", "text/plain", b"x"), platform="instagram"),
    ),
    (
        "content_type audio/... does not fit media image",
        lambda graph: graph.send_file(
            "1", TOKEN, {"message": {"attachment": {"type": "image", "payload": {}}}}, File("a", "audio/wav", b"x")
        ),
    ),
    ("1 to 50 reads", lambda graph: graph.profiles(["2"] * 51, TOKEN, "messenger")),
]


@pytest.mark.parametrize(("said", "call"), TOO_MUCH, ids=[said for said, _ in TOO_MUCH])
async def test_other_calls_name_field_and_limit_too(place: Place, said: str, call: Any) -> None:
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        await call(place.facebook)
    assert place.meta.calls.count() == 0


@pytest.mark.parametrize(
    "odd",
    [
        {"quick_replies": [None]},
        {"attachment": 5},
        {"attachment": {"type": "template", "payload": {"elements": 3}}},
        {},
    ],
)
def test_what_has_no_shape_is_left_to_meta(odd: dict[str, Any]) -> None:
    assert check_message(odd) == ()


def test_what_ended_is_refused_with_what_to_use_instead() -> None:
    gone = {"attachment": {"type": "template", "payload": {"template_type": "list", "elements": []}}}
    with pytest.raises(ReplyError, match="GenericTemplate"):
        check_message(gone)
