"""What the operator complains of, in the words of the console."""

import pytest

from pagewire.resources import ConditionType
from pagewire_gateway.console.complaints import SAID, of_complaints
from pagewire_gateway.registry.complaints import WORST, Complaint, complaint_of
from tests.pagewire_gateway import making


def resource(*failing: str) -> dict:
    conditions = [{"type": one, "status": "False", "reason": "Why", "message": "It is so."} for one in failing]
    return {"metadata": {"name": "harbour", "namespace": "support"}, "status": {"conditions": conditions}}


def test_everything_that_can_be_complained_of_has_words():
    assert set(SAID) == set(WORST)
    assert set(ConditionType) - set(WORST) == {"Paused", "Stalled"}


@pytest.mark.parametrize("condition", WORST)
def test_a_complaint_is_a_matter_in_those_words(condition: str):
    complaint = complaint_of("MessengerPage", resource(condition))
    assert complaint is not None
    (matter,) = of_complaints([complaint], [], making.NOW)
    assert matter.title == f"MessengerPage support/harbour {SAID[condition]}"
    assert matter.said == "Why: It is so."


def test_a_cause_is_told_rather_than_what_follows_from_it():
    found = complaint_of("MessengerPage", resource("Synced", "Ready", "Subscribed", "TokenValid"))
    assert found == Complaint(
        kind="MessengerPage",
        namespace="support",
        name="harbour",
        condition="TokenValid",
        reason="Why",
        message="It is so.",
    )
