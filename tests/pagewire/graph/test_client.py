"""Every call as it arrives at a server, and every answer as it comes back."""

import json
import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from pagewire.graph import (
    Ambiguous,
    Backoff,
    GraphClient,
    GraphError,
    Ignore,
    NotSent,
    Permanent,
    Policy,
    Reauth,
    Usage,
    open_http,
)
from tests.pagewire.graph.conftest import APP_SECRET, MESSAGE, PAGE, PSID, SENT, TOKEN
from tests.pagewire.graph.servers import Connection, Request, Server, answering, serving
from tests.pagewire.graph.test_addressing import PROOF

ClientOf = Callable[..., GraphClient]
USAGE = '{"call_count":28,"total_time":85,"total_cputime":25}'
BUSY = '{"108000000000001":[{"call_count":100,"estimated_time_to_regain_access":5}]}'


def only(server: Server) -> Request:
    [request] = server.requests
    return request


def assert_authorised(request: Request, token: str = TOKEN) -> None:
    """The token is in the header and nowhere else, with its proof."""
    assert request.headers["authorization"] == f"Bearer {token}"
    assert token not in request.target
    assert token.encode() not in request.body
    assert len(request.query["appsecret_proof"]) == 64


@pytest.mark.parametrize("prefix", ["", "/instagram"])
@pytest.mark.parametrize("body", [MESSAGE, json.dumps(MESSAGE).encode()])
async def test_send(client_of: ClientOf, prefix: str, body: dict[str, object] | bytes) -> None:
    answer = SENT | {"attachment_id": 1857700000000001}
    async with serving(answering(answer, X_App_Usage=USAGE, facebook_api_version="v25.0")) as server:
        graph = client_of(server.url + prefix)
        sent = await graph.send(PAGE, TOKEN, body)
    request = only(server)
    assert (request.method, request.path) == ("POST", f"{prefix}/v25.0/{PAGE}/messages")
    assert_authorised(request)
    assert request.query == {"appsecret_proof": PROOF}
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == MESSAGE
    assert (sent.message_id, sent.recipient_id, sent.attachment_id) == ("m_Zx9f", PSID, "1857700000000001")
    assert sent.usage == Usage(28, 85, 25, app=85)
    assert graph.served_version == "v25.0"


@pytest.mark.parametrize("body", [{}, {"recipient_id": PSID}, {"message_id": None}, {"message_id": ""}])
async def test_accepted_without_an_id_is_not_sent_for_sure(client_of: ClientOf, body: dict[str, object]) -> None:
    async with serving(answering(body)) as server:
        with pytest.raises(Ambiguous, match="without giving it an id"):
            await client_of(server.url).send(PAGE, TOKEN, MESSAGE)
    assert len(server.requests) == 1


@pytest.mark.parametrize("body", [{}, {PSID: False}, {"id": PSID, "paging": {}}, {"data": [1]}])
async def test_a_block_that_meta_does_not_confirm_is_not_done_for_sure(
    client_of: ClientOf, body: dict[str, object]
) -> None:
    async with serving(answering(body)) as server:
        with pytest.raises(Ambiguous, match="does not say that the person is blocked"):
            await client_of(server.url).block(PAGE, TOKEN, PSID)


async def test_throttled_send_tells_how_long(client_of: ClientOf) -> None:
    error: dict[str, object] = {
        "error": {"code": 613, "message": "(#613) Calls to this api have exceeded the rate limit."}
    }
    async with serving(answering(error, 400, X_Business_Use_Case_Usage=BUSY)) as server:
        with pytest.raises(Backoff) as caught:
            await client_of(server.url).send(PAGE, TOKEN, MESSAGE)
    assert caught.value.retry_after == 300
    assert caught.value.usage is not None
    assert caught.value.usage.peak == 100


