"""An app that very many Pages use may change while webhooks come in: the work is done in short turns."""

import sys
from collections.abc import Iterator
from random import Random

import pytest

from pagewire.manifests.problems import Problem
from pagewire_gateway.registry.cluster.mirror import Mirror
from pagewire_gateway.registry.turns import PIECE, TURN, in_turns, sort_in_turns


def test_turns_are_short_within_and_as_before_after_it() -> None:
    before = sys.getswitchinterval()
    with pytest.raises(KeyError), in_turns():
        assert sys.getswitchinterval() == pytest.approx(TURN)
        raise KeyError
    assert sys.getswitchinterval() == pytest.approx(before)


@pytest.mark.parametrize("size", [0, 1, PIECE, 3 * PIECE + 1])
def test_pieces_make_the_same_order(size: int) -> None:
    values = [(Random(size).randrange(100), number) for number in range(size)]
    assert list(sort_in_turns(values, lambda one: one[0])) == sorted(values, key=lambda one: one[0])


def test_a_snapshot_is_built_in_turns() -> None:
    turns: list[float] = []

    def others() -> Iterator[Problem]:
        turns.append(sys.getswitchinterval())
        yield Problem(message="something is wrong with the cluster itself")

    snapshot = Mirror().build(others())
    assert turns == [pytest.approx(TURN)]
    assert [one.message for one in snapshot.problems] == ["something is wrong with the cluster itself"]
