"""A real API server, asked of every document of the table: it refuses what our rules refuse, and names the field."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .documents import Document, wrong
from .server import Api, named
from .strategies import NEAR
from .table import CHANGES, ROWS, Change, Row


def fields(row: Row) -> set[str]:
    return set(row.server or [said.partition(":")[0] for said in row.said])


@pytest.mark.parametrize("row", ROWS, ids=[row.said[0] if row.said else "good" for row in ROWS])
async def test_the_server_judges_as_we_do(api: Api, row: Row):
    answer = await api.judge(row.document)
    if not row.said or row.server is None:
        assert answer.status_code == 201, answer.text
    else:
        assert answer.status_code in {400, 422}, answer.text
        assert fields(row) <= named(answer), answer.json()["message"]


@pytest.mark.parametrize("change", CHANGES, ids=[change.refused or "taken" for change in CHANGES])
async def test_ids_and_references_to_the_app_cannot_be_changed(api: Api, change: Change):
    async with api.kept(change.before):
        answer = await api.replace(change.after)
    if not change.refused:
        assert answer.status_code == 200, answer.text
    else:
        assert answer.status_code == 422, answer.text
        assert change.refused in named(answer)
        assert "cannot be changed" in answer.json()["message"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_document_is_judged_alike(api: Api, data: st.DataObject):
    document: Document = data.draw(NEAR)
    answer = await api.judge(document)
    assert (answer.status_code == 201) == (wrong(document) == []), (wrong(document), answer.text)