@pytest.mark.parametrize(
    ("action", "payload", "extra"),
    [
        ("typing_on", None, {}),
        ("react", {"message_id": "m_1", "reaction": "❤"}, {"payload": {"message_id": "m_1", "reaction": "❤"}}),
    ],
)
async def test_sender_action(
    client_of: ClientOf, action: str, payload: dict[str, str] | None, extra: dict[str, object]
) -> None:
    async with serving(answering({"recipient_id": int(PSID)})) as server:
        acted = await client_of(server.url).sender_action(PAGE, TOKEN, PSID, action, payload=payload)  # type: ignore[arg-type]
    request = only(server)
    assert_authorised(request)
    assert json.loads(request.body) == {"recipient": {"id": PSID}, "sender_action": action} | extra
    assert (acted.recipient_id, acted.message_id) == (PSID, None)


async def test_conversation_with(client_of: ClientOf) -> None:
    found: dict[str, object] = {
        "data": [{"id": "t_1", "updated_time": "2026-11-20T10:00:00+0000", "can_reply": True, "unread_count": 2}],
        "paging": {"cursors": {}, "next": "http://127.0.0.1:9/never"},
    }
    async with serving(answering(found)) as server:
        conversation = await client_of(server.url).conversation_with(PAGE, TOKEN, "instagram", PSID)
    request = only(server)  # `next` was not followed
    assert_authorised(request)
    assert (request.method, request.path) == ("GET", f"/v25.0/{PAGE}/conversations")
    assert request.query["platform"] == "instagram"
    assert request.query["user_id"] == PSID
    assert conversation is not None
    assert (conversation.id, conversation.can_reply, conversation.unread_count) == ("t_1", True, 2)
    assert conversation.updated_time == datetime(2026, 11, 20, 10, tzinfo=UTC)


async def test_no_conversation(client_of: ClientOf) -> None:
    async with serving(answering({"data": []})) as server:
        assert await client_of(server.url).conversation_with(PAGE, TOKEN, "messenger", PSID) is None


async def test_messages(client_of: ClientOf) -> None:
    newest = {
        "id": "m_9",
        "created_time": "2026-11-20T10:00:00+0000",
        "from": {"name": "Harbour", "id": PAGE},
        "to": {"data": [{"name": "A. Customer", "id": int(PSID)}]},
        "message": "hello",
        "attachments": {"data": [{"id": "1", "mime_type": "image/jpeg", "image_data": {"width": 1}}]},
    }
    gone = {"error": {"code": 9000001, "message": "deleted"}, "id": "m_8"}
    listed = {"messages": {"data": [newest, gone], "paging": {"next": "http://127.0.0.1:9/never"}}, "id": "t_1"}
    async with serving(answering(listed)) as server:
        messages = await client_of(server.url).messages("t_1", TOKEN, limit=5)
    request = only(server)
    assert_authorised(request)
    assert request.path == "/v25.0/t_1"
    assert request.query["fields"] == "messages.limit(5){id,created_time,from,to,message,attachments}"
    [message] = messages.data
    assert message.sender is not None
    assert (message.id, message.text, message.sender.id) == ("m_9", "hello", PAGE)
    assert [party.id for party in message.to] == [PSID]
    assert [attachment.kind for attachment in message.attachments] == ["image"]


async def test_message(client_of: ClientOf) -> None:
    stored: dict[str, object] = {"id": "m_9", "message": "hi", "reply_to": {"mid": "m_8", "is_self_reply": False}}
    async with serving(answering(stored)) as server:
        message = await client_of(server.url).message("m_9", TOKEN)
    assert_authorised(only(server))
    assert (message.id, message.text, message.reply_to) == ("m_9", "hi", "m_8")


async def test_deleted_message(client_of: ClientOf) -> None:
    async with serving(answering({"error": {"code": 9000001, "message": "deleted"}}, 400)) as server:
        with pytest.raises(Ignore):
            await client_of(server.url).message("m_9", TOKEN)


