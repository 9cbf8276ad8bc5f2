"""Versions, hosts, unknown paths, nodes and fields."""

from __future__ import annotations

import httpx
import pytest

from pagewire.simulator import versions
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph.app import GraphApp
from pagewire.simulator.graph.fields import read_fields
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, LOGIN_ID, PAGE_ID
from tests.pagewire.simulator.conftest import DAY, START, Bench

BEARER = {"Authorization": "Bearer EAAPAGETOKEN1"}


@pytest.mark.parametrize(
    ("asked", "served"),
    [("v26.0", "v26.0"), ("v21.0", "v21.0"), ("v20.0", "v21.0"), ("v3.3", "v21.0"), ("v2.12", "v21.0")],
)
async def test_versions(bench: Bench, asked: str, served: str) -> None:
    """A living version serves itself, an ended one is silently served by the oldest living."""
    answer = await bench.http.get(f"/{asked}/me", headers=BEARER)
    assert answer.status_code == 200
    assert answer.headers["facebook-api-version"] == served
    assert answer.headers["x-fb-trace-id"]


async def test_versions_die_by_the_clock(bench: Bench) -> None:
    """v21.0 ends on 2027-01-21."""
    bench.clock.advance(60 * DAY)
    answer = await bench.http.get("/v21.0/me", headers=BEARER)
    assert answer.headers["facebook-api-version"] == "v22.0"
    assert (await bench.http.get("/me", headers=BEARER)).headers["facebook-api-version"] == "v22.0"


@pytest.mark.parametrize("asked", ["v27.0", "v99.0", "v3.4", "v21.1", "v0.0"])
async def test_versions_that_never_were(bench: Bench, asked: str) -> None:
    """2500, unknown path components."""
    answer = await bench.http.get(f"/{asked}/me", headers=BEARER)
    assert answer.json()["error"]["code"] == 2500


def test_the_version_table_is_sorted() -> None:
    """The oldest living version is the last one in the table."""
    ends = [until or "9999" for until in versions.LIFE.values()]
    assert ends == sorted(ends, reverse=True)
    assert versions.served(None, START) == "v21.0"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "me/nonsense", 2500),
        ("GET", "", 2500),
        ("GET", "a/b/c", 2500),
        ("GET", "me/messages", 100),
        ("DELETE", "me/messages", 100),
        ("POST", "me", 100),
        ("POST", "me/conversations", 100),
        ("GET", "12345", 100),
        ("GET", "t_12345", 100),
        ("GET", "m_12345", 100),
    ],
)
async def test_wrong_paths(bench: Bench, method: str, path: str, code: int) -> None:
    """Every path and method has an answer in the error envelope."""
    assert (await bench.call(method, path)).json()["error"]["code"] == code


async def test_unreadable_bodies(bench: Bench) -> None:
    """Broken JSON, a JSON list, and a form without boundary, or in no charset that is one, are code 100."""
    form = b'--b\r\nContent-Disposition: form-data; name="message"\r\nContent-Type: text/plain; charset=%b\r\n\r\n\xff\r\n--b--'
    for content, kind in (
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"x", "multipart/form-data"),
        (form % b"utf-8", "multipart/form-data; boundary=b"),
        (form % b"klingon", "multipart/form-data; boundary=b"),
    ):
        headers = {**BEARER, "Content-Type": kind}
        answer = await bench.http.post("/v25.0/me/messages", content=content, headers=headers)
        assert answer.json()["error"]["code"] == 100


async def test_percent_signs_in_ids(bench: Bench) -> None:
    """A client may encode any character of an id."""
    bench.meet()
    mid = bench.people.say(PAGE_ID, "ada", "hi")
    encoded = "".join(f"%{ord(char):02x}" for char in mid)
    assert (await bench.http.get(f"/v25.0/{encoded}", headers=BEARER)).json()["id"] == mid


async def test_hosts(bench: Bench) -> None:
    """graph.instagram.com is a path prefix on the first port, and the whole of a second one."""
    token = {"Authorization": "Bearer IGLOGINTOKEN1"}
    mounted = await bench.http.get("/instagram/v25.0/me?fields=user_id,username", headers=token)
    assert mounted.json()["user_id"] == LOGIN_ID
    assert mounted.json()["id"] != LOGIN_ID  # app-scoped, as Meta's is
    transport = httpx.ASGITransport(GraphApp(bench.meta, "instagram"))
    async with httpx.AsyncClient(transport=transport, base_url="http://ig") as own:
        assert (await own.get("/v25.0/me?fields=user_id", headers=token)).json()["user_id"] == LOGIN_ID
        assert (await own.get("/v25.0/me", headers=BEARER)).json()["error"]["code"] == 190


async def test_nodes(bench: Bench) -> None:
    """The Page, its Instagram account, the app, and nobody."""
    fields = "name,instagram_business_account{username},messaging_feature_status"
    page = (await bench.call("GET", "me", params={"fields": fields})).json()
    assert page["id"] == PAGE_ID
    assert page["instagram_business_account"] == {"username": "harbour_bakery", "id": INSTAGRAM_ID}
    assert page["messaging_feature_status"]["hop_v2"] is False
    instagram = await bench.call("GET", INSTAGRAM_ID, params={"fields": "username"})
    assert instagram.json() == {"username": "harbour_bakery", "id": INSTAGRAM_ID}
    app_token = f"{APP_ID}|{bench.app.secret}"
    assert (await bench.call("GET", APP_ID, token=app_token)).json()["name"] == "Harbour Gateway"
    assert (await bench.call("GET", "me", token=app_token)).json()["error"]["code"] == 2500
    assert (await bench.call("GET", "me", token=None)).json()["error"]["code"] == 2500
    assert (await bench.call("GET", LOGIN_ID)).json()["error"]["error_subcode"] == 33
    unknown = await bench.call("GET", "me", params={"fields": "shoe_size"})
    assert unknown.json()["error"]["message"].startswith("(#100) Tried accessing nonexisting field (shoe_size)")


def test_field_expansion() -> None:
    """Nested fields, limits and blanks."""
    wanted = read_fields("id, messages.limit(5){from,to{id}} ,name")
    assert [field.name for field in wanted] == ["id", "messages", "name"]
    assert wanted[1].limit == 5
    assert [field.name for field in wanted[1].fields] == ["from", "to"]
    assert wanted[1].fields[1].fields[0].name == "id"


@pytest.mark.parametrize(
    "text", ["a{", "a}", "a{b", ",", "a,,b", "a.limit(x)", "a.limit", "a b", "a;b", "{a}", "a.foo"]
)
def test_broken_fields(text: str) -> None:
    """A syntax error is code 100, never an exception of another kind."""
    with pytest.raises(Refused) as caught:
        read_fields(text)
    assert caught.value.refusal.code == 100
