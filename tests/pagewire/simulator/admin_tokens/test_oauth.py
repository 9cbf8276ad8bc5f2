"""``/oauth/access_token`` and ``/oauth/revoke``: codes, exchanges, refreshes (graph.md 2.1 to 2.5)."""

from __future__ import annotations

from typing import Any

import pytest

from pagewire.simulator.identity.model import ALL_TASKS
from pagewire.simulator.people import Impossible
from pagewire.simulator.world import APP_ID, PAGE_ID, SYSTEM_USER_ID, USER_ID, App
from tests.pagewire.simulator.admin_tokens.conftest import (
    APP_TOKEN,
    CLIENT_BUSINESS,
    PAGE_TOKEN,
    REDIRECT,
    ROBOT_TOKEN,
    SECRET,
    USER_TOKEN,
    Meta,
)
from tests.pagewire.simulator.conftest import DAY, START

CLIENT = {"client_id": APP_ID, "client_secret": SECRET}
PATH = "oauth/access_token"


async def exchange(meta: Meta, token: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = await meta.get(
        PATH, **CLIENT, grant_type="fb_exchange_token", fb_exchange_token=token, **more
    )
    return found


class TestClient:
    """Who asks: ``client_id`` and ``client_secret``."""

    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_client_credentials(self, graph_admin: Meta, method: str) -> None:
        """The app token is accepted wherever ``id|secret`` is, and never expires."""
        made = await graph_admin.ok(method, PATH, **CLIENT, grant_type="client_credentials")
        assert made["token_type"] == "bearer"
        assert "expires_in" not in made
        assert made["access_token"].startswith(f"{APP_ID}|")
        assert SECRET not in made["access_token"]
        assert (await graph_admin.get(APP_ID, made["access_token"]))["id"] == APP_ID
        assert (await graph_admin.debug(made["access_token"]))["type"] == "APP"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"client_id": "12"}, 101),
            ({"client_id": None}, 101),
            ({"client_secret": "wrong"}, 1),
            ({"client_secret": None}, 1),
            ({"grant_type": "password"}, 100),
            ({"grant_type": "fb_exchange_token"}, 100),
            ({"grant_type": None}, 1),
        ],
    )
    async def test_refusals(self, graph_admin: Meta, change: dict[str, str | None], code: int) -> None:
        """An unknown app is 101, a wrong secret 1, a missing code 1."""
        asked: dict[str, Any] = {**CLIENT, "grant_type": "client_credentials", **change}
        assert await graph_admin.fails("GET", PATH, **asked) == (code, None)

    async def test_other_methods(self, graph_admin: Meta) -> None:
        """The edge takes GET and POST; revoke takes GET."""
        assert (await graph_admin.fails("DELETE", PATH, **CLIENT))[0] == 100
        assert (await graph_admin.fails("POST", "oauth/revoke", **CLIENT))[0] == 100


