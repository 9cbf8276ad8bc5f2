"""What is kept out after a person asked to be forgotten, and when they are somebody new."""

import pytest

from pagewire import wire
from pagewire.people import ScopedId
from pagewire_gateway.people.bars import ECHOES_MS, Bars
from pagewire_gateway.people.keyed import Keyed
from tests.pagewire_gateway import making

ANN, BOB = "24000000000000001", "24000000000000002"
ASKED = making.NOW


def echo(at: int, person: str = ANN) -> dict:
    ends = {"sender": {"id": making.PAGE}, "recipient": {"id": person}, "timestamp": at}
    return {**ends, "message": {"mid": f"m_e{at}", "is_echo": True, "text": "ours"}}


def comment(at: int, person: str | int = ANN) -> dict:
    return {"timestamp": at, "something": {"from": {"id": person}, "text": "nice"}}


@pytest.fixture
def bars(tmp_path):
    keyed = Keyed(tmp_path / "people.key")
    bars = Bars()
    bars.remember(keyed, {keyed.of(ScopedId("page", making.PAGE, ANN)): ASKED})
    return bars


@pytest.mark.parametrize(
    ("items", "kept"),
    [
        ([making.message(at=ASKED - 1)], 0),
        ([making.message(at=ASKED)], 0),
        ([making.message(at=ASKED - 36 * 3_600_000)], 0),
        ([making.message(at=ASKED + 1)], 1),
        ([making.message(person=BOB, at=ASKED - 1)], 1),
        ([echo(ASKED - 1)], 0),
        ([echo(ASKED + 100)], 0),
        ([echo(ASKED + ECHOES_MS + 1)], 1),
        ([making.message(at=ASKED + 1), echo(ASKED + 100)], 2),
        ([echo(ASKED + 100, BOB), echo(ASKED + 100), making.message(at=ASKED + 200)], 2),
        ([{"timestamp": ASKED - 5, "something": "without a person"}], 1),
        ([comment(ASKED)], 0),
        ([comment(ASKED + 1)], 1),
        ([comment(ASKED - 5, BOB)], 1),
        ([comment(ASKED - 5, f"{ANN}7")], 1),
        ([comment(ASKED - 5, f"{making.PAGE}_{ANN}")], 0),
        ([comment(ASKED - 5, int(ANN))], 0),
    ],
)
def test_what_is_kept_out(bars, items, kept):
    read = wire.read(making.body(*items), ASKED).items
    assert len(bars.admitted(read)) == kept


def test_nothing_is_looked_at_while_nobody_was_forgotten(tmp_path):
    bars = Bars()
    bars.remember(Keyed(tmp_path / "people.key"), {})
    items = wire.read(making.body(making.message(at=1)), ASKED).items
    assert bars.admitted(items) is items


def test_a_key_lasts_and_another_one_makes_other_hashes(tmp_path):
    who = ScopedId("page", making.PAGE, ANN)
    first = Keyed(tmp_path / "a.key").of(who)
    assert Keyed(tmp_path / "a.key").of(who) == first
    assert Keyed(tmp_path / "b.key").of(who) != first
    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600
