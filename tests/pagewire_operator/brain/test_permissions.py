"""PermissionsGranted: each needed permission is named, with what became of it and what to do."""

import pytest

from pagewire_operator.brain.permissions import (
    Grants,
    Need,
    Standing,
    check,
    instagram_needs,
    page_needs,
    standing,
)

PAGE, OTHER, INSTAGRAM = "108000000000001", "108000000000002", "17841400000000001"
FOUR = ("pages_show_list", "pages_manage_metadata", "pages_messaging", "pages_read_engagement")


def grants(*scopes: str, **more: object) -> Grants:
    return Grants(scopes=frozenset(scopes), targets={}, **more)  # type: ignore[arg-type]


def limited(scope: str, *targets: str) -> Grants:
    return Grants(scopes=frozenset(FOUR), targets={scope: frozenset(targets)})


@pytest.mark.parametrize(
    ("fields", "profile", "expected"),
    [
        ([], False, FOUR),
        (["messages"], False, FOUR),
        (["feed", "standby"], False, FOUR),
        (["feed"], True, FOUR),
        (["feed", "mention", "leadgen"], False, ("pages_show_list", "pages_manage_metadata", "pages_read_engagement")),
        (["messaging_of_tomorrow"], False, FOUR),
    ],
)
def test_a_page_needs_messaging_unless_it_only_reads_its_feed(
    fields: list[str], profile: bool, expected: tuple[str, ...]
) -> None:
    needs = page_needs(PAGE, fields, profile)
    assert tuple(need.scope for need in needs) == expected
    assert {need.target for need in needs} == {PAGE}


@pytest.mark.parametrize(
    ("page", "fields", "profile", "expected"),
    [
        (None, ["messages"], False, {"instagram_business_basic", "instagram_business_manage_messages"}),
        (None, [], False, {"instagram_business_basic", "instagram_business_manage_messages"}),
        (None, ["comments"], False, {"instagram_business_basic", "instagram_business_manage_comments"}),
        (
            None,
            ["comments"],
            True,
            {"instagram_business_basic", "instagram_business_manage_comments", "instagram_business_manage_messages"},
        ),
        (
            PAGE,
            ["messages"],
            False,
            {
                "pages_show_list",
                "pages_manage_metadata",
                "pages_read_engagement",
                "instagram_basic",
                "instagram_manage_messages",
            },
        ),
    ],
)
def test_instagram_needs_follow_the_way_of_the_login(
    page: str | None, fields: list[str], profile: bool, expected: set[str]
) -> None:
    assert {need.scope for need in instagram_needs(INSTAGRAM, page, fields, profile)} == expected


def test_through_a_page_the_instagram_grant_is_for_the_account_and_the_rest_for_the_page() -> None:
    targets = {need.scope: need.target for need in instagram_needs(INSTAGRAM, PAGE, ["messages"], False)}
    assert targets["instagram_manage_messages"] == INSTAGRAM
    assert targets["pages_manage_metadata"] == PAGE


@pytest.mark.parametrize(
    ("granted", "expected"),
    [
        (grants("pages_messaging"), Standing.GRANTED),
        (limited("pages_messaging", PAGE), Standing.GRANTED),
        (limited("pages_messaging", OTHER), Standing.LIMITED),
        (limited("pages_messaging"), Standing.LIMITED),
        (grants(declined=frozenset({"pages_messaging"})), Standing.DECLINED),
        (grants(expired=frozenset({"pages_messaging"})), Standing.EXPIRED),
        (grants("pages_show_list"), Standing.MISSING),
    ],
)
def test_standing_of_one_permission(granted: Grants, expected: Standing) -> None:
    assert standing(Need(scope="pages_messaging", target=PAGE), granted) is expected


def test_another_name_of_the_permission_does_as_well() -> None:
    need = Need(scope="instagram_basic", also=("instagram_business_basic",), target=INSTAGRAM)
    assert standing(need, grants("instagram_business_basic")) is Standing.GRANTED
    both = Grants(
        scopes=frozenset({"instagram_basic", "instagram_business_basic"}),
        targets={"instagram_basic": frozenset({"1"}), "instagram_business_basic": frozenset({INSTAGRAM})},
    )
    assert standing(need, both) is Standing.GRANTED


def test_a_need_without_a_target_is_met_by_any() -> None:
    assert standing(Need(scope="pages_messaging"), limited("pages_messaging", OTHER)) is Standing.GRANTED


def test_all_granted_names_all() -> None:
    said = check(page_needs(PAGE, [], False), grants(*FOUR))
    assert (said.type, said.status, said.reason) == ("PermissionsGranted", "True", "Reconciled")
    assert all(scope in said.message for scope in FOUR)


def test_every_standing_is_told_with_what_to_do() -> None:
    held = Grants(
        scopes=frozenset({"pages_show_list", "pages_read_engagement"}),
        targets={"pages_read_engagement": frozenset({OTHER})},
        declined=frozenset({"pages_messaging"}),
    )
    said = check(page_needs(PAGE, ["messages"], False), held)
    assert (said.status, said.reason) == ("False", "MissingPermission")
    assert said.message == (
        "Missing: pages_manage_metadata (ask for it in the login, or when the token is made; the app must be allowed "
        "to ask (App Dashboard, App Review)). "
        "Declined: pages_messaging (the person refused it, and Meta shows it again only in a login with "
        "auth_type=rerequest). "
        f"Granted for others, but not for {PAGE}: pages_read_engagement (log in again and tick this Page or account "
        "too, or assign it to the system user). "
        f"Granted for {PAGE}: pages_show_list."
    )


def test_only_limited_is_another_reason_than_missing() -> None:
    said = check(page_needs(PAGE, [], False), limited("pages_messaging", OTHER))
    assert (said.status, said.reason) == ("False", "AssetNotGranted")
    assert f"not for {PAGE}: pages_messaging" in said.message
    assert OTHER not in said.message, "whose other Pages they are is nobody's business here"


def test_unknown_before_meta_told() -> None:
    said = check(page_needs(PAGE, [], False), None)
    assert (said.status, said.reason) == ("Unknown", "Progressing")
    assert all(scope in said.message for scope in FOUR)


def test_no_need_is_always_met() -> None:
    assert check((), grants()).status == "True"
