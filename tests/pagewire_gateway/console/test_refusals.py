"""What people fill in wrong: the page of the form says so, clearly, and keeps what they filled in."""

import html
import re
from urllib.parse import quote

import pytest
import pytest_asyncio

from pagewire_gateway.console.menu import MENU
from tests.pagewire_gateway.playing import refused_event, settled_events

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = [entry.path for group in MENU for entry in group.entries]
JUNK = (
    "yesterday", "2026-13-40T00:00:00Z", "2026-01-01", "9" * 5000, "-1", "²", "٣", "\x00\x1b[31m", "1e9", "%00", "../..",
    "<script>alert(1)</script>", "ü" * 300, "null", "' or 1=1 --", "\u202etxt",
)  # fmt: skip
TIMES = ("yesterday", "2026-13-40T00:00:00Z", "2026-01-01", "9" * 19, "²", "٣", "1.5h", "-2h", "<b>2h</b>")
NAMES = (
    "state",
    "plugin",
    "kind",
    "object",
    "account",
    "since",
    "until",
    "before",
    "after",
    "offset",
    "name",
    "action",
    "what",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def event(shared_stage) -> str:
    """The id of one; there are a few, so that there is something to replay."""
    return (await settled_events(shared_stage))[0]


async def form_token(client) -> str:
    return re.search(r'name="csrf" value="([^"]*)"', (await client.get("/console/events")).text)[1]


def tag(page: str, id_: str) -> str:
    """The field of a page with this id, as it is written."""
    return html.unescape(re.search(rf'<(?:input|select) id="{id_}"[^>]*>', page)[0])


def chosen(page: str, id_: str) -> list[str]:
    """What a list of choices stands at."""
    choices = re.search(rf'<select id="{id_}".*?</select>', page, re.DOTALL)[0]
    return re.findall(r'<option value="([^"]*)" selected', choices)


@pytest.mark.parametrize("path", ["/console/events", "/console/replays/new"])
@pytest.mark.parametrize("text", TIMES)
async def test_a_time_that_cannot_be_understood_is_marked_where_it_stands(shared, path, text):
    answer = await shared.get(path, params={"since": text, "kind": "message", "account": "108"})
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in tag(answer.text, "f-since")
    assert f'value="{text}"' in tag(answer.text, "f-since")
    assert "is no time; write it as in 2026-11-22T18:00:00Z" in html.unescape(answer.text)
    assert (chosen(answer.text, "f-kind"), 'value="108"' in tag(answer.text, "f-account")) == (["message"], True)
    assert "aria-invalid" not in tag(answer.text, "f-until")
    assert "The filters cannot be understood" in answer.text
    assert "Replay these" not in answer.text
    assert "<b>2h" not in answer.text


async def test_a_state_that_there_is_not_is_marked_too(shared):
    answer = await shared.get("/console/events", params={"state": "lost"})
    assert (answer.status_code, 'aria-invalid="true"' in tag(answer.text, "f-state")) == (400, True)


async def test_the_live_page_leaves_out_what_it_has_no_field_for(shared):
    assert (await shared.get("/console/live", params={"since": "yesterday", "state": "lost"})).status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"rate": "0"}, 400, "The rate has to be between 1 and 1000"),
        ({"rate": "²"}, 400, "The rate has to be between 1 and 1000"),
        ({"rate": "9" * 5000}, 400, "The rate has to be between 1 and 1000"),
        ({"sends": "some"}, 400, "What may be sent is not said."),
        ({"lane": "nobody"}, 404, "No plugin nobody is at work."),
        ({"since": "yesterday"}, 400, "is no time"),
    ],
)
async def test_a_replay_that_cannot_begin_stays_in_its_form(shared, change, status, said):
    wish = {"kind": "message", "lane": "picky", "sends": "new", "rate": "200", **change}
    answer = await shared.post("/console/replays", data={"csrf": await form_token(shared), **wish})
    assert (answer.status_code, 'role="alert"' in answer.text) == (status, True)
    assert said in html.unescape(answer.text)
    assert chosen(answer.text, "f-kind") == ["message"]
    if "since" not in change:
        kept = {name: chosen(answer.text, f"f-{name}") for name in ("lane", "sends", "rate") if name not in change}
        assert kept == {name: [wish[name]] for name in kept}


