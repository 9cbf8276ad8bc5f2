"""Whatever Meta answers becomes a result or an `AdminError`, never another exception."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.graph.admin import reading
from pagewire.graph.admin.answers import Answer, Asked, confirmed, read, unreadable
from pagewire.graph.admin.errors import AdminError
from pagewire.graph.admin.served import Served, read_served

_NAMES = """
access_token action active after app_id blame_field_specs call_to_actions callback_url code cursors data error
error_code error_data error_subcode error_type expires_in fields granular_scopes ice_breakers id is_transient is_valid
message metadata name next object paging permission permissions result scope scopes status subcode subscribed_fields
success target_ids tasks token_type type user_id username version
"""
NAMES = _NAMES.split()

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["true", "granted", "108000000000001", "(#100) fields[0]"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=6),
    max_leaves=25,
)
BODIES = st.binary() | JSON.map(lambda found: json.dumps(found).encode())
STATUSES = st.sampled_from([200, 204, 302, 400, 404, 429, 500])
MAKERS: list[Callable[[Any, Served], object]] = [
    reading.issued,
    reading.token_report,
    reading.identity,
    reading.permissions,
    reading.page,
    reading.app,
    reading.app_subscriptions,
    reading.subscribed_apps,
    reading.profile,
    reading.listing(reading.page),
    reading.listing(reading.business),
    reading.listing(reading.system_user),
]


@pytest.mark.parametrize("made", MAKERS)
@given(body=BODIES, status=STATUSES)
def test_any_answer_to_a_read(made: Callable[[Any, Served], object], body: bytes, status: int) -> None:
    answer = Answer(status, body, asked=Asked("GET /x", ("a", "b")))
    try:
        result = made(read(answer), answer.served)
        if result is None:
            unreadable(answer, "Something is missing.")
    except AdminError as error:
        assert error.call == "GET /x"  # noqa: PT017 - whether it is raised depends on the example
        assert str(error).startswith("GET /x: ")  # noqa: PT017 - as above


@given(body=BODIES, status=STATUSES)
def test_any_answer_to_a_write(body: bytes, status: int) -> None:
    with contextlib.suppress(AdminError):
        confirmed(Answer(status, body))
        assert b"true" in body or b"success" in body or b"1" in body


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"X-App-Usage", b"x-page-usage", b"x-business-use-case-usage", b"facebook-api-version"]),
            st.binary() | JSON.map(lambda found: json.dumps(found).encode()),
        )
    )
)
def test_any_header(raw: list[tuple[bytes, bytes]]) -> None:
    assert isinstance(read_served(raw), Served)
