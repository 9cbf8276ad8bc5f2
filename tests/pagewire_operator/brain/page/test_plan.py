"""What a Page needs, from what is wanted and what is there."""

from typing import Any

import pytest
from msgspec import structs

from pagewire.resources import MessengerPage, MessengerPageStatus, ProfileFacts, decode
from pagewire_operator.brain.account.plan import Clear, SetFields, SetProfile, Unsubscribe
from pagewire_operator.brain.page.plan import plan
from pagewire_operator.brain.page.seen import PageSeen
from pagewire_operator.brain.profile import digest
from pagewire_operator.model import Key
from tests.pagewire_operator.brain.manifests import page

BOTH = frozenset({"messages", "messaging_postbacks"})
TARGET = "Page 108000000000001"


def wanted(status: MessengerPageStatus | None = None, **spec: Any) -> MessengerPage:
    made = decode(page(**spec))
    assert isinstance(made, MessengerPage)
    return structs.replace(made, status=status)


def ours(*fields: str) -> MessengerPageStatus:
    return MessengerPageStatus(subscribed_fields=list(fields))


def test_fields_are_subscribed() -> None:
    (step,) = plan(wanted(), PageSeen(fields=frozenset()))
    assert step.arguments == SetFields(fields=("messages", "messaging_postbacks"))
    assert (step.action, step.target, step.detail, step.drift) == (
        "Subscribe",
        TARGET,
        "add messages, messaging_postbacks",
        False,
    )


def test_all_is_there() -> None:
    assert plan(wanted(ours(*BOTH)), PageSeen(fields=BOTH | {"feed"})) == ()


@pytest.mark.parametrize(
    "seen", [PageSeen(), PageSeen(holder=Key("MessengerPage", "support", "older"), fields=frozenset())]
)
def test_nothing_is_done_blindly_or_against_the_holder(seen: PageSeen) -> None:
    assert plan(wanted(profile={"getStarted": {"payload": "A"}}), seen) == ()


def test_what_others_subscribed_is_sent_along_since_meta_replaces_the_set() -> None:
    (step,) = plan(wanted(), PageSeen(fields=frozenset({"feed", "messages"})))
    assert step.arguments == SetFields(fields=("feed", "messages", "messaging_postbacks"))


def test_a_field_that_is_no_longer_wanted_is_stopped() -> None:
    (step,) = plan(wanted(ours(*BOTH, "standby")), PageSeen(fields=BOTH | {"standby", "feed"}))
    assert step.arguments == SetFields(fields=("feed", "messages", "messaging_postbacks"))
    assert (step.detail, step.drift) == ("stop standby", False)


def test_a_lost_field_is_drift_and_the_loss_of_all_is_told_as_metas_doing() -> None:
    (one,) = plan(wanted(ours(*BOTH)), PageSeen(fields=frozenset({"messages"})))
    assert one.drift
    assert "failed deliveries" not in one.detail
    (everything,) = plan(wanted(ours(*BOTH)), PageSeen(fields=frozenset()))
    assert everything.drift
    assert "an hour of failed deliveries" in everything.detail


def test_without_fields_the_app_is_taken_off() -> None:
    (step,) = plan(wanted(ours(*BOTH), subscribedFields=[]), PageSeen(fields=BOTH))
    assert step.arguments == Unsubscribe()


def test_the_app_stays_for_an_instagram_account_that_needs_it() -> None:
    assert plan(wanted(ours(*BOTH), subscribedFields=[]), PageSeen(fields=BOTH, needed_by=("harbour-ig",))) == ()


def test_without_fields_nothing_of_others_is_touched() -> None:
    assert plan(wanted(subscribedFields=[]), PageSeen(fields=BOTH)) == ()


def test_one_call_sets_and_one_clears() -> None:
    made = wanted(
        profile={"getStarted": {"payload": "A"}, "greeting": [{"text": "Hi"}], "iceBreakers": [], "commands": []},
        adoptionPolicy="Adopt",
    )
    seen = PageSeen(fields=BOTH, profile={"ice_breakers": [{"question": "Q", "payload": "P"}], "commands": [{"x": 1}]})
    first, second = plan(made, seen)
    assert isinstance(first.arguments, SetProfile)
    assert set(first.arguments.properties) == {"get_started", "greeting"}
    assert second.arguments == Clear(properties=("ice_breakers", "commands"), adopted=("commands", "ice_breakers"))
    assert first.detail == "get_started, greeting"


def test_an_edited_profile_is_drift() -> None:
    greeting = [{"locale": "default", "text": "Hi"}]
    facts = ProfileFacts(hash=digest({"greeting": greeting}), managed=["greeting"])
    status = MessengerPageStatus(subscribed_fields=list(BOTH), profile=facts)
    (step,) = plan(
        wanted(status, profile={"greeting": [{"text": "Hi"}]}),
        PageSeen(fields=BOTH, profile={"greeting": [{"locale": "default", "text": "Buy now!"}]}),
    )
    assert (step.action, step.drift) == ("SetProfile", True)
    assert "Buy now" not in step.detail
