"""Notes on decisions are spoken of by number, so each has one of its own."""

from pathlib import Path

NOTES = sorted(Path(__file__).parents[2].glob("docs/decisions/[0-9]*.md"))


def test_each_note_on_a_decision_has_a_number_of_its_own_and_none_is_left_out() -> None:
    assert [note.name[:5] for note in NOTES] == [f"{number:04}-" for number in range(1, len(NOTES) + 1)]


def test_each_note_says_its_number_first() -> None:
    firsts = {note.name: note.read_text(encoding="utf-8").partition("\n")[0] for note in NOTES}
    assert {name: first[:7] for name, first in firsts.items()} == {name: f"# {name[:4]} " for name in firsts}
