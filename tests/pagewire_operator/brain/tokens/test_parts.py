"""The small parts: what is kept, who depends on whom, needs, access levels, limits of a status."""

import pytest
from msgspec.structs import replace

from pagewire.resources import AccessTokenStatus
from pagewire.sealed import Sealed
from pagewire_operator.brain.base import Work
from pagewire_operator.brain.permissions import grants_of
from pagewire_operator.brain.tokens.dependants import dependants
from pagewire_operator.brain.tokens.facts import Facts, Kept, Source, TokenSeen, Way
from pagewire_operator.brain.tokens.kept import in_world, mark, read, values
from pagewire_operator.brain.tokens.levels import level
from pagewire_operator.brain.tokens.needs import lacking_tasks, needs_of
from pagewire_operator.brain.tokens.status import status
from pagewire_operator.model import Key, SecretView
from pagewire_operator.plain_world import PlainWorld

from .making import NAMESPACE, app, app_secret, derived, generated, given, resource, secret, token

KEPT = Kept(
    token=Sealed("EAA1"),
    made_from="a mark",
    made_at=1_795_305_600.0,
    expires_at=1_800_489_600.0,
    permissions=("instagram_business_basic", "instagram_business_manage_messages"),
    retired=Sealed("EAA0"),
)


def view(owner: str = "uid-harriet", **texts: str) -> SecretView:
    held = {key.replace("_", "-"): Sealed(text) for key, text in texts.items()}
    return SecretView(namespace=NAMESPACE, name="harriet-access-token", version="1", owner=owner, values=held)


@pytest.mark.parametrize("kept", [KEPT, Kept(token=Sealed("EAA1")), Kept(token=Sealed("x"), expires_at=0.0)])
def test_what_is_kept_comes_back_as_it_was(kept: Kept) -> None:
    held = SecretView(namespace=NAMESPACE, name="x", version="1", owner="", values=values(kept))
    assert read(held) == kept


@pytest.mark.parametrize(
    ("held", "token_is"),
    [
        (view(token="EAA1"), "EAA1"),
        (view(token=" EAA1\n", made_at="yesterday", expires_at="-5"), "EAA1"),
        (view(token=""), None),
        (view(other="EAA1"), None),
    ],
)
def test_a_secret_that_somebody_edited(held: SecretView, token_is: str | None) -> None:
    found = read(held)
    assert (found.token.reveal() if found is not None else None) == token_is


def test_only_our_own_secret_is_read() -> None:
    world = PlainWorld()
    harriet = resource(given("harriet", "User"))
    world.put_secret(view(owner="somebody else", token="EAA1"))
    assert in_world(harriet, world) is None
    world.put_secret(view(token="EAA1"))
    assert in_world(harriet, world) is not None


def test_a_mark_tells_its_parts_apart_and_shows_none() -> None:
    assert mark("a", "bc") != mark("ab", "c")
    assert mark("a", Sealed("b")) == mark("a", "b")
    assert "EAASECRET" not in mark(Sealed("EAASECRET"))


DOCUMENTS = (
    app(),
    app_secret(),
    given("harriet", "User"),
    secret("harriet-given", token="x"),
    derived("harbour", "harriet"),
    derived("quay", "harriet"),
    generated("robot", "harriet"),
    token("acme", "App", {"appCredentials": {}}),
    token("login", "User", {"login": {}}),
)


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("Secret", "harriet-given", {"harriet"}),
        ("Secret", "harriet-access-token", {"harriet"}),
        ("Secret", "harbour-access-token", {"harbour"}),
        ("Secret", "login-login", {"login"}),
        ("Secret", "acme-app", {"harriet", "harbour", "quay", "robot", "acme", "login"}),
        ("Secret", "somebody-elses", set()),
        ("AccessToken", "harriet", {"harbour", "quay", "robot"}),
        ("AccessToken", "harbour", set()),
        ("MessengerApp", "acme", {"harriet", "harbour", "quay", "robot", "acme", "login"}),
        ("MessengerPage", "harbour", set()),
    ],
)
def test_who_is_looked_at_again(kind: str, name: str, expected: set[str]) -> None:
    found = list(dependants(Key(kind, NAMESPACE, name), PlainWorld(DOCUMENTS)))
    assert {key.name for key in found} == expected
    assert len(found) == len(expected), "each once"


