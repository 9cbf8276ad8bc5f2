"""Last writer wins, whatever the order."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from pagewire_crm_sync.cloudevent import parcel_of
from pagewire_crm_sync.contact import (
    Contact,
    Key,
    OptIn,
    Profile,
    Referral,
    Referrals,
    differs_in_last_seen_only,
    merge,
)
from tests.pagewire_crm_sync.world import ANNA, PAGE, at

KEY = Key(object="page", account=PAGE, scoped_id=ANNA)


@st.composite
def _facts(draw: st.DrawFn) -> Contact:
    """Facts of one event; no two happen at the same time."""
    when = at(draw(st.integers(0, 1000)))
    touch = Referral(at=when, ref=draw(st.sampled_from("abc")))
    opt_in = OptIn(type="t", topic=draw(st.sampled_from("ab")), state="stopped", at=when)
    return Contact(
        key=KEY,
        first_seen=when,
        last_seen=when,
        last_kind="message",
        opt_ins=draw(st.sampled_from([(), (opt_in,)])),
        referral=draw(st.sampled_from([None, Referrals(first=touch, last=touch)])),
    )


@given(st.lists(_facts(), min_size=1, unique_by=lambda facts: facts.last_seen), st.randoms())
def test_order_and_repeats_change_nothing(all_facts: list[Contact], chance: object) -> None:
    shuffled = [*all_facts, *all_facts]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reduce(merge, shuffled) == reduce(merge, all_facts)


def test_a_profile_replaces_an_older_one_and_silence_does_not() -> None:
    plain = Contact(key=KEY, first_seen=at(0), last_seen=at(0), last_kind="message")
    anna = Contact(key=KEY, first_seen=at(1), last_seen=at(1), last_kind="message", profile=Profile(name="Anna"))
    anne = Contact(key=KEY, first_seen=at(2), last_seen=at(2), last_kind="message", profile=Profile(name="Anne"))
    assert merge(merge(plain, anna), anne).profile == Profile(name="Anne")
    assert merge(anna, plain).profile == Profile(name="Anna")


def test_being_seen_again_is_a_difference_of_its_own() -> None:
    once = Contact(key=KEY, first_seen=at(0), last_seen=at(0), last_kind="message")
    again = Contact(key=KEY, first_seen=at(0), last_seen=at(9), last_kind="reaction")
    named = Contact(key=KEY, first_seen=at(0), last_seen=at(9), last_kind="reaction", profile=Profile(name="Anna"))
    assert differs_in_last_seen_only(once, again)
    assert not differs_in_last_seen_only(once, named)


@given(_facts(), _facts())
def test_the_same_state_has_the_same_id_and_another_state_another(one: Contact, other: Contact) -> None:
    assert (parcel_of(one).id == parcel_of(other).id) == (one == other)
    assert parcel_of(one) == parcel_of(merge(one, one))
