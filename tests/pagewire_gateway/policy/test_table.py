"""Every row of Meta's rules: state, wish, sender -> decision."""

import pytest

from pagewire_gateway.policy import Reason, Refuse, Wait, decide
from pagewire_gateway.policy.tags import LIVE, RETIRED
from tests.pagewire_gateway.policy.cases import CASES, NOW, expected_on, shows, standing_of, talk_of

ROWS = [
    pytest.param(case, surface, id=f"{case.of} {case.state}: {case.wish} [{surface}]")
    for case in CASES
    for surface in case.surfaces
]


@pytest.mark.parametrize(("case", "surface"), ROWS)
def test_a_row_of_the_rules(case, surface):
    decision = decide(talk_of(case), standing_of(case, surface), case.wished, NOW)
    assert shows(decision) == expected_on(case, surface)
    if isinstance(decision, Refuse | Wait):
        assert len(decision.why) > 30
        assert decision.why[-1] not in ".!"


def test_no_tag_is_both_alive_and_dead():
    assert not LIVE.keys() & RETIRED.keys()


def test_every_reason_that_the_rules_give_is_in_the_table():
    given = {
        one
        for case in CASES
        for one in (case.expected.values() if isinstance(case.expected, dict) else [case.expected])
    }
    found = {one.reason if isinstance(one, Wait) else one for one in given}
    # These come from Meta's answers or from the outbox, not from the rules.
    elsewhere = {Reason.META_AUTOMATION, Reason.REFUSED_BY_META, Reason.EARLIER_PART}
    assert set(Reason) - elsewhere <= found
