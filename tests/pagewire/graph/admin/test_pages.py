"""Pages, businesses and page-level subscriptions."""

import pytest

from pagewire.graph import Ambiguous
from pagewire.graph.admin import AdminError, Business, InstagramLink, SystemUser
from pagewire.sealed import Sealed
from tests.pagewire.graph.admin.conftest import APP, APP_TOKEN, IG, PAGE, USER_TOKEN, Play, bearer, form
from tests.pagewire.graph.conftest import TOKEN

HARBOUR = {
    "id": 108000000000001,
    "name": "Harbour Bakery",
    "category": "Bakery",
    "category_list": [{"id": "200600219953504", "name": "Bakery"}],
    "tasks": ["ADVERTISE", "MESSAGING", "MODERATE"],
    "access_token": "EAAPAGEA",
    "instagram_business_account": {"id": IG, "username": "harbour.bakery"},
}
NEXT = "https://graph.facebook.com/v25.0/7300000000000001/accounts?limit=25&after=QVFIUlp&access_token=EAA"


def paged(data: list[object], after: str) -> dict[str, object]:
    return {"data": data, "paging": {"cursors": {"before": "MTA", "after": after}, "next": NEXT}}


async def test_accounts(play: Play) -> None:
    async with play(paged([HARBOUR, {"name": "without id"}], "QVFIUlp")) as stage:
        found = await stage.admin.pages.accounts(Sealed(USER_TOKEN), limit=25)
    assert bearer(stage.asked) == USER_TOKEN
    assert (stage.asked.path, stage.asked.query["limit"]) == ("/v25.0/me/accounts", "25")
    [page] = found.data
    assert (page.id, page.name, page.access_token) == (PAGE, "Harbour Bakery", Sealed("EAAPAGEA"))
    assert page.instagram_business_account == InstagramLink(id=IG, username="harbour.bakery")
    assert (found.after, found.skipped) == ("QVFIUlp", 1)
    assert page.can("MESSAGING")
    assert not page.can("MANAGE")


async def test_every_account_follows_cursors_and_not_urls(play: Play) -> None:
    """An empty page is not the last one; only a missing `next` is."""
    last = {"data": [{"id": "3", "tasks": ["PROFILE_PLUS_MESSAGING"]}], "paging": {"cursors": {"after": "z"}}}
    async with play(paged([HARBOUR], "a"), paged([], "b"), last) as stage:
        found = await stage.admin.pages.every_account(Sealed(USER_TOKEN))
    assert [request.query.get("after") for request in stage.server.requests] == [None, "a", "b"]
    assert [page.id for page in found.data] == [PAGE, "3"]
    assert found.data[1].can("MESSAGING")
    assert found.after is None


@pytest.mark.parametrize("answer", [{"data": []}, {"data": [], "paging": {}}, {"data": [], "paging": None}])
async def test_no_accounts(play: Play, answer: object) -> None:
    async with play(answer) as stage:
        assert (await stage.admin.pages.every_account(Sealed(USER_TOKEN))).data == ()


async def test_half_a_list_does_not_pass_for_a_whole_one(play: Play) -> None:
    async with play({"data": [HARBOUR], "paging": {"next": NEXT}}) as stage:
        with pytest.raises(Ambiguous, match="lists no Pages"):
            await stage.admin.pages.every_account(Sealed(USER_TOKEN))


async def test_a_list_that_goes_round_in_circles_ends(play: Play) -> None:
    async with play(paged([], "a"), paged([], "b"), paged([], "a")) as stage:
        with pytest.raises(AdminError, match="does not end"):
            await stage.admin.pages.every_account(Sealed(USER_TOKEN))


async def test_page_token(play: Play) -> None:
    async with play({"access_token": "EAAPAGEA", "id": PAGE}, {"id": PAGE}) as stage:
        allowed = await stage.admin.pages.token(PAGE, Sealed(USER_TOKEN))
        lacking = await stage.admin.pages.token(PAGE, Sealed("EAAOTHER"))
    assert stage.server.requests[0].path == f"/v25.0/{PAGE}"
    assert stage.server.requests[0].query["fields"] == "id,name,access_token,tasks"
    assert (allowed.access_token, lacking.access_token) == (Sealed("EAAPAGEA"), None)