@pytest.mark.parametrize(
    ("platform", "fields"),
    [("messenger", "first_name,last_name,profile_pic"), ("instagram", "name,username,profile_pic")],
)
async def test_profile(client_of: ClientOf, platform: str, fields: str) -> None:
    person: dict[str, object] = {"id": PSID, "first_name": "A.", "name": None, "username": "a_customer"}
    async with serving(answering(person)) as server:
        profile = await client_of(server.url).profile(PSID, TOKEN, platform)  # type: ignore[arg-type]
    request = only(server)
    assert_authorised(request)
    assert (request.path, request.query["fields"]) == (f"/v25.0/{PSID}", fields)
    assert (profile.id, profile.first_name, profile.name, profile.username) == (PSID, "A.", None, "a_customer")


@pytest.mark.parametrize(("code", "subcode"), [(100, 2018218), (100, 2018247), (100, 33), (230, None), (551, 1545041)])
async def test_profile_that_cannot_be_read(client_of: ClientOf, code: int, subcode: int | None) -> None:
    error: dict[str, object] = {"error": {"code": code, "error_subcode": subcode}}
    async with serving(answering(error, 400)) as server:
        with pytest.raises(Ignore):
            await client_of(server.url).profile(PSID, TOKEN, "messenger")


async def test_debug_token(client_of: ClientOf) -> None:
    facts = {
        "app_id": 990000000000001,
        "type": "PAGE",
        "profile_id": PAGE,
        "expires_at": 0,
        "is_valid": True,
        "scopes": ["pages_messaging"],
        "granular_scopes": [{"scope": "pages_messaging", "target_ids": [PAGE]}, {"scope": "pages_show_list"}],
    }
    async with serving(answering({"data": facts})) as server:
        token = await client_of(server.url).debug_token("EAAinput", "990000000000001|secret")
    request = only(server)
    assert_authorised(request, "990000000000001|secret")
    assert (request.path, request.query["input_token"]) == ("/v25.0/debug_token", "EAAinput")
    assert (token.is_valid, token.app_id, token.profile_id, token.expires_at) == (True, "990000000000001", PAGE, 0)
    assert [(scope.scope, scope.target_ids) for scope in token.granular_scopes] == [
        ("pages_messaging", (PAGE,)),
        ("pages_show_list", None),
    ]


async def test_debug_token_of_a_dead_token(client_of: ClientOf) -> None:
    dead = {"is_valid": False, "scopes": [], "error": {"code": 190, "subcode": 463, "message": "expired"}}
    async with serving(answering({"data": dead})) as server:
        token = await client_of(server.url).debug_token("EAAinput", "990000000000001|secret")
    assert (token.is_valid, token.error_code, token.error_subcode) == (False, 190, 463)


async def test_me(client_of: ClientOf) -> None:
    async with serving(answering({"id": 17, "user_id": 17841400000000001, "username": "harbour"})) as server:
        me = await client_of(server.url).me(TOKEN, "id,user_id,username")
    assert_authorised(only(server))
    assert (me.id, me.user_id, me.username) == ("17", "17841400000000001", "harbour")


READS: list[Callable[[GraphClient], object]] = [
    lambda graph: graph.conversation_with(PAGE, TOKEN, "messenger", PSID),
    lambda graph: graph.message("m_9", TOKEN),
    lambda graph: graph.debug_token("EAAinput", "1|s"),
    lambda graph: graph.me(TOKEN),
]


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("body", [b"{}", b"<html>", b'{"data":null}'])
async def test_reads_of_nothing_are_no_answers(client_of: ClientOf, read: Callable[..., object], body: bytes) -> None:
    async with serving(answering(body)) as server:
        with pytest.raises(Ambiguous):
            await read(client_of(server.url))  # type: ignore[misc]


