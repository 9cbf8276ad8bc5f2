"""``pagewire top``: figures from two looks, drawn, and as JSON once."""

import json

from rich.console import Console

from pagewire_gateway.cli.top.drawing import screen, spark
from pagewire_gateway.cli.top.figures import Look, figures_of
from tests.pagewire_gateway.cli.conftest import invoke

LANE = {
    "plugin": "crm",
    "low_water": 0,
    "pending": 7,
    "retry": 2,
    "parked": 1,
    "oldest_pending": "1970-01-01T00:01:30.000Z",
}
STATE = {"circuit": "closed", "paused": False, "quarantined": "", "in_flight": 3, "handled": 100}
WAITS = {"object": "page", "account": "1", "waiting": 9, "trouble": "token", "reason": "it ended", "paused_until": None}


def look(at: float, events: int, **lane) -> Look:
    stats = {"events": events, "size_bytes": 1, "free_bytes": 2, "lanes": [LANE], "outbox": {"queued": 4}}
    return Look(at=at, stats=stats, plugins=[{"name": "crm", "lane": {**STATE, **lane}}], outbox=[WAITS])


def test_rates_come_of_two_looks():
    found = figures_of(look(102, 50, handled=180), look(100, 10))
    assert found.rate == 20.0
    (lane,) = found.lanes
    assert (lane.rate, lane.lag, lane.pending, lane.retry, lane.parked, lane.state) == (40.0, 12.0, 7, 2, 1, "working")
    (trouble,) = found.troubles
    assert (trouble.account, trouble.trouble, trouble.waiting) == ("page/1", "token", 9)


def test_a_first_look_knows_no_rates_and_retention_is_no_negative_rate():
    assert figures_of(look(100, 50), None).rate is None
    assert figures_of(look(102, 10), look(100, 50)).rate == 0.0


def test_states_of_lanes_in_words():
    states = [{"quarantined": "why"}, {"paused": True}, {"circuit": "open"}]
    assert [figures_of(look(1, 1, **one), None).lanes[0].state for one in states] == [
        "quarantined",
        "paused",
        "resting",
    ]


def test_the_screen_tells_it_all():
    console = Console(width=120, record=True, file=None)
    with console.capture() as seen:
        console.print(screen(figures_of(look(102, 50, handled=180), look(100, 10)), [0, 20], "there", 2, held=True))
    text = seen.get()
    for said in ("20.0 events/s", "crm", "40.0", "12 s", "queued 4", "page/1", "it ended", "held", "q quit"):
        assert said in text, said
    assert spark([0, 1, 2]) == " ▄█"


async def test_figures_once_as_json(run, settled):
    result = await run("top", "-o", "json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert {lane["plugin"] for lane in found["lanes"]} == {"answer", "picky"}
    assert found["events"] >= 3


async def test_nobody_there_ends_with_5():
    assert (await invoke("top")).exit_code == 5


def test_a_narrow_screen_shows_whole_words_and_leaves_columns_out():
    console = Console(width=46, record=True, file=None)
    with console.capture() as seen:
        console.print(screen(figures_of(look(102, 50), look(100, 10)), [0, 20], "there", 2, held=False, width=46))
    text = seen.get()
    for said in ("PLUGIN", "STATE", "WAITING", "PARKED", "working"):
        assert said in text, said
    assert "…" not in text
    assert "AT WORK" not in text
