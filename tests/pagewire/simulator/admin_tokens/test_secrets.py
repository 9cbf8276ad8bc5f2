"""App secrets, their rotation, and proofs made with them (graph.md 1.6, 2.1)."""

from __future__ import annotations

from pagewire.simulator.world import APP_ID
from tests.pagewire.simulator.admin_tokens.conftest import (
    APP_TOKEN,
    INSTAGRAM_SECRET,
    PAGE_TOKEN,
    SECRET,
    USER_TOKEN,
    Meta,
    proof,
)
from tests.pagewire.simulator.conftest import START

IG_ME = "/instagram/v25.0/me"


async def test_reset(graph_admin: Meta) -> None:
    """Old app tokens, client secrets and proofs die at once; the tokens of people live."""
    issued = (
        await graph_admin.get(
            "oauth/access_token", client_id=APP_ID, client_secret=SECRET, grant_type="client_credentials"
        )
    )["access_token"]
    new = graph_admin.acts.reset_app_secret()
    for token in (APP_TOKEN, issued):
        assert await graph_admin.fails("GET", APP_ID, token) == (190, None)
    assert await graph_admin.get(APP_ID, f"{APP_ID}|{new}")
    assert await graph_admin.fails("GET", "oauth/access_token", client_id=APP_ID, client_secret=SECRET) == (1, None)
    assert await graph_admin.fails("GET", "me", PAGE_TOKEN, appsecret_proof=proof(PAGE_TOKEN)) == (100, None)
    assert await graph_admin.get("me", PAGE_TOKEN, appsecret_proof=proof(PAGE_TOKEN, new))


async def test_rotation_with_overlap(graph_admin: Meta) -> None:
    """Both secrets are good until the old ones are forgotten; the new one signs."""
    new = graph_admin.acts.reset_app_secret(secret="another", keep_old=True)
    assert (new, graph_admin.bench.app.secret) == ("another", "another")
    for secret in (SECRET, "another"):
        assert await graph_admin.get(APP_ID, f"{APP_ID}|{secret}")
        assert await graph_admin.get("me", PAGE_TOKEN, appsecret_proof=proof(PAGE_TOKEN, secret))
    graph_admin.acts.forget_old_secrets()
    assert await graph_admin.fails("GET", APP_ID, APP_TOKEN) == (190, None)
    assert await graph_admin.get(APP_ID, f"{APP_ID}|another")


async def test_a_reset_that_takes_everything(graph_admin: Meta) -> None:
    """Every token of the app dies, those of Instagram Login only with their own secret."""
    graph_admin.acts.reset_app_secret(invalidate_tokens=True)
    for token in (PAGE_TOKEN, USER_TOKEN):
        assert await graph_admin.fails("GET", "me", token) == (190, None)
    assert await graph_admin.get(IG_ME, "IGLOGINTOKEN1")
    graph_admin.acts.reset_app_secret(instagram=True, invalidate_tokens=True)
    assert await graph_admin.fails("GET", IG_ME, "IGLOGINTOKEN1") == (190, None)


async def test_instagram_proofs(graph_admin: Meta) -> None:
    """They are made with the Instagram app's own secret."""
    token = "IGLOGINTOKEN1"
    assert await graph_admin.get(IG_ME, token, appsecret_proof=proof(token, INSTAGRAM_SECRET))
    assert await graph_admin.fails("GET", IG_ME, token, appsecret_proof=proof(token)) == (100, None)


async def test_timed_proofs(graph_admin: Meta) -> None:
    """Five minutes either way, and a number."""
    for seconds, good in ((0, True), (-300, True), (300, True), (-301, False), (301, False)):
        when = str(int(START) + seconds)
        params = {"appsecret_time": when, "appsecret_proof": proof(f"{PAGE_TOKEN}|{when}")}
        answer = await graph_admin.raw("GET", "me", PAGE_TOKEN, **params)
        assert (answer.status_code == 200) is good, seconds
    params = {"appsecret_time": "now", "appsecret_proof": proof(f"{PAGE_TOKEN}|now")}
    assert await graph_admin.fails("GET", "me", PAGE_TOKEN, **params) == (100, None)


async def test_required_everywhere(graph_admin: Meta) -> None:
    """Once the app demands it, every edge does; the proof belongs to the token that is sent."""
    graph_admin.bench.app.require_proof = True
    for path in ("me/accounts", "me", "me/permissions", "me/businesses"):
        assert await graph_admin.fails("GET", path, USER_TOKEN) == (100, None)
        assert await graph_admin.fails("GET", path, USER_TOKEN, appsecret_proof=proof(PAGE_TOKEN)) == (100, None)
        assert await graph_admin.get(path, USER_TOKEN, appsecret_proof=proof(USER_TOKEN))