class TestCode:
    """The code of a login."""

    async def test_once(self, graph_admin: Meta) -> None:
        """A code gives a short-lived token, once."""
        code = graph_admin.acts.mint_code(USER_ID, redirect_uri=REDIRECT)
        made = await graph_admin.get(PATH, **CLIENT, redirect_uri=REDIRECT, code=code)
        assert 3600 < made["expires_in"] < 2 * 3600
        assert (await graph_admin.get("me", made["access_token"]))["id"] == USER_ID
        assert await graph_admin.fails("GET", PATH, **CLIENT, redirect_uri=REDIRECT, code=code) == (100, 36009)

    async def test_the_redirect_must_be_the_same(self, graph_admin: Meta) -> None:
        """Byte by byte; a mismatch does not use the code up."""
        code = graph_admin.acts.mint_code(USER_ID, redirect_uri=REDIRECT)
        for other in (None, "", REDIRECT + "/", REDIRECT.upper()):
            assert await graph_admin.fails("GET", PATH, **CLIENT, redirect_uri=other, code=code) == (100, 36008)
        assert await graph_admin.get(PATH, **CLIENT, redirect_uri=REDIRECT, code=code)

    @pytest.mark.parametrize("redirect", [None, ""])
    async def test_without_redirect(self, graph_admin: Meta, redirect: str | None) -> None:
        """A code of the JavaScript SDK has none; an empty one is the same."""
        code = graph_admin.acts.mint_code(USER_ID)
        assert await graph_admin.fails("GET", PATH, **CLIENT, redirect_uri=REDIRECT, code=code) == (100, 36008)
        assert await graph_admin.get(PATH, **CLIENT, redirect_uri=redirect, code=code)

    async def test_it_expires(self, graph_admin: Meta) -> None:
        """After ten minutes it is 36007; a code nobody made is plain 100."""
        code = graph_admin.acts.mint_code(USER_ID)
        graph_admin.bench.clock.advance(601)
        assert await graph_admin.fails("GET", PATH, **CLIENT, code=code) == (100, 36007)
        assert await graph_admin.fails("GET", PATH, **CLIENT, code="AQBnonsense") == (100, None)

    async def test_of_another_app(self, graph_admin: Meta) -> None:
        """A code is for the app that was logged in to."""
        graph_admin.state.apps["7"] = App(id="7", secret="seven")
        code = graph_admin.acts.mint_code(USER_ID, app=APP_ID)
        assert await graph_admin.fails("GET", PATH, client_id="7", client_secret="seven", code=code) == (100, None)

    @pytest.mark.parametrize(("lifetime", "seconds"), [("long", 60 * 86400), ("never", None)])
    async def test_lifetimes(self, graph_admin: Meta, lifetime: Any, seconds: int | None) -> None:
        """A code may already give a long-lived token, or one without ``expires_in``."""
        made = await graph_admin.get(PATH, **CLIENT, code=graph_admin.acts.mint_code(USER_ID, lifetime=lifetime))
        assert made.get("expires_in") == seconds

    async def test_what_was_ticked(self, graph_admin: Meta) -> None:
        """Declined permissions and unticked Pages show in ``debug_token``, and the data opens for 90 days."""
        code = graph_admin.acts.mint_code(
            USER_ID, scopes=["pages_show_list", "pages_messaging", "instagram_basic"],
            declined=["pages_messaging"], pages=[PAGE_ID],
        )  # fmt: skip
        token = (await graph_admin.get(PATH, **CLIENT, code=code))["access_token"]
        data = await graph_admin.debug(token)
        assert data["scopes"] == ["instagram_basic", "pages_show_list", "public_profile"]
        targets = {entry["scope"]: entry.get("target_ids") for entry in data["granular_scopes"]}
        assert targets == {"pages_show_list": [PAGE_ID], "instagram_basic": ["17841400000000001"]}
        assert data["data_access_expires_at"] == START + 90 * DAY
        assert data["issued_at"] == START

    async def test_login_for_business(self, graph_admin: Meta) -> None:
        """A configuration gives a system user of the client's business, which says whose it is."""
        code = graph_admin.acts.mint_code(USER_ID, business=CLIENT_BUSINESS, lifetime="never")
        token = (await graph_admin.get(PATH, **CLIENT, code=code))["access_token"]
        assert (await graph_admin.debug(token))["type"] == "SYSTEM_USER"
        me = await graph_admin.get("me", token, fields="client_business_id")
        assert me["client_business_id"] == CLIENT_BUSINESS
        assert [page["id"] for page in (await graph_admin.get("me/accounts", token))["data"]] == ["108000000000003"]

    def test_who_cannot_log_in(self, graph_admin: Meta) -> None:
        """Development mode, strangers, a half declined configuration, permissions that do not exist."""
        with pytest.raises(LookupError, match="no person"):
            graph_admin.acts.mint_code("1")
        with pytest.raises(Impossible, match="whole or not at all"):
            graph_admin.acts.mint_code(USER_ID, business=CLIENT_BUSINESS, declined=["pages_messaging"])
        with pytest.raises(LookupError, match="in no business"):
            graph_admin.acts.mint_code(USER_ID, business="1")
        with pytest.raises(ValueError, match="no such permission here: manage_pages"):
            graph_admin.acts.mint_code(USER_ID, scopes=["manage_pages"])
        graph_admin.acts.set_app_mode(live=False)
        assert graph_admin.acts.mint_code(USER_ID)
        graph_admin.acts.set_role(USER_ID, None)
        with pytest.raises(Impossible, match="in development"):
            graph_admin.acts.mint_code(USER_ID)


