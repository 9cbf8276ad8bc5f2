"""What is said of other tools has its source beside it."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs/explanation/compared.md").read_text(encoding="utf-8")
SOURCE = re.compile(r"\]\(|\w#\d+|read in its code")
BY_THEIR_README = {"it is", "your code", "an inbox for people", "other channels", "flows by drag and drop"}
BY_THEIR_README |= {
    "delivers webhooks to thousands of your customers",
    "years in production elsewhere",
    "hosted by its makers",
}
LEFT_TO_YOU = {"", "you", "credentials"}


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    return [re.split(r"\s*\|\s*", line)[1:-1] for line in lines[2:]]


def test_each_cell_names_its_source() -> None:
    cells = [(row[0], cell) for row in rows() if row[0] not in BY_THEIR_README for cell in row[1:]]
    assert len(cells) > 40
    assert [one for one in cells if one[1] not in LEFT_TO_YOU and not SOURCE.search(one[1])] == []


def test_what_needs_no_source_is_there() -> None:
    assert {row[0] for row in rows()} >= BY_THEIR_README


def test_no_cell_holds_a_figure_that_the_next_run_of_ours_changes() -> None:
    changing = re.compile(r"\d+ ?%|\d+ (?:of|sent|out)\b|lost \d")
    assert changing.search("lost up to 3 of 415")
    assert [cell for row in rows() for cell in row if "our run" in cell and changing.search(cell)] == []
