"""Usage headers: the highest of all entries, and never a reason to fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.graph.usage import Rim, Usage, read_headers

BUSINESS = (
    b'{"108000000000001":[{"type":"messenger","call_count":97,"total_cputime":23,"total_time":80,'
    b'"estimated_time_to_regain_access":5},{"type":"pages","call_count":12,"total_cputime":41,"total_time":4}]}'
)


def test_highest_of_all_entries() -> None:
    rim = read_headers(
        [
            (b"X-App-Usage", b'{"call_count":28,"total_time":85,"total_cputime":25}'),
            (b"x-business-use-case-usage", BUSINESS),
            (b"X-Page-Usage", b'{"call_count":118,"total_time":1,"total_cputime":1}'),
            (b"facebook-api-version", b"v25.0"),
            (b"Retry-After", b"7"),
        ]
    )
    assert rim == Rim(Usage(118, 85, 41, regain_access=300, app=85), version="v25.0", retry_after=7)
    assert rim.usage is not None
    assert rim.usage.peak == 118


@pytest.mark.parametrize(
    "value", [b"", b"null", b"[]", b"{", b"\xff", b'{"1":[{"call_count":"many"}]}', b"[" * 100_000]
)
@pytest.mark.parametrize("name", [b"X-App-Usage", b"X-Business-Use-Case-Usage"])
def test_malformed_is_absent(name: bytes, value: bytes) -> None:
    assert read_headers([(name, value)]).usage is None


def test_absent_is_unknown_and_not_zero() -> None:
    assert read_headers([(b"content-type", b"text/html")]).usage is None


def test_no_header_stops_a_page_for_more_than_a_day() -> None:
    rim = read_headers(
        [
            (b"retry-after", b"9" * 400),
            (b"x-business-use-case-usage", b'{"1":[{"call_count":100,"estimated_time_to_regain_access":1e300}]}'),
        ]
    )
    assert rim.usage is not None
    assert (rim.retry_after, rim.usage.regain_access) == (86_400, 86_400)


names = st.sampled_from(
    [b"X-App-Usage", b"X-Page-Usage", b"X-Business-Use-Case-Usage", b"Retry-After", b"facebook-api-version"]
)


@given(st.lists(st.tuples(names, st.binary())))
def test_any_header_is_survived(raw: list[tuple[bytes, bytes]]) -> None:
    assert isinstance(read_headers(raw), Rim)
