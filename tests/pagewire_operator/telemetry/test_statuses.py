"""What statuses say, as rows of metrics."""

from typing import Any

from pagewire.kube import Object
from pagewire_operator.known import Known
from pagewire_operator.telemetry import statuses
from tests.pagewire_operator.machine.making import known, page, with_status

ENDS = "2026-12-24T12:00:00Z"
SOONER = "2026-12-20T12:00:00Z"
HARBOUR = ("MessengerPage", "support", "harbour")


def test_each_condition_has_a_row_for_every_status() -> None:
    rows = statuses.conditions([known(with_status(page(), ("Ready", "False")))])
    assert dict(rows) == {
        (*HARBOUR, "Ready", "True"): 0.0,
        (*HARBOUR, "Ready", "False"): 1.0,
        (*HARBOUR, "Ready", "Unknown"): 0.0,
    }


def test_a_large_house_still_hears_that_something_is_not_ready() -> None:
    every = [known(with_status(page(f"page-{number}"), ("Ready", "True"))) for number in range(250)]
    every.append(known(with_status(page("broken"), ("Ready", "False"))))
    rows = dict(statuses.conditions(every))
    assert len(rows) == 3
    assert rows["MessengerPage", "", "", "Ready", "False"] == 1.0


def test_only_what_is_known_of_a_subscription_is_told() -> None:
    told = [known(with_status(page(name), ("Subscribed", status))) for name, status in (("a", "True"), ("b", "False"))]
    unknown = known(with_status(page("c"), ("Subscribed", "Unknown")))
    assert dict(statuses.subscribed([*told, unknown, known(page("new"))])) == {
        ("MessengerPage", "support", "a"): 1.0,
        ("MessengerPage", "support", "b"): 0.0,
    }


def test_a_page_and_its_instagram_account_end_with_their_token() -> None:
    every = [_page(), _instagram(), _token(expiresAt=ENDS, dataAccessExpiresAt=SOONER), known(page("mute"))]
    rows = dict(statuses.expirations(every, {one.key: one for one in every}.get))
    assert rows == {HARBOUR: 1_797_768_000.0, ("InstagramAccount", "support", "shop"): 1_797_768_000.0}


def test_a_token_without_an_end_has_no_row() -> None:
    every = [_page(), _token()]
    assert statuses.expirations(every, {one.key: one for one in every}.get) == []


def _page() -> Known:
    found = page()
    return known({**found, "spec": {**found["spec"], "tokenRef": {"name": "harbour"}}})


def _instagram() -> Known:
    spec = {"appRef": {"name": "acme"}, "accountId": "17841400000000001", "pageRef": {"name": "harbour"}}
    return known({**page("shop"), "kind": "InstagramAccount", "spec": spec})


def _token(**told: Any) -> Known:
    spec = {"appRef": {"name": "acme"}, "type": "Page", "pageId": "108000000000001", "from": {"login": {}}}
    found: Object = {**page(), "kind": "AccessToken", "spec": spec}
    return known(with_status(found, ("Ready", "True"), **told))
