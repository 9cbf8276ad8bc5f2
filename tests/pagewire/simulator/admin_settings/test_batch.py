"""Several calls in one: order, tokens, references, and what goes wrong in one alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pagewire.simulator.errors import Refused
from pagewire.simulator.graph.batch_refs import fill_in, select
from pagewire.simulator.world import APP_ID, LOGIN_ID, PAGE_ID, Account, Token
from tests.pagewire.simulator.admin_settings.conftest import APP_TOKEN, LOGIN_TOKEN, PAGE_TOKEN, Meta

SECOND = "108000000000002"


async def batch(
    meta: Meta, *operations: dict[str, Any], path: str = "", token: str | None = PAGE_TOKEN, **more: str
) -> Any:
    return await meta.good("POST", path, token, data={"batch": json.dumps(operations), **more})


def told(item: dict[str, Any]) -> Any:
    """The body of one item, which is JSON as text."""
    assert isinstance(item["body"], str)
    return json.loads(item["body"])


@pytest.fixture
def second(meta: Meta) -> str:
    """Another Page with a token of its own."""
    state = meta.sim.meta.state
    state.accounts[SECOND] = Account(id=SECOND, object="page", name="Harbour Cafe")
    state.identity.users["7300000000000001"].pages[SECOND] = set(
        state.identity.users["7300000000000001"].pages[PAGE_ID]
    )
    state.tokens["EAAPAGETOKEN2"] = Token(value="EAAPAGETOKEN2", type="PAGE", app_id=APP_ID, account_id=SECOND)
    return SECOND


@pytest.mark.parametrize("path", ["", "me"])
async def test_answers_in_the_order_of_the_operations(meta: Meta, path: str) -> None:
    """Each with its code, headers and body; one that is refused leaves the others alone."""
    items = await batch(
        meta,
        {"method": "POST", "relative_url": f"{PAGE_ID}/subscribed_apps", "body": "subscribed_fields=messages%2Cfeed"},
        {"method": "GET", "relative_url": "77/subscribed_apps"},
        {"method": "GET", "relative_url": "/me/subscribed_apps"},
        path=path,
    )
    assert [item["code"] for item in items] == [200, 400, 200]
    assert told(items[0]) == {"success": True}
    assert told(items[1])["error"]["error_subcode"] == 33
    assert set(told(items[2])["data"][0]["subscribed_fields"]) == {"messages", "feed"}
    headers = {header["name"].lower(): header["value"] for header in items[0]["headers"]}
    assert (headers["facebook-api-version"], "json" in headers["content-type"]) == ("v25.0", True)


async def test_each_operation_with_its_own_token(meta: Meta, second: str) -> None:
    """In the query of a read, in the body of a write; the outer token is for those without."""
    items = await batch(
        meta,
        {
            "method": "POST",
            "relative_url": f"{second}/subscribed_apps",
            "body": "subscribed_fields=feed&access_token=EAAPAGETOKEN2",
        },
        {"method": "GET", "relative_url": f"{second}/subscribed_apps?access_token=EAAPAGETOKEN2"},
        {"method": "GET", "relative_url": f"{second}/subscribed_apps"},
        {"method": "GET", "relative_url": f"{PAGE_ID}/subscribed_apps?access_token=EAADEAD"},
    )
    assert [item["code"] for item in items] == [200, 200, 400, 400]
    assert told(items[3])["error"]["code"] == 190
    assert any(header["name"].lower() == "www-authenticate" for header in items[3]["headers"])


async def test_headers_can_be_left_out(meta: Meta) -> None:
    (item,) = await batch(meta, {"method": "GET", "relative_url": "me"}, include_headers="false")
    assert set(item) == {"code", "body"}


async def test_json_body_and_version(meta: Meta) -> None:
    """An operation may say how its body is encoded and which version it wants."""
    (item,) = await batch(
        meta,
        {
            "method": "post",
            "relative_url": "v24.0/me/messenger_profile",
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "body": '{"get_started": {"payload": "S"}}',
        },
    )
    assert told(item) == {"result": "success"}
    assert {"name": "facebook-api-version", "value": "v24.0"} in item["headers"]


async def test_references(meta: Meta) -> None:
    """One uses what another found; the other's own answer is left out unless it is asked for."""
    read = {"method": "GET", "name": "who", "relative_url": "me?fields=id"}
    use = {"method": "GET", "relative_url": "{result=who:$.id}/subscribed_apps"}
    hidden, found = await batch(meta, read, use)
    assert hidden is None
    assert told(found) == {"data": []}
    shown, _ = await batch(meta, {**read, "omit_response_on_success": False}, use)
    assert told(shown) == {"id": PAGE_ID}
    (alone,) = await batch(meta, read)
    assert told(alone) == {"id": PAGE_ID}


