"""The Messenger profile, with the limits Meta sets (Meta, Messenger Profile API)."""

from typing import Any

import pytest

from pagewire.resources import MessengerPage, decode

from .documents import instagram, page, wrong


def button(**fields: Any) -> dict[str, Any]:
    return {"type": "postback", "title": "Hours", "payload": "HOURS", **fields}


def menu(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"locale": "default", "callToActions": list(items) or [button()], **fields}


def ice_breakers(count: int, **fields: Any) -> dict[str, Any]:
    questions = [{"question": f"Question {number}?", "payload": str(number)} for number in range(count)]
    return {"locale": "default", "callToActions": questions, **fields}


STARTED = {"getStarted": {"payload": "START"}}

FULL = {
    **STARTED,
    "greeting": [{"locale": "default", "text": "Ahoy {{user_first_name}}!"}, {"locale": "pt_PT", "text": "Olá!"}],
    "persistentMenu": [menu(button(), {"type": "web_url", "title": "Shop", "url": "https://shop.example.com/"})],
    "iceBreakers": [ice_breakers(4)],
    "commands": [{"locale": "default", "commands": [{"name": "hours", "description": "Opening hours"}]}],
    "whitelistedDomains": ["https://shop.example.com/"],
}


def test_a_whole_profile_is_read():
    found = decode(page(profile=FULL))
    assert isinstance(found, MessengerPage)
    assert found.spec.profile is not None
    assert found.spec.profile.persistent_menu is not None
    assert found.spec.profile.persistent_menu[0].call_to_actions[1].url == "https://shop.example.com/"
    assert wrong(page(profile=FULL)) == []


def test_what_is_absent_is_not_the_same_as_what_is_empty():
    found = decode(page(profile={"iceBreakers": []}))
    assert isinstance(found, MessengerPage)
    assert found.spec.profile is not None
    assert (found.spec.profile.ice_breakers, found.spec.profile.greeting) == ([], None)
    assert wrong(page(profile={"iceBreakers": [], "greeting": [], "persistentMenu": []})) == []


MENU = "spec.profile.persistentMenu"


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (
            {"getStarted": {"payload": "x" * 1001}},
            ["spec.profile.getStarted.payload: expected at most 1000 characters"],
        ),
        ({"getStarted": {"payload": ""}}, ["spec.profile.getStarted.payload: expected at least 1 characters"]),
        ({"greeting": [{"text": "x" * 161}]}, ["spec.profile.greeting[0].text: expected at most 160 characters"]),
        ({"greeting": [{"text": "x" * 160}]}, []),
        (
            {"greeting": [{"locale": "pt_PT", "text": "Olá"}]},
            ["spec.profile.greeting: one entry must have locale: default, for everybody else"],
        ),
        ({"greeting": [{"text": "a"}, {"text": "b"}]}, ["spec.profile.greeting[1].locale: default is listed twice"]),
        (
            {"greeting": [{"locale": "english", "text": "a"}]},
            ["spec.profile.greeting[0].locale: expected `default` or a locale with its country, as in en_US"],
        ),
        (
            {"persistentMenu": [menu()]},
            ["spec.profile.getStarted: a persistent menu needs a Get Started button (Meta, code 100/2018145)"],
        ),
        ({**STARTED, "persistentMenu": [menu(*[button()] * 20)]}, []),
        (
            {**STARTED, "persistentMenu": [menu(*[button()] * 21)]},
            [f"{MENU}[0].callToActions: expected at most 20 entries"],
        ),
        (
            {**STARTED, "persistentMenu": [menu(button(title="x" * 31))]},
            [f"{MENU}[0].callToActions[0].title: expected at most 30 characters"],
        ),
        (
            {**STARTED, "persistentMenu": [menu(button(type="nested"))]},
            [f"{MENU}[0].callToActions[0].type: expected one of postback, web_url"],
        ),
        (
            {**STARTED, "persistentMenu": [menu(button(url="https://x.example.com", payload=None))]},
            [
                f"{MENU}[0].callToActions[0].payload: a menu item of type postback needs it",
                f"{MENU}[0].callToActions[0].url: a menu item of type postback has none; remove it",
            ],
        ),
        ({"iceBreakers": [ice_breakers(5)]}, ["spec.profile.iceBreakers[0].callToActions: expected at most 4 entries"]),
        (
            {"whitelistedDomains": ["https://x.example.com/"] * 51},
            ["spec.profile.whitelistedDomains: expected at most 50 entries"],
        ),
        (
            {"whitelistedDomains": ["http://x.example.com/"]},
            ["spec.profile.whitelistedDomains[0]: expected a URL that starts with https://"],
        ),
        (
            {"whitelistedDomains": ["https://10.0.0.1/", "https://localhost/", "https://[::", "https://[::1]/"]},
            [
                "spec.profile.whitelistedDomains[0]: Meta takes names, not IP addresses",
                "spec.profile.whitelistedDomains[1]: Meta must be able to reach it: write a fully qualified name",
                "spec.profile.whitelistedDomains[2]: this is not a URL",
                "spec.profile.whitelistedDomains[3]: Meta takes names, not IP addresses",
            ],
        ),
        ({"commands": None}, []),
    ],
)
def test_the_limits_of_a_page(profile: dict[str, Any], said: list[str]):
    assert wrong(page(profile=profile)) == said


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ({"persistentMenu": [menu()], "iceBreakers": [ice_breakers(4)]}, []),
        ({"greeting": []}, ["spec.profile.greeting: unknown field; known here: persistentMenu, iceBreakers"]),
        (
            {"persistentMenu": [menu(composerInputDisabled=True)]},
            [f"{MENU}[0].composerInputDisabled: Instagram has no such setting; remove it"],
        ),
        (
            {"persistentMenu": [menu(button(webviewHeightRatio="full"))]},
            [f"{MENU}[0].callToActions[0].webviewHeightRatio: Instagram has no such setting; remove it"],
        ),
        ({"iceBreakers": [ice_breakers(1, locale="pt_PT")]}, None),
    ],
)
def test_the_limits_of_an_instagram_account(profile: dict[str, Any], said: list[str] | None):
    default = ["spec.profile.iceBreakers: one entry must have locale: default, for everybody else"]
    assert wrong(instagram(profile=profile)) == (default if said is None else said)
