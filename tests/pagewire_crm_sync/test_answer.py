"""What a sink's answer means."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire_crm_sync.answer import LONGEST_WAIT, MEND_SECONDS, Answer, Hold, judge, seconds_of
from pagewire_crm_sync.outcome import DONE, Later, Rejected

NOW = 1_790_000_000.0
IDS = ["a", "b", "c"]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299, 409, 412])
def test_done(status: int) -> None:
    verdict = judge(Answer(status=status), IDS, NOW)
    assert (verdict.outcomes, verdict.hold, verdict.divide) == ((DONE,) * 3, None, False)


@pytest.mark.parametrize("status", [408, 425, 500, 501, 502, 504, 599])
def test_later_by_the_gateways_back_off(status: int) -> None:
    verdict = judge(Answer(status=status), IDS, NOW)
    assert verdict.outcomes == (Later(reason=f"the sink answered {status}"),) * 3
    assert verdict.hold is None


@pytest.mark.parametrize("status", [429, 503])
def test_the_whole_sink_is_left_alone(status: int) -> None:
    asked = judge(Answer(status=status, retry_after="30"), IDS, NOW)
    silent = judge(Answer(status=status), IDS, NOW)
    assert (asked.hold, silent.hold) == (Hold(30.0), Hold(None))
    assert [outcome.after for outcome in asked.outcomes if isinstance(outcome, Later)] == [30.0] * 3
    assert [outcome.after for outcome in silent.outcomes if isinstance(outcome, Later)] == [None] * 3


@pytest.mark.parametrize("status", [301, 302, 307, 308, 401, 403, 404, 405, 410, 415])
def test_what_people_mend_is_tried_in_a_minute(status: int) -> None:
    (outcome,) = judge(Answer(status=status), ["a"], NOW).outcomes
    assert isinstance(outcome, Later)
    assert outcome.after == MEND_SECONDS
    assert f"{status}: check " in outcome.reason


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_batch_is_divided_to_find_the_culprit(status: int) -> None:
    assert judge(Answer(status=status), IDS, NOW).divide
    alone = judge(Answer(status=status), ["a"], NOW)
    assert (alone.divide, alone.outcomes) == (False, (Rejected(reason=f"the sink answered {status}"),))


def test_a_batch_too_large_is_divided_and_one_too_large_is_refused() -> None:
    assert judge(Answer(status=413), IDS, NOW).divide
    assert judge(Answer(status=413), ["a"], NOW).outcomes == (Rejected(reason="the sink answered 413"),)


def test_partial_answers_go_item_by_item() -> None:
    results = [
        {"id": "d", "status": 200},
        {"id": "c", "status": 429, "retryAfter": 7},
        {"id": "b", "status": 422, "error": "no such field"},
        {"id": "a", "status": 201},
    ]
    body = msgspec.json.encode({"results": results, "more": True})
    verdict = judge(Answer(status=207, body=body), ["a", "b", "c", "e"], NOW)
    assert verdict.outcomes == (
        DONE,
        Rejected(reason="the sink answered 422"),
        Later(after=7.0, reason="the sink answered 429"),
        Later(reason="the sink answered 207 and left out an upsert"),
    )
    assert verdict.hold is None


@pytest.mark.parametrize("body", [None, b"", b"[]", b"{}", b'{"results": [{"id": 1}]}', b"\xff", b"<html>"])
def test_a_partial_answer_that_cannot_be_read_proves_nothing(body: bytes | None) -> None:
    outcomes = judge(Answer(status=207, body=body), IDS, NOW).outcomes
    assert outcomes == (Later(reason="the sink answered 207 without the results of each upsert"),) * 3


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 5 ", 5.0),
        ("9" * 400, LONGEST_WAIT),
        (format_datetime(datetime.fromtimestamp(NOW, UTC) + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(datetime.fromtimestamp(NOW, UTC) - timedelta(seconds=90), usegmt=True), 0.0),
        (format_datetime(datetime.fromtimestamp(NOW, UTC) + timedelta(days=400), usegmt=True), LONGEST_WAIT),
        (None, None),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
    ],
)
def test_retry_after_in_both_forms(header: str | None, seconds: float | None) -> None:
    assert seconds_of(header, NOW) == seconds


@given(st.text())
def test_no_header_is_too_odd(header: str) -> None:
    found = seconds_of(header, NOW)
    assert found is None or 0 <= found <= LONGEST_WAIT


@given(
    st.integers(200, 599), st.lists(st.text(), min_size=1, unique=True), st.binary() | st.none(), st.text() | st.none()
)
def test_every_answer_gives_each_upsert_an_outcome(
    status: int, ids: list[str], body: bytes | None, header: str | None
) -> None:
    verdict = judge(Answer(status=status, body=body, retry_after=header), ids, NOW)
    assert len(verdict.outcomes) == len(ids)
    for outcome in verdict.outcomes:
        if isinstance(outcome, Later):
            assert outcome.after is None or 0 <= outcome.after <= LONGEST_WAIT
