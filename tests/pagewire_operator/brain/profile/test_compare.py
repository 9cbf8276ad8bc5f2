"""Whose a property is decides what becomes of it."""

from typing import Any

from pagewire.resources import ProfileFacts
from pagewire_operator.brain.profile import compare, facts_of

A: Any = [{"locale": "default", "text": "A"}]
B: Any = [{"locale": "default", "text": "B"}]
START: Any = {"payload": "START"}


def owned(**wanted: Any) -> ProfileFacts:
    """What is remembered after Meta agreed with this."""
    live = {name: value for name, value in wanted.items() if value is not None}
    return facts_of(wanted, live, None, adopt=False)


def test_what_is_not_set_is_set() -> None:
    found = compare({"greeting": A}, {}, None, adopt=False)
    assert (found.set, found.clear, found.refused, found.drifted) == ({"greeting": A}, (), (), ())


def test_what_agrees_is_taken_as_ours() -> None:
    found = compare({"greeting": A}, {"greeting": A}, None, adopt=False)
    assert found.differs == ()
    assert facts_of({"greeting": A}, {"greeting": A}, None, adopt=False).managed == ["greeting"]


def test_what_somebody_else_set_is_refused() -> None:
    found = compare({"greeting": A, "get_started": START}, {"greeting": B}, None, adopt=False)
    assert found.refused == ("greeting",)
    assert found.set == {"get_started": START}
    facts = facts_of({"greeting": A, "get_started": START}, {"greeting": B, "get_started": START}, None, adopt=False)
    assert facts.managed == ["get_started"]


def test_what_somebody_else_set_is_replaced_if_adopting() -> None:
    found = compare({"greeting": A}, {"greeting": B}, None, adopt=True)
    assert (found.set, found.adopted, found.refused, found.drifted) == ({"greeting": A}, ("greeting",), (), ())


def test_to_clear_what_somebody_else_set_needs_adopting_too() -> None:
    assert compare({"greeting": None}, {"greeting": B}, None, adopt=False).refused == ("greeting",)
    assert compare({"greeting": None}, {"greeting": B}, None, adopt=True).clear == ("greeting",)


def test_our_own_changed_by_hand_is_drift() -> None:
    found = compare({"greeting": A}, {"greeting": B}, owned(greeting=A), adopt=False)
    assert (found.set, found.drifted, found.refused) == ({"greeting": A}, ("greeting",), ())


def test_our_own_removed_by_hand_is_drift() -> None:
    assert compare({"greeting": A}, {}, owned(greeting=A), adopt=False).drifted == ("greeting",)


def test_what_we_cleared_and_somebody_sets_is_drift() -> None:
    found = compare({"greeting": None}, {"greeting": B}, owned(greeting=None), adopt=False)
    assert (found.clear, found.drifted, found.refused) == (("greeting",), ("greeting",), ())


def test_a_changed_spec_is_no_drift() -> None:
    found = compare({"greeting": B}, {"greeting": A}, owned(greeting=A), adopt=False)
    assert (found.set, found.drifted, found.refused) == ({"greeting": B}, (), ())


def test_what_the_spec_leaves_out_is_left_alone_and_told() -> None:
    found = compare({}, {"greeting": A}, owned(greeting=A), adopt=True)
    assert found.differs == ()
    assert facts_of({}, {"greeting": A}, owned(greeting=A), adopt=True).unmanaged == ["greeting"]


def test_the_menu_is_cleared_before_its_button() -> None:
    wanted = {"get_started": None, "persistent_menu": None, "greeting": None}
    live = {"get_started": START, "persistent_menu": [{}], "greeting": A}
    assert compare(wanted, live, None, adopt=True).clear == ("persistent_menu", "greeting", "get_started")


def test_what_agreed_last_is_remembered_until_it_agrees_again() -> None:
    before = owned(greeting=A)
    pending = facts_of({"greeting": B}, {"greeting": A}, before, adopt=False)
    assert (pending.hash, pending.managed) == (before.hash, ["greeting"])
    assert facts_of({"greeting": B}, {"greeting": B}, pending, adopt=False).hash != before.hash
