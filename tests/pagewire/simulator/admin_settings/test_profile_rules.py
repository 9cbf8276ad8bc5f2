"""What a property may hold: each breach is code 100, and its neighbour that keeps the rule is taken."""

from __future__ import annotations

from typing import Any

import pytest

from pagewire.simulator.errors import Refused
from pagewire.simulator.settings.profile import GONE, changed

POSTBACK = {"type": "postback", "title": "Hours", "payload": "H"}
LINK = {"type": "web_url", "title": "Shop", "url": "https://shop.example.com/"}
QUESTION = {"question": "Hours?", "payload": "H"}


def menu(*items: dict[str, Any], locale: str = "default", **more: Any) -> list[dict[str, Any]]:
    return [{"locale": locale, "call_to_actions": list(items), **more}]


def greeting(*locales: str, text: str = "Hi") -> list[dict[str, str]]:
    return [{"locale": locale, "text": text} for locale in locales]


def refusal(**wish: Any) -> str:
    """The sentence with which a POST is refused."""
    with pytest.raises(Refused) as refused:
        changed({"get_started": {"payload": "S"}}, wish, instagram=False)
    assert refused.value.refusal.code == 100
    return refused.value.refusal.message


def accepted(**wish: Any) -> None:
    """The wish is taken."""
    assert changed({"get_started": {"payload": "S"}}, wish, instagram=False) == {"get_started": {"payload": "S"}} | wish


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ({"get_started": {"payload": "x" * 1000}}, {"get_started": {"payload": "x" * 1001}}),
        ({"greeting": greeting("default", text="x" * 160)}, {"greeting": greeting("default", text="x" * 161)}),
        ({"greeting": greeting("default", text="😀" * 80)}, {"greeting": greeting("default", text="😀" * 81)}),
        (
            {"persistent_menu": menu({**POSTBACK, "title": "x" * 30})},
            {"persistent_menu": menu({**POSTBACK, "title": "x" * 31})},
        ),
        (
            {"persistent_menu": menu({**POSTBACK, "payload": "x" * 1000})},
            {"persistent_menu": menu({**POSTBACK, "payload": "x" * 1001})},
        ),
        ({"persistent_menu": menu(*[POSTBACK] * 20)}, {"persistent_menu": menu(*[POSTBACK] * 21)}),
        ({"ice_breakers": menu(*[QUESTION] * 4)}, {"ice_breakers": menu(*[QUESTION] * 5)}),
        ({"ice_breakers": [QUESTION] * 4}, {"ice_breakers": [QUESTION] * 5}),
        (
            {"whitelisted_domains": [f"https://s{n}.example.com" for n in range(50)]},
            {"whitelisted_domains": [f"https://s{n}.example.com" for n in range(51)]},
        ),
    ],
)
def test_limits(good: dict[str, Any], bad: dict[str, Any]) -> None:
    """The last that fits, and the first that does not."""
    accepted(**good)
    refusal(**bad)


@pytest.mark.parametrize("name", ["greeting", "persistent_menu", "ice_breakers", "commands"])
def test_locales(name: str) -> None:
    """``default`` must be there, nobody twice, and every one spelled as Meta does."""
    parts = {
        "greeting": {"text": "Hi"},
        "persistent_menu": {"call_to_actions": [POSTBACK]},
        "ice_breakers": {"call_to_actions": [QUESTION]},
        "commands": {"commands": [{"name": "hours", "description": "Opening hours"}]},
    }

    def entries(*locales: str) -> dict[str, Any]:
        return {name: [{"locale": locale, **parts[name]} for locale in locales]}

    accepted(**entries("default", "en_US", "de_DE"))
    assert "default locale" in refusal(**entries("en_US"))
    assert "more than one entry" in refusal(**entries("default", "en_US", "en_US"))
    for wrong in ("en", "en-US", "EN_us", "english", "en_US\n"):
        assert "supported locale" in refusal(**entries("default", wrong))
    assert "locale] is required" in refusal(**{name: [parts[name]]})


class TestMenu:
    """Postbacks and links, flat."""

    @pytest.mark.parametrize("kind", ["nested", "phone_number", None])
    def test_types(self, kind: str | None) -> None:
        assert refusal(persistent_menu=menu({"type": kind, "title": "More"})) == "(#100) Invalid button type"

    def test_each_type_has_its_own_keys(self) -> None:
        accepted(persistent_menu=menu({**LINK, "webview_height_ratio": "compact", "messenger_extensions": True}))
        said = refusal(persistent_menu=menu({**POSTBACK, "url": "https://a.example", "x": 1}))
        place = "persistent_menu[0][call_to_actions][0]"
        assert said == f'(#100) Invalid keys "url, x" were found in param "{place}".'
        refusal(persistent_menu=menu({"type": "postback", "title": "Hours"}))
        refusal(persistent_menu=menu({"type": "web_url", "title": "Shop"}))
        refusal(persistent_menu=menu({**LINK, "url": "shop.example.com"}))
        assert "{compact, full, tall}" in refusal(persistent_menu=menu({**LINK, "webview_height_ratio": "half"}))

    def test_its_frame(self) -> None:
        accepted(persistent_menu=menu(POSTBACK, composer_input_disabled=True))
        refusal(persistent_menu=menu(POSTBACK, composer_input_disabled="yes"))
        refusal(persistent_menu=menu())
        refusal(persistent_menu=[])
        refusal(persistent_menu={"locale": "default"})
        said = refusal(persistent_menu=[POSTBACK])
        assert said == '(#100) Invalid keys "type, title, payload" were found in param "persistent_menu[0]".'


def test_ice_breakers_are_of_one_shape() -> None:
    """Localized or flat, never both."""
    accepted(ice_breakers=[QUESTION])
    accepted(ice_breakers=menu(QUESTION))
    assert "cannot mix" in refusal(ice_breakers=[*menu(QUESTION), QUESTION])
    refusal(ice_breakers=menu())
    refusal(ice_breakers=[{"question": "Hours?"}])


@pytest.mark.parametrize(
    "domain",
    [
        "http://shop.example.com",
        "shop.example.com",
        "https://",
        "https://localhost",
        "https://a.localhost",
        "https://192.0.2.7",
        "https://[2001:db8::1]",
        "https://shop",
        "https://[",
        7,
    ],
)
def test_domains(domain: object) -> None:
    """HTTPS, a full name, no address."""
    accepted(whitelisted_domains=["https://shop.example.com:8443/a"])
    said = refusal(whitelisted_domains=["https://shop.example.com", domain])
    assert "whitelisted_domains" in said


def test_linking_url() -> None:
    accepted(account_linking_url="https://gw.example.com/link")
    refusal(account_linking_url="http://gw.example.com/link")
    refusal(account_linking_url="")


def test_null_is_no_way_to_delete() -> None:
    for name in ("get_started", "greeting", "persistent_menu", "ice_breakers", "commands", "whitelisted_domains"):
        assert name in refusal(**{name: None})


def test_what_is_gone_and_what_never_was() -> None:
    """Properties that Meta took away are refused; a call with none that it knows as well."""
    for name in GONE:
        assert "deprecated" in refusal(**{name: {}})
    assert refusal(greetings=[]).startswith("(#100) Requires one of the params: get_started,greeting,")
