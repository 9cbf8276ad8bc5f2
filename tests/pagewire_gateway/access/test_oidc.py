"""What an identity provider's claims make of people, and what is not believed."""

import pytest
from msgspec.structs import replace

from pagewire_gateway.access.oidc import OidcError, check_address, groups_of, role_from
from pagewire_gateway.access.settings import OidcSettings

TOLD = OidcSettings(viewers=("all",), operators=("support",), admins=("owners", "root"))


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["all"], "viewer"),
        (["all", "support"], "operator"),
        (["root", "all"], "admin"),
        ("support", "operator"),
        (["ALL"], None),
        ([], None),
        (None, None),
        ({"all": True}, None),
        ([["all"], 7], None),
    ],
)
def test_the_greatest_role_that_a_claim_gives(groups, role):
    assert role_from(TOLD, groups_of(TOLD, {"groups": groups})) == role


def test_dots_lead_into_a_claim():
    inner = replace(TOLD, roles_claim="realm_access.roles")
    assert groups_of(inner, {"realm_access": {"roles": ["support", "else"]}}) == ("support",)
    assert groups_of(inner, {"realm_access": "support"}) == ()


@pytest.mark.parametrize("url", ["http://id.example.com/keys", "file:///etc/passwd", "//x", ""])
def test_a_provider_that_others_could_overhear_is_not_asked(url):
    with pytest.raises(OidcError, match="https"):
        check_address(url)