class TestExchange:
    """``fb_exchange_token``."""

    async def test_short_to_long(self, graph_admin: Meta) -> None:
        """Sixty days from now; the short one goes on until its own end."""
        short = graph_admin.acts.issue_token("USER", user=USER_ID, expires_in=3600)
        made = await exchange(graph_admin, short)
        assert (made["expires_in"], made["token_type"]) == (60 * 86400, "bearer")
        assert made["access_token"] != short
        assert await graph_admin.get("me", short)
        graph_admin.bench.clock.advance(DAY)
        assert await graph_admin.fails("GET", "me", short) == (190, 463)
        assert await graph_admin.get("me", made["access_token"])

    async def test_a_long_one_is_not_prolonged(self, graph_admin: Meta) -> None:
        """Exchanging it again gives what it is, with what is left."""
        long = (await exchange(graph_admin, graph_admin.acts.issue_token("USER", user=USER_ID, expires_in=3600)))[
            "access_token"
        ]
        graph_admin.bench.clock.advance(10 * DAY)
        again = await exchange(graph_admin, long)
        assert again == {"access_token": long, "token_type": "bearer", "expires_in": int(50 * DAY)}

    async def test_system_user_refresh(self, graph_admin: Meta) -> None:
        """Another token for 60 days; the old one lives on until it is revoked."""
        old = graph_admin.acts.issue_token("SYSTEM_USER", expires_in=int(60 * DAY))
        graph_admin.bench.clock.advance(50 * DAY)
        made = await exchange(graph_admin, old, set_token_expires_in_60_days="true")
        new = made["access_token"]
        assert (new != old, made["expires_in"]) == (True, 60 * 86400)
        assert await graph_admin.get("me", old)
        assert await graph_admin.get("oauth/revoke", new, **CLIENT, revoke_token=old) == {"success": True}
        assert (await graph_admin.fails("GET", "me", old))[0] == 190
        assert await graph_admin.get("me", new)
        assert await graph_admin.fails(
            "GET", PATH, **CLIENT, grant_type="fb_exchange_token", fb_exchange_token=new
        ) == (
            100,
            None,
        )

    async def test_what_cannot_be_exchanged(self, graph_admin: Meta) -> None:
        """Expired, dead, unknown, foreign, and tokens that are nobody's session."""
        expired = graph_admin.acts.issue_token("USER", user=USER_ID, expires_in=60)
        dead = graph_admin.acts.issue_token("USER", user=USER_ID)
        graph_admin.acts.invalidate(dead, 460)
        graph_admin.state.apps["7"] = App(id="7", secret="seven")
        foreign = graph_admin.acts.issue_token("USER", app="7", user=USER_ID)
        graph_admin.bench.clock.advance(61)
        cases = {
            expired: (190, 463), dead: (190, 460), "EAANOBODY": (190, None), foreign: (190, None),
            "IGLOGINTOKEN1": (190, None), APP_TOKEN: (100, None), PAGE_TOKEN: (100, None),
        }  # fmt: skip
        for token, expected in cases.items():
            asked = {**CLIENT, "grant_type": "fb_exchange_token", "fb_exchange_token": token}
            assert await graph_admin.fails("GET", PATH, **asked) == expected, token


class TestRevoke:
    """``/oauth/revoke``."""

    async def test_refusals(self, graph_admin: Meta) -> None:
        """Somebody else's token, a dead one, none, and callers without a secret or a token."""
        user = graph_admin.acts.issue_token("USER", user=USER_ID)
        path = "oauth/revoke"
        assert await graph_admin.fails("GET", path, ROBOT_TOKEN, **CLIENT) == (100, None)
        assert await graph_admin.fails("GET", path, ROBOT_TOKEN, **CLIENT, revoke_token="EAANO") == (190, None)
        assert await graph_admin.fails("GET", path, ROBOT_TOKEN, **CLIENT, revoke_token=user) == (190, None)
        assert (await graph_admin.fails("GET", path, ROBOT_TOKEN, client_id=APP_ID, revoke_token=user))[0] == 1
        assert (await graph_admin.fails("GET", path, **CLIENT, revoke_token=user))[0] == 104
        assert await graph_admin.get(path, USER_TOKEN, **CLIENT, revoke_token=user)
        assert await graph_admin.fails("GET", path, USER_TOKEN, **CLIENT, revoke_token=user) == (190, 467)

    async def test_derived_tokens_go_with_it(self, graph_admin: Meta) -> None:
        """A Page token from a revoked parent is dead; one from another parent lives."""
        graph_admin.acts.set_tasks(SYSTEM_USER_ID, PAGE_ID, ALL_TASKS)
        old = graph_admin.acts.issue_token("SYSTEM_USER")
        page = (await graph_admin.get(PAGE_ID, old, fields="access_token"))["access_token"]
        other = (await graph_admin.get(PAGE_ID, ROBOT_TOKEN, fields="access_token"))["access_token"]
        assert page != other
        await graph_admin.get("oauth/revoke", ROBOT_TOKEN, **CLIENT, revoke_token=old)
        assert await graph_admin.fails("GET", "me", page) == (190, 467)
        assert await graph_admin.get("me", other)
