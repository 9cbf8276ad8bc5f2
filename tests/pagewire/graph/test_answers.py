"""What an answer means: `error` under any status, and anything that is not Graph's."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.graph import wire
from pagewire.graph.answers import Received, judge
from pagewire.graph.errors import Ambiguous, Backoff, GraphError, Ignore, Permanent, Policy
from pagewire.graph.usage import Rim, Usage

SENT = wire.decoder(wire.SendAnswer)
DEBUG = wire.decoder(wire.DebugAnswer)
WINDOW = {
    "message": "(#10) This message is sent outside of allowed window.",
    "type": "OAuthException",
    "code": 10,
    "error_subcode": 2018278,
    "is_transient": False,
    "error_user_title": "Nachricht nicht gesendet",
    "error_user_msg": "Das Fenster ist zu.",
    "fbtrace_id": "AbCdEfGh123",
}


def received(status: int, body: object, rim: Rim | None = None) -> Received:
    return Received(status, body if isinstance(body, bytes) else json.dumps(body).encode(), rim or Rim())


@pytest.mark.parametrize("status", [200, 400, 403, 500])
def test_error_counts_under_every_status(status: int) -> None:
    with pytest.raises(Policy) as caught:
        judge(received(status, {"error": WINDOW}), SENT)
    error = caught.value
    assert (error.code, error.subcode, error.fbtrace_id, error.http_status) == (10, 2018278, "AbCdEfGh123", status)
    assert "Fenster" not in str(error)
    assert "Nachricht" not in str(error)


def test_numbers_and_flags_are_taken_from_strings() -> None:
    body = {"error": {"code": "4711", "error_subcode": "33", "is_transient": "true", "message": "later"}}
    with pytest.raises(Ambiguous) as caught:
        judge(received(400, body), SENT)
    assert (caught.value.code, caught.value.subcode) == (4711, 33)


def test_subcode_zero_is_none() -> None:
    with pytest.raises(Permanent) as caught:
        judge(received(400, {"error": {"code": 100, "error_subcode": 0}}), SENT)
    assert caught.value.subcode is None


def test_error_beside_fields_of_another_form() -> None:
    with pytest.raises(Policy):
        judge(received(200, {"message_id": [1], "error": WINDOW}), SENT)


@pytest.mark.parametrize("data", [{"blame": 1}, '{"blame": 1}'])
def test_error_data_is_an_object_or_a_string_of_json(data: object) -> None:
    body = wire.decoder(wire.ErrorAnswer).decode(json.dumps({"error": {"code": 1, "error_data": data}}))
    assert body.error is not None
    assert body.error.data == {"blame": 1}


@pytest.mark.parametrize("data", [None, "{", "[]", 3, "[" * 100_000])
def test_other_error_data_is_empty(data: object) -> None:
    assert wire.ErrorBody(error_data=data).data == {}


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"true", b"<html>busy</html>", b"{}}", b"\xff\xfe", b'{"error":"no"}', b"[" * 100_000, {}],
)
@pytest.mark.parametrize("status", [302, 400, 500, 502, 504])
def test_what_is_not_graphs_proves_nothing(status: int, body: object) -> None:
    with pytest.raises(Ambiguous) as caught:
        judge(received(status, body), SENT)
    assert caught.value.http_status == status


@pytest.mark.parametrize("body", [b"", b"null", b"<html>", b'{"message_id":[]}'])
def test_nor_does_it_under_200(body: bytes) -> None:
    with pytest.raises(Ambiguous):
        judge(received(200, body), SENT)


def test_too_many_requests_needs_no_json() -> None:
    with pytest.raises(Backoff) as caught:
        judge(received(429, b"<html>", Rim(retry_after=7.0)), SENT)
    assert caught.value.retry_after == 7


def test_the_longer_wait_counts() -> None:
    rim = Rim(usage=Usage(call_count=100, regain_access=300), retry_after=7)
    with pytest.raises(Backoff) as caught:
        judge(received(400, {"error": {"code": 80006}}, rim), SENT)
    assert caught.value.retry_after == 300
    assert caught.value.usage == rim.usage


def test_profile_look_up_is_optional() -> None:
    gone = received(400, {"error": {"code": 100, "error_subcode": 33}})
    with pytest.raises(Ignore):
        judge(gone, wire.decoder(wire.ProfileAnswer), profile=True)
    with pytest.raises(Permanent):
        judge(gone, wire.decoder(wire.ProfileAnswer))


def test_ids_are_text_even_where_meta_answers_numbers() -> None:
    answer = judge(received(200, b'{"message_id":"m_1","recipient_id":24000000000000001234567}'), SENT)
    assert answer.recipient_id == "24000000000000001234567"


@pytest.mark.parametrize("body", [b'{"recipient_id":1.5}', b'{"recipient_id":true}', b'{"recipient_id":{}}'])
def test_what_cannot_be_an_id_is_not_taken_for_one(body: bytes) -> None:
    with pytest.raises(Ambiguous):
        judge(received(200, body), SENT)


@given(st.integers(100, 599), st.binary())
def test_any_bytes_are_an_answer_or_a_graph_error(status: int, body: bytes) -> None:
    try:
        answer = judge(received(status, body), SENT)
    except GraphError:
        return
    assert answer.error is None
    assert 200 <= status < 300


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["data", "error", "scopes"]), inner),
)
errors = st.dictionaries(
    st.sampled_from(["code", "error_subcode", "message", "is_transient", "fbtrace_id"]), json_values
)


@given(st.sampled_from([200, 400, 500]), json_values | st.builds(lambda error: {"error": error}, errors))
def test_any_json_is_an_answer_or_a_graph_error(status: int, value: object) -> None:
    try:
        answer = judge(received(status, value), DEBUG)
    except GraphError as error:
        outcome = str(error)
    else:
        outcome = str(answer.error)
    assert len(outcome) < 600
