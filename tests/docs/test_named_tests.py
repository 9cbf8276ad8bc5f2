"""Promises stand beside the test that holds them; each of these tests exists, and each row has one or says why it has none."""

import re

import pytest

from tests.docs.named_tests import ROOT, missing, named

PAGES = ("docs/explanation/threat-model.md", "docs/reference/compatibility.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_page_names_exists(page: str) -> None:
    assert len(named(page)) >= 10
    assert missing(page) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_row_names_a_test_or_says_why_there_is_none(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if re.match(r"\| (?:\*\*|[STRIDE]\d+ )", line)]
    held = [row.rstrip("| ").rpartition(" | ")[2] for row in rows]
    assert len(held) >= 10
    assert [
        one for one in held if "`tests/" not in one and not re.match(r"(?:by review|accepted|elsewhere): \w", one)
    ] == []


def test_a_test_that_is_not_there_is_missed() -> None:
    assert "tests/docs/test_named_tests.py::test_nothing_of_the_kind" in missing("tests/docs/named_tests_sample.md")
