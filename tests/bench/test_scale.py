"""The model of scale and its simulation agree where the model is right, and differ where it is too simple."""

import pytest

from bench.scale import model
from bench.scale.model import Costs, World
from bench.scale.simulate import Town, simulate

COSTS = Costs(
    ingress_us=100,
    work_us=300,
    process_mb=80,
    page_bytes=1_000,
    message_us=40,
    message_bytes=800,
    object_bytes=900,
    list_us=20,
    watch_us=100,
)


def town(**changes: float) -> Town:
    usual = Town(200, 4, 64, 0.05, ingress_us=100, work_us=300, commit_seconds=0.002, evenly=True)
    return usual._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        pytest.param({}, "what comes", id="what comes"),
        pytest.param({"events": 5_000.0, "graph_seconds": 0.0, "conversations": 500}, "CPU", id="the core"),
        pytest.param({"conversations": 8, "graph_seconds": 0.1}, "people", id="conversations"),
        pytest.param(
            {"events": 5_000.0, "graph_seconds": 0.0, "conversations": 500, "share": 0.5}, "CPU", id="half a core"
        ),
    ],
)
def test_paper_and_simulation_agree_on_the_rate(changes: dict[str, float], limit: str) -> None:
    one = town(**changes)
    paper = model.rate(
        one.events, one.conversations, one.graph_seconds + one.commit_seconds, one.ingress_us + one.work_us, one.share
    )
    assert simulate(one).rate == pytest.approx(paper, rel=0.06), limit


def test_each_event_is_answered_once_and_a_seed_repeats() -> None:
    one = town(evenly=False)
    found = simulate(one)
    assert found == simulate(one)
    assert found != simulate(one._replace(seed=2))
    assert found.handled == pytest.approx(one.events * one.seconds, rel=0.1)


def test_too_few_requests_at_once_make_a_queue_that_averages_hide() -> None:
    many = town(events=1_000.0, conversations=5_000, graph_seconds=0.2, evenly=False)
    assert simulate(many).p50_ms < 10
    assert simulate(many._replace(in_flight=150)).p50_ms > 100


def test_more_partitions_share_the_work_more_evenly() -> None:
    several = town(events=2_000.0, conversations=20_000, workers=4, evenly=False)
    few, many = simulate(several._replace(partitions=4)), simulate(several._replace(partitions=64))
    assert 1 <= many.busiest < few.busiest + 0.05 < 1.6


def test_the_plan_grows_with_its_load() -> None:
    small, large = (model.plan(World(events_per_minute=events), COSTS) for events in (100_000, 1_000_000))
    assert large.workers >= 9 * small.workers - 9
    assert large.in_flight == pytest.approx(10 * small.in_flight)
    assert large.nats_servers >= small.nats_servers >= 3
    assert large.partitions >= 8 * large.workers


def test_requests_at_once_bound_the_workers_too() -> None:
    quick, slow = (model.plan(World(graph_seconds=seconds), COSTS) for seconds in (0.05, 2.0))
    assert slow.workers > quick.workers
    assert slow.in_flight / slow.workers <= World().in_flight * World().fill


def test_uneven_traffic_meets_the_limit_of_a_page() -> None:
    assert model.pages_above(World(events_per_minute=60_000), 1e9) == 0
    assert 10 < model.pages_above(World(), 30.0) < 100