async def test_page_facts(play: Play) -> None:
    facts = {
        "id": PAGE,
        "is_published": "true",
        "is_webhooks_subscribed": False,
        "connected_instagram_account": {"id": 17841400000000002},
        "owner_business": {"id": "550000000000001", "name": "Harbour"},
    }
    async with play(facts) as stage:
        page = await stage.admin.pages.get(PAGE, Sealed(TOKEN))
    assert (page.is_published, page.is_webhooks_subscribed, page.has_added_app) == (True, False, None)
    assert page.connected_instagram_account == InstagramLink(id="17841400000000002")
    assert page.instagram_business_account is None
    assert page.owner_business == Business(id="550000000000001", name="Harbour")


async def test_businesses_and_their_pages(play: Play) -> None:
    business = "550000000000001"
    async with play(
        paged([{"id": business, "name": "Harbour"}], "a"),
        {"data": []},
        {"data": [HARBOUR]},
        {"data": [{"id": "108000000000002"}]},
        {"data": [{"id": 6100000000000001, "name": "Reporting", "role": "ADMIN"}]},
    ) as stage:
        businesses, token = stage.admin.businesses, Sealed(USER_TOKEN)
        assert (await businesses.every(token)).data == (Business(id=business, name="Harbour"),)
        assert [page.id for page in (await businesses.owned_pages(business, token)).data] == [PAGE]
        assert [page.id for page in (await businesses.client_pages(business, token)).data] == ["108000000000002"]
        users = (await businesses.system_users(business, token)).data
    assert users == (SystemUser(id="6100000000000001", name="Reporting", role="ADMIN"),)
    assert [request.path.removeprefix("/v25.0/") for request in stage.server.requests] == [
        "me/businesses",
        "me/businesses",
        f"{business}/owned_pages",
        f"{business}/client_pages",
        f"{business}/system_users",
    ]


async def test_subscribed_apps(play: Play) -> None:
    ours = {
        "category": "Business",
        "name": "Harbour Gateway",
        "id": int(APP),
        "subscribed_fields": ["messages", "feed"],
    }
    other = {"id": "1", "subscribed_fields": [{"name": "standby", "version": "v25.0"}]}
    async with play({"data": [ours, other, {"name": "no id"}]}) as stage:
        apps = await stage.admin.pages.subscribed_apps(PAGE, Sealed(TOKEN))
    assert (stage.asked.method, stage.asked.path) == ("GET", f"/v25.0/{PAGE}/subscribed_apps")
    mine, theirs = apps.of(APP), apps.of("1")
    assert mine is not None
    assert theirs is not None
    assert (mine.name, mine.fields) == ("Harbour Gateway", frozenset({"feed", "messages"}))
    assert theirs.fields == frozenset({"standby"})
    assert apps.of("2") is None


async def test_subscribe(play: Play) -> None:
    async with play({"success": "true"}) as stage:
        await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), {"messaging_postbacks", "messages"})
    assert bearer(stage.asked) == TOKEN
    assert (stage.asked.method, stage.asked.path) == ("POST", f"/v25.0/{PAGE}/subscribed_apps")
    assert form(stage.asked) == {"subscribed_fields": "messages,messaging_postbacks"}


async def test_subscribe_to_nothing_is_a_mistake(play: Play) -> None:
    async with play() as stage:
        with pytest.raises(ValueError, match="at least one field"):
            await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), [])


async def test_unsubscribe_with_the_apps_own_token(play: Play) -> None:
    async with play({"success": True}) as stage:
        await stage.admin.pages.unsubscribe(PAGE, stage.admin.app_token)
    assert bearer(stage.asked) == APP_TOKEN
    assert (stage.asked.method, stage.asked.path, stage.asked.body) == ("DELETE", f"/v25.0/{PAGE}/subscribed_apps", b"")


@pytest.mark.parametrize("page_id", ["", "..", "."])
async def test_an_id_that_is_none_leads_nowhere(play: Play, page_id: str) -> None:
    async with play() as stage:
        with pytest.raises(ValueError, match="missing from the path"):
            await stage.admin.pages.unsubscribe(page_id, stage.admin.app_token)


async def test_an_id_cannot_leave_its_place(play: Play) -> None:
    async with play({"success": True}) as stage:
        await stage.admin.pages.unsubscribe("1/../2?x=1#y", stage.admin.app_token)
    assert stage.asked.target.startswith("/v25.0/1%2F..%2F2%3Fx%3D1%23y/subscribed_apps?appsecret_proof=")