async def test_a_reference_to_what_failed(meta: Meta) -> None:
    failed, after = await batch(
        meta,
        {"method": "GET", "name": "who", "relative_url": "77"},
        {"method": "GET", "relative_url": "{result=who:$.id}/subscribed_apps"},
    )
    assert (failed["code"], after["code"], told(after)["error"]["code"]) == (400, 400, 100)


async def test_one_that_times_out_is_null(meta: Meta) -> None:
    """It may have been done all the same."""
    meta.sim.faults.inject("drop", edge="subscribed_apps", method="POST", accept=True)
    lost, good = await batch(
        meta,
        {"method": "POST", "relative_url": "me/subscribed_apps", "body": "subscribed_fields=feed"},
        {"method": "GET", "relative_url": "me/subscribed_apps"},
    )
    assert lost is None
    assert told(good)["data"][0]["subscribed_fields"] == ["feed"]


async def test_sends_work_too(meta: Meta) -> None:
    """What follows a send is announced after the whole batch is answered."""
    await meta.sim.say(PAGE_ID, "ada", "hello")
    recipient = json.dumps({"id": meta.sim.scoped_id(PAGE_ID, "ada")})
    body = f"recipient={recipient}&message=%7B%22text%22%3A%22hi%22%7D&messaging_type=RESPONSE"
    items = await batch(meta, *[{"method": "POST", "relative_url": "me/messages", "body": body}] * 2)
    assert all(told(item)["message_id"].startswith("m_") for item in items)
    assert len(await meta.sim.wait_for_sends(2)) == 2


async def test_every_operation_is_counted(meta: Meta) -> None:
    """A batch saves round trips, not quota."""
    meta.sim.settings.unsubscribe(PAGE_ID)
    await batch(meta, *[{"method": "GET", "relative_url": "me/messenger_profile"}] * 11)
    calls = meta.sim.calls
    assert calls.count("messenger_profile", method="GET", node=PAGE_ID) == 11
    assert calls.failed("messenger_profile") == 1
    assert (calls.count("batch"), calls.total) == (1, 12)


async def test_the_whole_is_refused(meta: Meta) -> None:
    """More than fifty, no token outside, a dead one, or no list."""
    op = {"method": "GET", "relative_url": "me"}
    assert len(await batch(meta, *[op] * 50)) == 50
    for token, value, code in (
        (PAGE_TOKEN, json.dumps([op] * 51), 100),
        (None, json.dumps([{**op, "relative_url": f"me?access_token={PAGE_TOKEN}"}]), 104),
        ("EAADEAD", json.dumps([op]), 190),
        (PAGE_TOKEN, "nonsense", 100),
        (PAGE_TOKEN, json.dumps([{"method": "GET"}]), 100),
    ):
        assert (await meta.bad("POST", "", token, data={"batch": value}))["code"] == code
    meta.sim.faults.inject("html", edge="batch")
    assert (await meta.call("POST", "", data={"batch": json.dumps([op])})).status_code == 500


