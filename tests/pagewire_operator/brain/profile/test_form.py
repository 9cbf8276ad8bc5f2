"""A profile in Meta's form, and what counts as the same."""

from typing import Any

import pytest

from pagewire.resources import decode
from pagewire_operator.brain.profile import canonical, digest, wanted_of
from tests.pagewire_operator.brain.manifests import PROFILE, linked, page


def wanted(profile: dict[str, Any]) -> Any:
    return wanted_of(decode(page(profile=profile)).spec.profile)  # type: ignore[attr-defined]


def test_a_profile_is_spelled_as_meta_spells_it() -> None:
    made = wanted(PROFILE)
    assert set(made) == {"get_started", "greeting", "persistent_menu", "ice_breakers", "whitelisted_domains"}
    assert made["persistent_menu"] == [
        {
            "locale": "default",
            "call_to_actions": [
                {"type": "postback", "title": "Opening hours", "payload": "HOURS"},
                {"type": "web_url", "title": "Order online", "url": "https://shop.example.com/"},
            ],
        }
    ]
    assert made["ice_breakers"] == [
        {"locale": "default", "call_to_actions": [{"question": "When are you open?", "payload": "HOURS"}]}
    ]


def test_what_is_left_out_is_left_out_and_what_is_empty_is_to_be_cleared() -> None:
    assert wanted({"greeting": [], "getStarted": {}, "accountLinkingURL": ""}) == {
        "greeting": None,
        "get_started": None,
        "account_linking_url": None,
    }
    assert wanted({}) == {}
    assert wanted_of(None) == {}


def test_an_instagram_profile_has_nothing_messenger_only() -> None:
    spec = decode(
        linked(profile={"persistentMenu": [{"callToActions": [{"type": "postback", "title": "A", "payload": "B"}]}]})
    )
    (menu,) = wanted_of(spec.spec.profile)["persistent_menu"]  # type: ignore[attr-defined]
    assert set(menu) == {"locale", "call_to_actions"}


@pytest.mark.parametrize(
    ("name", "ours", "metas"),
    [
        ("greeting", [{"locale": "default", "text": "A"}, {"locale": "en_US", "text": "B"}],
         [{"locale": "en_US", "text": "B"}, {"locale": "default", "text": "A"}]),
        ("persistent_menu", [{"locale": "default", "call_to_actions": [{"type": "web_url", "title": "A", "url": "https://a.example/"}]}],
         [{"locale": "default", "composer_input_disabled": False, "disabled_surfaces": [],
           "call_to_actions": [{"type": "web_url", "title": "A", "url": "https://a.example/", "webview_height_ratio": "full"}]}]),
        ("ice_breakers", [{"locale": "default", "call_to_actions": [{"question": "Q", "payload": "P"}]}],
         [{"question": "Q", "payload": "P"}]),
        ("whitelisted_domains", ["https://B.example.com/", "https://a.example.com"],
         ["https://a.example.com/", "https://b.example.com"]),
        ("account_linking_url", "https://a.example/link", "https://A.example/link"),
        ("greeting", None, []),
        ("get_started", {"payload": "P"}, {"payload": "P", "type": "postback"}),
        ("commands", [{"locale": "default", "commands": [{"name": "a", "description": "b"}]}],
         [{"commands": [{"description": "b", "name": "a"}], "locale": "default"}]),
    ],
)  # fmt: skip
def test_defaults_order_and_old_forms_are_no_difference(name: str, ours: Any, metas: Any) -> None:
    assert canonical(name, ours) == canonical(name, metas)


@pytest.mark.parametrize(
    ("name", "ours", "metas"),
    [
        ("greeting", [{"locale": "default", "text": "A"}], [{"locale": "default", "text": "a"}]),
        ("persistent_menu", [{"locale": "default", "composer_input_disabled": True, "call_to_actions": []}],
         [{"locale": "default", "call_to_actions": []}]),
        ("ice_breakers", [{"question": "Q", "payload": "P"}, {"question": "R", "payload": "P"}],
         [{"question": "R", "payload": "P"}, {"question": "Q", "payload": "P"}]),
        ("get_started", {"payload": "P"}, {"odd": "form"}),
        ("greeting", [{"text": "A"}], "an odd form"),
        ("account_linking_url", "https://a.example/link", "https://a.example/Link"),
    ],
)  # fmt: skip
def test_what_people_would_see_is_a_difference(name: str, ours: Any, metas: Any) -> None:
    assert canonical(name, ours) != canonical(name, metas)


def test_equal_profiles_have_one_digest() -> None:
    one = {"whitelisted_domains": ["https://a.example.com", "https://b.example.com"], "greeting": None}
    other = {"greeting": None, "whitelisted_domains": ["https://b.example.com/", "https://a.example.com/"]}
    assert digest(one) == digest(other)
    assert digest(one) != digest({**one, "greeting": [{"locale": "default", "text": "A"}]})
    assert len(digest({})) == 16