async def test_a_silent_move_to_another_version_is_told_once(
    client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(answering(SENT, facebook_api_version="v26.0")) as server:
        graph = client_of(server.url)
        for _ in range(2):
            await graph.send(PAGE, TOKEN, MESSAGE)
    assert graph.served_version == "v26.0"
    [record] = [record for record in caplog.records if record.name == "pagewire.graph.caller"]
    assert "v26.0 although v25.0" in record.getMessage()


async def test_redirects_are_not_followed(client_of: ClientOf) -> None:
    async with serving(answering(SENT)) as elsewhere, serving(answering(b"", 307, Location=elsewhere.url)) as server:
        with pytest.raises(Ambiguous) as caught:
            await client_of(server.url).send(PAGE, TOKEN, MESSAGE)
    assert caught.value.http_status == 307
    assert elsewhere.requests == []


async def test_cookies_of_one_page_do_not_reach_another(client_of: ClientOf) -> None:
    async with serving(answering(SENT, Set_Cookie="c=1; Path=/")) as server:
        graph = client_of(server.url)
        for _ in range(2):
            await graph.send(PAGE, TOKEN, MESSAGE)
    assert [request.headers.get("cookie") for request in server.requests] == [None, None]


async def test_stock_httpx_works_too() -> None:
    async with serving(answering(SENT)) as server, httpx.AsyncClient() as http:
        sent = await GraphClient(server.url, http=http).send(PAGE, TOKEN, MESSAGE)
    assert sent.message_id == "m_Zx9f"
    assert "appsecret_proof" not in only(server).query


async def drop(connection: Connection) -> None:
    """Read the request and leave."""
    await connection.request()


# By name: a traceback shows the lines of this file.
APP_TOKEN = f"990000000000001|{APP_SECRET}"
TEXT = MESSAGE["message"]["text"]  # type: ignore[index]
QUERY = "appsecret_" + "proof="
QUOTING: dict[str, object] = {
    "error": {
        "code": 100,
        "message": f'Bad "{TEXT}" for {PSID} with {TOKEN} at https://graph.facebook.com/?access_token={TOKEN}',
        "error_user_msg": TEXT,
    }
}


@pytest.mark.parametrize(
    ("behave", "wanted"),
    [
        (drop, Ambiguous),
        (answering(f"<html>{TEXT}</html>".encode(), 500), Ambiguous),
        (answering(QUOTING, 400), Permanent),
        (answering({"error": {"code": 190}}, 400), Reauth),
        (answering({"error": {"code": 10, "error_subcode": 2018278}}, 400), Policy),
        (answering({}, facebook_api_version="v26.0"), Ambiguous),
    ],
)
@pytest.mark.parametrize("call", ["send", "debug_token"])
async def test_neither_errors_nor_logs_give_anything_away(
    caplog: pytest.LogCaptureFixture, behave: Callable[..., object], wanted: type[GraphError], call: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with serving(behave) as server, open_http() as http:  # type: ignore[arg-type]
            graph = GraphClient(server.url, http=http, app_secret=APP_SECRET)
            with pytest.raises(wanted) as caught:
                await (graph.send(PAGE, TOKEN, MESSAGE) if call == "send" else graph.debug_token(TOKEN, APP_TOKEN))
    error = caught.value
    told = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error)) + caplog.text
    for secret in (TOKEN, APP_SECRET, TEXT, QUERY, PSID):
        assert secret not in told


async def test_nor_does_a_failure_to_connect(caplog: pytest.LogCaptureFixture, unused_tcp_port: int) -> None:
    with caplog.at_level(logging.DEBUG):
        async with open_http() as http:
            graph = GraphClient(f"http://127.0.0.1:{unused_tcp_port}", http=http, app_secret=APP_SECRET)
            with pytest.raises(NotSent) as caught:
                await graph.debug_token(TOKEN, APP_TOKEN)
    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert f"127.0.0.1:{unused_tcp_port}" in told
    for secret in (TOKEN, APP_SECRET, QUERY):
        assert secret not in told
