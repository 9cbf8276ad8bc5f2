"""What an app's webhooks need, from what is wanted and what is there."""

from typing import Any

import pytest
from msgspec import structs

from pagewire.resources import WebhookSubscription, WebhookSubscriptionStatus, decode
from pagewire_operator.brain.subscription.plan import Remove, Subscribe, plan
from pagewire_operator.brain.subscription.seen import Current, SubscriptionSeen
from pagewire_operator.model import Key
from tests.pagewire_operator.brain.manifests import CALLBACK, subscription

ELSEWHERE = "https://elsewhere.example.com/hook"


def wanted(status: WebhookSubscriptionStatus | None = None, generation: int = 1, **spec: Any) -> WebhookSubscription:
    made = decode(subscription(**spec))
    assert isinstance(made, WebhookSubscription)
    return structs.replace(made, status=status, metadata=structs.replace(made.metadata, generation=generation))


def there(*fields: str, url: str = CALLBACK, active: bool = True) -> SubscriptionSeen:
    return SubscriptionSeen(looked=True, current=Current(callback_url=url, active=active, fields=frozenset(fields)))


def ours(*fields: str, url: str = CALLBACK, generation: int = 1) -> WebhookSubscriptionStatus:
    return WebhookSubscriptionStatus(callback_url=url, active=True, fields=list(fields), observed_generation=generation)


BOTH = ("messages", "messaging_postbacks")


def test_nothing_there() -> None:
    (step,) = plan(wanted(), SubscriptionSeen(looked=True))
    assert (step.action, step.arguments, step.drift) == ("Subscribe", Subscribe(fields=BOTH), False)
    assert step.detail == f"deliver messages, messaging_postbacks to {CALLBACK}"


def test_all_there() -> None:
    assert plan(wanted(), there(*BOTH)) == ()
    assert plan(wanted(ours(*BOTH)), there(*BOTH, "feed")) == ()


@pytest.mark.parametrize(
    "seen",
    [
        SubscriptionSeen(holder=Key("WebhookSubscription", "support", "older"), looked=True),
        SubscriptionSeen(looked=False),
    ],
)
def test_nothing_is_done_blindly_or_against_the_holder(seen: SubscriptionSeen) -> None:
    assert plan(wanted(), seen) == ()


def test_a_missing_field_is_added_beside_those_of_others() -> None:
    (step,) = plan(wanted(ours("messages")), there("messages", "feed"))
    assert step.arguments == Subscribe(fields=("feed", *BOTH))
    assert (step.detail, step.drift) == ("add messaging_postbacks", False)


def test_a_field_that_is_gone_is_drift() -> None:
    (step,) = plan(wanted(ours(*BOTH)), there("messages"))
    assert step.drift


def test_a_field_of_ours_that_is_no_longer_wanted_is_removed() -> None:
    (step,) = plan(wanted(ours(*BOTH, "feed")), there(*BOTH, "feed", "mention"))
    assert (step.action, step.arguments, step.detail) == ("Unsubscribe", Remove(fields=("feed",)), "stop feed")


def test_a_foreign_callback_is_left_alone() -> None:
    assert plan(wanted(), there(*BOTH, url=ELSEWHERE)) == ()


def test_a_foreign_callback_is_taken_over_if_asked() -> None:
    (step,) = plan(wanted(adoptionPolicy="Adopt"), there(*BOTH, "feed", url=ELSEWHERE))
    assert step.arguments == Subscribe(fields=("feed", *BOTH))
    assert step.detail == f"deliver to {CALLBACK} instead of {ELSEWHERE}"
    assert not step.drift


def test_our_own_callback_may_move() -> None:
    (step,) = plan(wanted(ours(*BOTH, url=ELSEWHERE)), there(*BOTH, url=ELSEWHERE))
    assert step.detail == f"deliver to {CALLBACK} instead of {ELSEWHERE}"
    assert not step.drift


def test_a_callback_taken_from_us_is_fought_for_only_if_adopting() -> None:
    assert plan(wanted(ours(*BOTH)), there(*BOTH, url=ELSEWHERE)) == ()
    (step,) = plan(wanted(ours(*BOTH), adoptionPolicy="Adopt"), there(*BOTH, url=ELSEWHERE))
    assert step.drift


def test_a_stopped_subscription_is_started_again() -> None:
    (step,) = plan(wanted(ours(*BOTH)), there(*BOTH, active=False))
    assert step.drift
    assert step.detail == "deliver again: Meta has stopped"


def test_what_meta_does_not_show_is_told_again_after_a_change() -> None:
    (step,) = plan(wanted(ours(*BOTH), generation=2, includeValues=False), there(*BOTH))
    assert step.detail == "tell Meta again what it does not show"
    assert plan(wanted(ours(*BOTH), generation=2, managementPolicy="Observe"), there(*BOTH)) == ()