def test_another_namespace_is_another_world() -> None:
    assert list(dependants(Key("Secret", "other", "harriet-given"), PlainWorld(DOCUMENTS))) == []


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (given("acme", "App"), []),
        (given("mobile", "Client"), []),
        (given("harriet", "User"), ["pages_show_list"]),
        (
            given("robot", "SystemUser", scopes=["pages_show_list", "pages_messaging"]),
            ["pages_show_list", "pages_messaging"],
        ),
        (given("quay", "User", provider="Instagram"), ["instagram_business_basic"]),
        (
            given("harbour", "Page", scopes=["pages_messaging", "instagram_basic"]),
            ["pages_show_list", "pages_manage_metadata", "pages_messaging", "pages_read_engagement", "instagram_basic"],
        ),
    ],
)
def test_what_a_token_needs_each_once(made: dict[str, object], expected: list[str]) -> None:
    assert [need.scope for need in needs_of(resource(made))] == expected


def test_permissions_of_a_page_are_needed_for_that_page() -> None:
    targets = {
        need.scope: need.target for need in needs_of(resource(given("harbour", "Page", scopes=["instagram_basic"])))
    }
    assert targets["pages_messaging"] == "108000000000001"
    assert targets["instagram_basic"] == ""


@pytest.mark.parametrize(
    ("tasks", "lacking"),
    [
        ([], ()),
        (["MESSAGING", "MODERATE"], ()),
        (["PROFILE_PLUS_MESSAGING", "PROFILE_PLUS_MODERATE"], ()),
        (["PROFILE_PLUS_FULL_CONTROL"], ()),
        (["MANAGE"], ()),
        (["MODERATE"], ("MESSAGING",)),
        (["ANALYZE"], ("MESSAGING", "MODERATE")),
    ],
)
def test_tasks_in_both_spellings(tasks: list[str], lacking: tuple[str, ...]) -> None:
    assert lacking_tasks(tasks) == lacking


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ({"a": "live", "b": "live", "c": "unapproved"}, "Advanced"),
        ({"a": "live", "b": "unapproved"}, "Standard"),
        ({"a": "live"}, None),
        ({}, None),
    ],
)
def test_the_access_level_is_known_only_if_all_of_it_is(statuses: dict[str, str], expected: str | None) -> None:
    assert level(statuses, ["a", "b"]) == expected


def test_nothing_is_known_of_no_permission() -> None:
    assert level({"a": "live"}, []) is None


def wide(targets: list[str]) -> AccessTokenStatus:
    facts = Facts(
        valid=True,
        type="PAGE",
        expires_at=0.0,
        scopes=frozenset({"pages_messaging", "instagram_basic"}),
        targets={"pages_messaging": frozenset(targets), "instagram_basic": frozenset(targets)},
    )
    source = Source(way=Way.GIVEN, value=Sealed("x"), made_from="", place="")
    made = status(resource(given("harbour", "Page")), TokenSeen(source=source, facts=facts), Work(), 0.0).facts
    assert isinstance(made, AccessTokenStatus)
    return made


def test_a_long_list_of_targets_is_cut_and_the_page_in_question_stands_first() -> None:
    told = wide([f"10{number}" for number in range(100)] + ["108000000000001"])
    assert told.scopes is not None
    limits = {one.scope: one for one in told.scopes.limited}
    assert limits["pages_messaging"].targets[0] == "108000000000001"
    assert (len(limits["pages_messaging"].targets), limits["pages_messaging"].more) == (20, 81)


def test_grants_come_back_from_a_status() -> None:
    made = resource(given("harbour", "Page"))
    told = wide(["108000000000001", "108000000000002"])
    assert grants_of(made) is None
    found = grants_of(replace(made, status=told))
    assert found is not None
    assert found.scopes == {"pages_messaging", "instagram_basic"}
    assert found.targets["pages_messaging"] == {"108000000000001", "108000000000002"}


def test_a_cut_list_says_nothing_of_accounts_it_left_out() -> None:
    told = wide([f"10{number}" for number in range(100)])
    found = grants_of(replace(resource(given("harbour", "Page")), status=told))
    assert found is not None
    assert "instagram_basic" not in found.targets
    assert "108000000000001" not in found.targets["pages_messaging"], "for its own Page it is certain"
