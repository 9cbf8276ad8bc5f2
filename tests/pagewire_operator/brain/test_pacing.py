"""When a resource is looked at again."""

import pytest
from msgspec import structs

from pagewire.resources import Reason, decode
from pagewire_operator.brain.pacing import again, jittered, resync
from pagewire_operator.brain.settings import Settings, read_settings
from pagewire_operator.brain.trouble import Pace, Trouble

from .manifests import page

SETTINGS = Settings()
STEADY = Settings(jitter=0.0)
PAGE = decode(page())


def trouble(pace: Pace, wait: float = 0.0) -> Trouble:
    return Trouble(reason=Reason.GRAPH_UNAVAILABLE, message="", pace=pace, wait=wait)


def named(uid: str) -> object:
    return structs.replace(PAGE, metadata=structs.replace(PAGE.metadata, uid=uid))


@pytest.mark.parametrize(("own", "seconds"), [(None, 600.0), ("30m", 1800.0), ("1s", 60.0), ("0s", None)])
def test_the_resource_decides_how_often_drift_is_looked_for(own: str | None, seconds: float | None) -> None:
    asked = structs.replace(PAGE, spec=structs.replace(PAGE.spec, resync_interval=own))
    assert resync(asked, STEADY) == seconds


def test_no_resync_at_all_unless_the_resource_asks() -> None:
    assert resync(PAGE, Settings(resync=0.0)) is None


def test_resources_come_at_times_of_their_own_and_always_the_same() -> None:
    times = [resync(named(f"uid-{number}"), SETTINGS) for number in range(500)]  # type: ignore[arg-type]
    assert all(480 <= time <= 720 for time in times if time)
    assert len(set(times)) > 490
    assert times[7] == resync(named("uid-7"), SETTINGS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 7.0), (2, 14.0), (3, 28.0), (7, 448.0), (8, 600.0), (1000, 600.0)]
)
def test_what_passes_by_itself_is_tried_with_growing_pauses(failures: int, seconds: float) -> None:
    assert again(PAGE, trouble(Pace.SOON), failures, None, STEADY) == seconds


def test_meta_is_left_in_peace_as_long_as_it_asks() -> None:
    assert again(PAGE, trouble(Pace.WAIT, 300.0), 1, None, STEADY) == 307.0
    for number in range(50):
        due = again(named(f"uid-{number}"), trouble(Pace.WAIT, 300.0), 1, None, SETTINGS)  # type: ignore[arg-type]
        assert due is not None
        assert due >= 300.0


def test_without_a_time_meta_is_left_in_peace_for_a_minute() -> None:
    assert again(PAGE, trouble(Pace.WAIT), 1, None, STEADY) == 67.0


def test_our_own_budget_knows_when_it_is_open_again() -> None:
    budget = structs.replace(trouble(Pace.WAIT, 11.0), reason=Reason.THROTTLED)
    assert again(PAGE, budget, 1, None, STEADY) == 18.0
    assert again(PAGE, budget, 9, None, STEADY) == 67.0, "looks that found it closed do not add up to ten minutes"


def test_what_only_a_person_can_mend_is_probed_hourly() -> None:
    assert again(PAGE, trouble(Pace.SLOW), 1, None, STEADY) == 3600.0
    assert again(PAGE, trouble(Pace.SLOW), 9, None, STEADY) == 3600.0


def test_a_refusal_told_from_memory_is_tried_when_that_ends() -> None:
    assert again(PAGE, trouble(Pace.SLOW, 42.0), 2, None, STEADY) == 42.0


def test_a_time_of_the_kinds_own_comes_first() -> None:
    assert again(PAGE, None, 0, 30.0, STEADY) == 30.0
    assert again(PAGE, None, 0, 3000.0, STEADY) == 600.0


def test_jitter_stays_within_its_share() -> None:
    assert jittered(100.0, PAGE, STEADY) == 100.0
    assert 80.0 <= jittered(100.0, PAGE, SETTINGS) <= 120.0


def test_settings_come_from_the_environment() -> None:
    told = read_settings({"PAGEWIRE_GRAPH_URL": "http://127.0.0.1:1", "PAGEWIRE_RESYNC": "30m"})
    assert (told.graph_url, told.resync, told.deletion_timeout) == ("http://127.0.0.1:1", 1800.0, 900.0)
    assert read_settings({}) == Settings()
    times = {f"PAGEWIRE_{name}": "3s" for name in ("GRAPH_FIRST_RETRY", "PROBE", "PROFILE_PAUSE", "LEAST_RESYNC")}
    told = read_settings(times)
    assert (told.first_retry, told.probe, told.profile_pause, told.least_resync) == (3.0, 3.0, 3.0, 3.0)


def test_a_wrong_time_is_named() -> None:
    with pytest.raises(ValueError, match="PAGEWIRE_RESYNC"):
        read_settings({"PAGEWIRE_RESYNC": "ten minutes"})
