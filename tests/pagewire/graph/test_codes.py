"""Meta's error table, row by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.graph.codes import ErrorClass, Fault, classify, classify_profile, is_known
from pagewire.graph.errors import ERRORS

# code, subcode, class: the messaging error reference, one line a row (rows with several codes take several).
ROWS = [
    (1, None, "ambiguous"),
    (1, 99, "ambiguous"),
    (1, 1357046, "ambiguous"),
    (2, None, "ambiguous"),
    (2, 2018344, "config"),
    (3, None, "config"),
    (4, None, "backoff"),
    (4, 2018022, "backoff"),
    (4, 2018354, "policy"),
    (9, 2018352, "policy"),
    (10, None, "reauth"),
    (10, 1404170, "policy"),
    (10, 1893015, "policy"),
    (10, 1893063, "config"),
    (10, 2018065, "policy"),
    (10, 2018108, "unreachable"),
    (10, 2018278, "policy"),
    (10, 2018300, "thread"),
    (10, 2018336, "permanent"),
    (10, 2534022, "policy"),
    (10, 2534077, "reauth"),
    (17, None, "backoff"),
    (32, None, "backoff"),
    (100, None, "permanent"),
    (100, 33, "permanent"),
    (100, 1893061, "permanent"),
    (100, 2018001, "unreachable"),
    (100, 2018008, "media"),
    (100, 2018014, "permanent"),
    (100, 2018034, "permanent"),
    (100, 2018047, "media"),
    (100, 2018074, "media"),
    (100, 2018109, "media"),
    (100, 2018164, "permanent"),
    (100, 2018218, "ignore"),
    (100, 2018247, "ignore"),
    (100, 2018276, "config"),
    (100, 2018294, "media"),
    (100, 2018320, "permanent"),
    (100, 2018328, "permanent"),
    (100, 2534013, "config"),
    (100, 2534014, "unreachable"),
    (100, 2534015, "permanent"),
    (100, 2534025, "permanent"),
    (100, 2534029, "config"),
    (100, 2534037, "thread"),
    *[(code, sub, "reauth") for code in (102, 190) for sub in (None, 458, 459, 460, 463, 464, 467, 490, 492, 7)],
    (200, None, "config"),
    (200, 2018028, "config"),
    (200, 1545041, "unreachable"),
    (200, 2018021, "permanent"),
    (200, 2018027, "permanent"),
    (200, 2534041, "config"),
    (230, None, "ignore"),
    (341, None, "config"),
    (368, None, "config"),
    (546, None, "media"),
    (551, None, "unreachable"),
    (551, 1545041, "unreachable"),
    (613, None, "backoff"),
    (613, 1893016, "policy"),
    (613, 2018338, "policy"),
    (613, 2534040, "backoff"),
    (1200, None, "ambiguous"),
    (2022, None, "config"),
    (3801, None, "permanent"),
    (3802, None, "backoff"),
    (10303, None, "permanent"),
    (10900, None, "done"),
    (10902, None, "permanent"),
    (36000, None, "media"),
    (36103, None, "config"),
    (80001, None, "backoff"),
    (80002, None, "backoff"),
    (80006, None, "backoff"),
    (9000001, None, "ignore"),
    (100, 9000001, "ignore"),
    *[(code, sub, "thread") for sub in (2018171, 2018234, 2018300, 2018321) for code in (10, 100)],
    *[(code, None, "thread") for code in (2018171, 2018234, 2018300, 2018321)],
    *[(code, None, "permanent") for code in range(2018389, 2018397)],
    *[(100, sub, "permanent") for sub in range(2018389, 2018397)],
    (2300000, None, "permanent"),
    (2300001, None, "permanent"),
    # administration: what the Graph API's own reference adds
    (5, None, "config"),
    (100, 36009, "reauth"),
    (100, 2018145, "permanent"),
    (101, None, "config"),
    (104, None, "permanent"),
    (210, None, "config"),
    (506, None, "permanent"),
    (613, 1996, "backoff"),
    (803, None, "permanent"),
    (2200, None, "config"),
    (2500, None, "permanent"),
]


@pytest.mark.parametrize(("code", "subcode", "wanted"), ROWS)
@pytest.mark.parametrize("http_status", [200, 400, 403, 500])
def test_row(code: int, subcode: int | None, wanted: str, http_status: int) -> None:
    """A known pair means the same under every HTTP status."""
    assert wanted == classify(code, subcode, http_status=http_status)
    assert is_known(code, subcode)


@pytest.mark.parametrize(
    ("code", "message", "wanted"),
    [
        (100, "Unsupported request - method type: post", "config"),
        (100, "Invalid appsecret_proof provided in the API argument", "config"),
        (100, "(#100) No matching user found", "permanent"),
        (10, "(#10) This message is sent outside of allowed window.", "policy"),
        (230, "(#230) Requires pages_messaging permission to manage the object", "config"),
        (230, "User consent is required to access user profile", "ignore"),
    ],
)
def test_text_refines_a_code_with_two_meanings(code: int, message: str, wanted: str) -> None:
    assert wanted == classify(code, http_status=400, message=message)


def test_text_never_overrules_a_known_pair() -> None:
    assert classify(10, 2018108, message="outside of allowed window") is ErrorClass.UNREACHABLE


@pytest.mark.parametrize(
    ("code", "subcode", "status", "transient", "wanted"),
    [
        (4711, None, 400, False, "permanent"),
        (4711, None, 400, True, "ambiguous"),
        (4711, None, 503, False, "ambiguous"),
        (4711, 5, 429, False, "backoff"),
        (100, 4711, 400, False, "permanent"),
        (100, 4711, 400, True, "ambiguous"),
        (100, 4711, 500, False, "ambiguous"),
        (10, 4711, 400, False, "policy"),  # an unknown rule must not stop a whole channel
        (613, 4711, 400, False, "backoff"),
        (200, 4711, 400, False, "config"),
        (2, 4711, 400, False, "ambiguous"),
    ],
)
def test_unknown_pair(code: int, subcode: int | None, status: int, transient: bool, wanted: str) -> None:
    assert wanted == classify(code, subcode, http_status=status, is_transient=transient)
    assert not is_known(code, subcode)


@pytest.mark.parametrize(
    ("fault", "status", "wanted"),
    [
        (Fault.NOT_SENT, None, "not_sent"),
        (Fault.LOST, None, "ambiguous"),
        (Fault.UNREADABLE, 200, "ambiguous"),
        (Fault.UNREADABLE, 400, "ambiguous"),
        (Fault.UNREADABLE, 502, "ambiguous"),
        (Fault.UNREADABLE, 504, "ambiguous"),
        (Fault.UNREADABLE, 429, "backoff"),
        (None, 429, "backoff"),
        (None, 500, "ambiguous"),
    ],
)
def test_without_an_error_object(fault: Fault | None, status: int | None, wanted: str) -> None:
    assert wanted == classify(http_status=status, fault=fault)


@pytest.mark.parametrize(
    ("code", "subcode", "wanted"),
    [
        (100, 33, "ignore"),
        (10, None, "ignore"),
        (551, 1545041, "ignore"),
        (100, 2018218, "ignore"),
        (2, None, "ambiguous"),
        (4, None, "backoff"),
        (190, 463, "reauth"),
        (3, None, "config"),
    ],
)
def test_profile_look_up(code: int, subcode: int | None, wanted: str) -> None:
    """A person without a profile is no obstacle; a dead token or a limit still is one."""
    assert wanted == classify_profile(classify(code, subcode, http_status=400), code)


numbers = st.none() | st.integers()


@given(numbers, numbers, numbers, st.booleans(), st.none() | st.sampled_from(Fault), st.text())
def test_every_input_has_a_class_and_every_class_an_exception(
    code: int | None, subcode: int | None, status: int | None, transient: bool, fault: Fault | None, message: str
) -> None:
    found = classify(code, subcode, http_status=status, is_transient=transient, fault=fault, message=message)
    assert ERRORS[found].kind is found


def test_classes_and_exceptions_are_the_same_list() -> None:
    assert set(ErrorClass) == set(ERRORS)
