"""The ledger of the comparison finds what went wrong, and nothing else."""

import pytest

from bench.peers.ledger import Key, Verdict, judge

SAID: tuple[Key, ...] = ((1, 1), (2, 1), (1, 2), (2, 2))


@pytest.mark.parametrize(
    ("came", "verdict"),
    [
        pytest.param(SAID, Verdict(4, 0, 0, 0, 0), id="all well"),
        pytest.param(SAID[:3], Verdict(3, 1, 0, 0, 0), id="one lost"),
        pytest.param((*SAID, (2, 1)), Verdict(4, 0, 1, 0, 0), id="one twice"),
        pytest.param((*SAID, (1, 1)), Verdict(4, 0, 1, 1, 0), id="a repeat twice"),
        pytest.param(((1, 2), (1, 1), (2, 1), (2, 2)), Verdict(4, 0, 0, 0, 1), id="one overtaken"),
        pytest.param(((2, 1), (2, 2), (1, 1), (1, 2)), Verdict(4, 0, 0, 0, 0), id="people in any order"),
        pytest.param(
            ((1, 1), (1, 2), (1, 1), (2, 1), (2, 2)), Verdict(4, 0, 1, 1, 0), id="the second time is no disorder"
        ),
        pytest.param((*SAID, (3, 1)), Verdict(4, 0, 0, 0, 0), id="answered and never acknowledged"),
    ],
)
def test_the_ledger_tells_what_happened(came: tuple[Key, ...], verdict: Verdict) -> None:
    assert judge(SAID, [(1, 1)], came) == verdict