async def test_a_replay_of_nothing_begins_and_is_over(shared):
    wish = {"csrf": await form_token(shared), "kind": "call.connect", "sends": "none", "rate": "10"}
    answer = await shared.post("/console/replays", data=wish, follow_redirects=True)
    assert (answer.status_code, "0 of 0" in answer.text) == (200, True)


@pytest.mark.parametrize("asked", ["nothing", "page/1/2", "²", "x" * 600])
async def test_an_id_that_nothing_has_stays_in_the_field(shared, asked):
    answer = await shared.post("/console/events/find", data={"csrf": await form_token(shared), "q": asked})
    assert (answer.status_code, "Nothing here has this id." in answer.text) == (404, True)
    assert f'value="{asked[:500]}"' in tag(answer.text, "find")


@pytest.mark.parametrize(("asked", "status"), [("75", 400), ("page/1/2/3", 400), ("page/1/2", 404), ("²/²/²", 400)])
async def test_a_person_whom_nobody_knows_stays_in_the_field(shared, asked, status):
    answer = await shared.post("/console/people/find", data={"csrf": await form_token(shared), "id": asked})
    assert answer.status_code == status, answer.text
    assert f'value="{asked}"' in tag(answer.text, "f-id")
    assert 'aria-invalid="true"' in tag(answer.text, "f-id")


async def test_a_form_of_an_earlier_session_is_shown_and_can_be_sent_again(shared, event):
    path, filled = f"/console/events/{event}/replay", {"plugin": "picky", "sends": "new"}
    answer = await shared.post(path, data={"csrf": "of another session", **filled})
    assert answer.status_code == 403
    form = re.search(rf'<form method="post" action="{path}".*?</form>', answer.text, re.DOTALL)[0]
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    assert {name: again[name] for name in filled} == filled
    assert (await shared.post(path, data=again)).headers["location"] == f"/console/events/{event}"


async def test_work_is_given_up_only_by_who_says_so(shared, shared_stage):
    await refused_event(shared_stage)
    group = {"csrf": await form_token(shared), "what": "event", "plugin": "picky", "cause": "Refused"}
    answer = await shared.post("/console/parked/drop", data=group)
    assert (answer.status_code, "Tick the box" in answer.text) == (400, True)
    assert await shared_stage.gateway.journal.parked()


@pytest.mark.parametrize("junk", JUNK, ids=ascii)
async def test_no_junk_in_an_address_breaks_a_page(shared, junk):
    for path in PAGES:
        answer = await shared.get(path, params=dict.fromkeys(NAMES, junk))
        assert answer.status_code in {200, 400}, (path, answer.status_code)
    for place in ("events", "conversations", "replays", "people", "plugins", "logins", "deletions", "accounts/page"):
        answer = await shared.get(f"/console/{place}/{quote(junk[:300], safe='')}")
        assert answer.status_code in {400, 404}, (place, answer.status_code)
        assert "Back to " in answer.text or "go to the overview" in answer.text


@pytest.mark.parametrize("junk", JUNK, ids=ascii)
async def test_no_junk_in_a_form_breaks_a_page(shared, event, junk):
    csrf = await form_token(shared)
    for path in (
        *(
            "/console/events/find",
            "/console/people/find",
            "/console/replays",
            "/console/parked/replay",
            "/console/parked/drop",
        ),
        *(f"/console/events/{event}/replay", "/console/replays/none/cancel", "/console/people/none/delete"),
    ):
        names = (*NAMES, "q", "id", "lane", "sends", "rate", "cause", "sure")
        answer = await shared.post(path, data={**dict.fromkeys(names, junk), "csrf": csrf})
        assert answer.status_code in {303, 400, 404}, (path, answer.status_code, answer.text)


@pytest.mark.parametrize("path", ["/console/live/stream", "/api/v1/events/stream"])
@pytest.mark.parametrize("last", ["²", "9" * 5000, "-1"])
async def test_a_place_that_is_none_begins_a_stream_at_the_end(shared, path, last):
    async with shared.stream("GET", path, headers={"last-event-id": last.encode("latin-1")}) as answer:
        assert answer.status_code == 200
