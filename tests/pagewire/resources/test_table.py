"""Our own rules, asked of every document of the table."""

import pytest

from .documents import wrong
from .table import ROWS, Row


@pytest.mark.parametrize("row", ROWS, ids=[row.said[0] if row.said else "good" for row in ROWS])
def test_every_document_is_judged(row: Row):
    assert tuple(wrong(row.document)) == row.said