async def test_proofs(meta: Meta) -> None:
    """The outer proof is for the outer token; an operation with its own token needs its own."""
    meta.sim.meta.state.apps[APP_ID].require_proof = True
    own = {"method": "GET", "relative_url": f"me?access_token={PAGE_TOKEN}"}
    proof = "d0b1de8d7bcdcc0cd0be34bb0b9eb0bd8cf22e5a5ad7e38f4a2a8fcfa2ebd7bb"
    assert (await meta.bad("POST", "", data={"batch": json.dumps([own]), "appsecret_proof": proof}))["code"] == 100
    good = _proof(PAGE_TOKEN)
    plain, lacking = await batch(meta, {"method": "GET", "relative_url": "me"}, own, appsecret_proof=good)
    assert (plain["code"], told(lacking)["error"]["code"]) == (200, 100)


def _proof(token: str) -> str:
    import hashlib
    import hmac

    return hmac.new(b"s3cr3t-app-secret-for-tests", token.encode(), hashlib.sha256).hexdigest()


async def test_on_the_instagram_host(meta: Meta) -> None:
    """The host of the batch is the host of its operations."""
    operations = [{"method": "GET", "relative_url": "me?fields=user_id"}]
    (item,) = await meta.good("POST", "", LOGIN_TOKEN, instagram=True, data={"batch": json.dumps(operations)})
    assert told(item)["user_id"] == LOGIN_ID


class TestSeveralIds:
    """``GET /?ids=``."""

    async def test_an_object_by_id(self, meta: Meta) -> None:
        found = await meta.good("GET", "", params={"ids": f"{PAGE_ID},me", "fields": "id,name"})
        assert set(found) == {PAGE_ID, "me"}
        assert found[PAGE_ID] == {"id": PAGE_ID, "name": "Harbour Bakery"}

    async def test_one_that_cannot_be_read_fails_all(self, meta: Meta) -> None:
        error = await meta.bad("GET", "", params={"ids": f"{PAGE_ID},77"})
        assert (error["code"], error["error_subcode"]) == (100, 33)

    async def test_each_is_a_call(self, meta: Meta) -> None:
        await meta.good("GET", "", params={"ids": f"{APP_ID}"}, token=APP_TOKEN)
        assert (meta.sim.calls.count("ids"), meta.sim.calls.count("node")) == (1, 1)

    async def test_in_a_batch(self, meta: Meta) -> None:
        """The example of Meta's documentation: ids that an earlier operation found."""
        _, found = await batch(
            meta,
            {"method": "GET", "name": "who", "relative_url": "me?fields=id"},
            {"method": "GET", "relative_url": "?ids={result=who:$.id}&fields=name"},
        )
        assert told(found) == {PAGE_ID: {"name": "Harbour Bakery", "id": PAGE_ID}}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.data.*.id", ["1", "2"]),
        ("$.data[*].id", ["1", "2"]),
        ("$.data[1].id", ["2"]),
        ("$['paging']['cursors']['after']", ["MTA"]),
        ("$.paging.cursors.*", ["MTA"]),
        ("$.data[7].id", []),
        ("$.data.id", []),
        ("$.data[0].id.deeper", []),
    ],
)
def test_paths(path: str, found: list[str]) -> None:
    answer = {"data": [{"id": "1"}, {"id": "2"}], "paging": {"cursors": {"after": "MTA"}}}
    assert select(answer, path) == found


@pytest.mark.parametrize("path", ["data.id", "$data", "$.", "$.a[", "$..id"])
def test_malformed_paths(path: str) -> None:
    with pytest.raises(Refused):
        select({"data": []}, path)


def test_several_results_have_commas_between() -> None:
    assert fill_in("?ids={result=p:$.data.*.id}&x={result=p:$.n}", {"p": {"data": [{"id": 1}, {"id": 2}], "n": 3}}) == (
        "?ids=1,2&x=3"
    )
