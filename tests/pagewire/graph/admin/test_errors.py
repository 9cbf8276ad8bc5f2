"""What a failed call says: its class, what Meta objects to, and nothing secret."""

import logging
import traceback

import httpx
import pytest

from pagewire.graph import (
    Ambiguous,
    Backoff,
    Config,
    ErrorClass,
    GraphError,
    NotSent,
    Permanent,
    Reauth,
    open_http,
)
from pagewire.graph.admin import AdminClient, AdminError, Budget
from pagewire.graph.admin.errors import Facts, failure
from pagewire.sealed import Sealed
from tests.pagewire.graph.admin.conftest import APP, NO_HOLDS, PAGE, SECRET, USER_TOKEN, Play, Said
from tests.pagewire.graph.conftest import APP_SECRET, TOKEN

FIELDS = ["feed", "messages", "mystery"]


async def refused(play: Play, error: object, status: int = 400) -> AdminError:
    """The error of a subscription of `FIELDS` to a Page."""
    async with play(Said(error, status)) as stage:
        with pytest.raises(AdminError) as caught:
            await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), FIELDS)
    return caught.value


def meta(code: int, message: str, **more: object) -> dict[str, object]:
    return {"error": {"message": message, "type": "OAuthException", "code": code, **more}}


@pytest.mark.parametrize(
    ("error", "names"),
    [
        (
            meta(100, "(#100) Param subscribed_fields[2] must be one of {feed, mention, business_integrity}"),
            ["mystery"],
        ),
        (meta(100, "(#100) Param subscribed_fields[99] must be one of {feed}"), []),
        (
            meta(
                200,
                "(#200) To subscribe to the messages field, one of these permissions is needed: pages_messaging.\n"
                "To subscribe to the feed field, one of these permissions is needed: pages_manage_metadata.",
            ),
            ["messages", "feed"],
        ),
        (meta(100, "Invalid", error_data={"blame_field_specs": [["subscribed_fields"]]}), ["subscribed_fields"]),
        (meta(100, "Invalid", error_data='{"blame_field_specs": [["subscribed_fields"], 1]}'), ["subscribed_fields"]),
        (meta(100, "Invalid", error_data={"blame_field_specs": "no"}), []),
    ],
)
async def test_the_offending_fields_are_named(play: Play, error: object, names: list[str]) -> None:
    assert list((await refused(play, error)).names) == names


async def test_missing_permissions_are_named(play: Play) -> None:
    error = await refused(
        play,
        meta(
            190,
            "Any of the pages_read_engagement, pages_manage_metadata, business_management permission(s) must be "
            "granted before impersonating a user's page.",
        ),
    )
    assert error.permissions == ("pages_read_engagement", "pages_manage_metadata", "business_management")
    assert isinstance(error, Reauth)
    assert error.token_refused


async def test_names_of_fields_are_no_permissions(play: Play) -> None:
    error = await refused(play, meta(100, "must be one of {feed, pages_like, business_management}"))
    assert error.permissions == ()


@pytest.mark.parametrize(
    "message",
    ["Invalid appsecret_proof provided in the API argument", "API calls from the server require an appsecret_proof"],
)
async def test_a_wrong_app_secret_is_no_broken_token(play: Play, message: str) -> None:
    error = await refused(play, meta(100, message))
    assert isinstance(error, Config)
    assert (error.secret_refused, error.token_refused) == (True, False)


@pytest.mark.parametrize(
    "error", [meta(1, "Error validating client secret."), meta(190, "Invalid OAuth access token signature.")]
)
async def test_the_apps_own_token_is_its_secret(play: Play, error: object) -> None:
    async with play(Said(error, 400)) as stage:
        with pytest.raises(Config) as caught:
            await stage.admin.app.facts()
    assert isinstance(caught.value, AdminError)
    assert (caught.value.secret_refused, caught.value.token_refused) == (True, False)


async def test_an_app_secret_with_a_line_break(http: httpx.AsyncClient) -> None:
    admin = AdminClient("http://127.0.0.1:9", app_id=APP, app_secret=Sealed("s3cr3t\n"), http=http)
    with pytest.raises(Config, match="app's id or secret"):
        await admin.app.facts()


@pytest.mark.parametrize(
    ("code", "subcode", "gone"), [(100, 33, True), (803, None, True), (100, None, False), (100, 2018145, False)]
)
async def test_gone(play: Play, code: int, subcode: int | None, gone: bool) -> None:
    assert (await refused(play, meta(code, "no", error_subcode=subcode))).gone is gone


@pytest.mark.parametrize("code", [2200, 2201])
async def test_callback_verification_says_what_meta_saw(play: Play, code: int) -> None:
    message = f"(#{code}) Callback verification failed with the following errors: HTTP Status Code = 404"
    error = await refused(play, meta(code, message, fbtrace_id="A1b2C3"))
    assert error.callback_unverified
    assert "HTTP Status Code = 404" in str(error)
    assert error.fbtrace_id == "A1b2C3"


@pytest.mark.parametrize(
    ("status", "kind"), [(200, Reauth), (400, Reauth), (401, Reauth), (403, Reauth), (500, Reauth)]
)
async def test_the_status_decides_nothing(play: Play, status: int, kind: type[GraphError]) -> None:
    assert isinstance(await refused(play, meta(190, "dead"), status), kind)


@pytest.mark.parametrize(
    "error",
    [
        {"error_code": 190, "error_description": "Invalid OAuth access token."},
        {"error": "invalid_request", "error_code": 190, "error_description": "Invalid OAuth access token."},
    ],
)
async def test_the_old_flat_pair(play: Play, error: object) -> None:
    found = await refused(play, error)
    assert (found.code, found.said) == (190, "Invalid OAuth access token.")
    assert isinstance(found, Reauth)


@pytest.mark.parametrize(
    "body", [b"", b"null", b"<html>Sorry</html>", b"{", b"[]", b"0", {"success": False}, {"success": None}, {}]
)
@pytest.mark.parametrize("status", [200, 500])
async def test_what_is_no_answer_proves_nothing(play: Play, body: object, status: int) -> None:
    error = await refused(play, body, status)
    assert isinstance(error, Ambiguous)
    assert error.http_status == status
    assert "may be repeated" in str(error)


@pytest.mark.parametrize("body", [{"success": True}, {"success": "true"}, True, "true", {"result": "success"}])
async def test_every_way_to_say_yes(play: Play, body: object) -> None:
    async with play(body) as stage:
        done = await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), FIELDS)
    assert done.served.version is None


async def test_errors_tell_who_served_and_how_much_is_used(play: Play) -> None:
    headers = {
        "facebook_api_version": "v24.0",
        "x_fb_trace_id": "Trc",
        "x_business_use_case_usage": f'{{"{PAGE}":[{{"type":"pages","call_count":97,"estimated_time_to_regain_access":5}}]}}',
    }
    async with play(Said(meta(80001, "(#80001) too many"), 400, headers)) as stage:
        with pytest.raises(Backoff) as caught:
            await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), FIELDS)
        assert stage.admin.served_version == "v24.0"
        assert stage.admin.version == "v25.0"
    error = caught.value
    assert isinstance(error, AdminError)
    assert (error.served.version, error.fbtrace_id, error.retry_after) == ("v24.0", "Trc", 300)
    assert error.usage is not None
    assert error.usage.peak == 97
    assert error.call == "POST /{page}/subscribed_apps"


async def test_no_connection(unused_tcp_port: int, http: httpx.AsyncClient) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    admin = AdminClient(url, app_id=APP, app_secret=SECRET, http=http, budget=Budget(NO_HOLDS))
    with pytest.raises(NotSent, match=r"GET /debug_token: .*No connection"):
        await admin.tokens.debug(Sealed(USER_TOKEN))


async def test_a_lost_answer_is_ambiguous(play: Play) -> None:
    async with play() as stage, open_http() as http:
        admin = AdminClient(stage.server.url, app_id=APP, app_secret=SECRET, http=http)
        stage.server.behave = cut_off
        with pytest.raises(Ambiguous):
            await admin.tokens.debug(Sealed(USER_TOKEN))


async def cut_off(connection: object) -> None:
    await connection.request()  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ErrorClass)
def test_every_class_has_its_administrative_error(kind: ErrorClass) -> None:
    error = failure(kind, "no", Facts(call="GET /x"), code=1)
    assert error.kind is kind
    assert str(error).startswith("GET /x: no (code 1) ")
    assert "channel" not in str(error)


def test_a_remembered_error_is_the_same_error() -> None:
    error = failure(ErrorClass.PERMANENT, "no", Facts(names=("a",)), code=100, subcode=33, retry_after=None)
    again = error.remembered(7.5)
    assert type(again) is type(error)
    assert isinstance(again, Permanent)
    assert (again.code, again.subcode, again.names, again.said) == (100, 33, ("a",), "no")
    assert (again.held, again.retry_after, error.held) == (True, 7.5, False)


async def test_no_secret_is_ever_shown(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    """Not in logs, not in errors, not in tracebacks, even when Meta repeats it."""
    caplog.set_level(logging.DEBUG)
    secrets = (APP_SECRET, "EAASECRETINPUT1", "vtSECRET")
    texts = []
    echo = meta(100, "Malformed access token EAASECRETINPUT1, \"vtSECRET\" near 'appsecret_proof'")
    headers = {"facebook_api_version": "v24.0"}
    async with play(*[Said(echo, 400, headers)] * 3) as stage:
        token = Sealed("EAASECRETINPUT1")
        for call in (
            stage.admin.tokens.debug(token),
            stage.admin.tokens.exchange(token),
            stage.admin.subscriptions.set("page", "https://x.example", Sealed("vtSECRET"), ["feed"]),
        ):
            with pytest.raises(AdminError) as caught:
                await call
            texts += [str(caught.value), repr(caught.value), "".join(traceback.format_exception(caught.value))]
    everything = "\n".join([*texts, caplog.text])
    assert not [secret for secret in secrets if secret in everything]
    assert caplog.messages == [
        "Meta serves Graph API v24.0 although v25.0 was asked for: set a version that is still available."
    ]


@pytest.mark.parametrize(("url", "version"), [("graph.facebook.com", "v25.0"), ("https://x.example", "25")])
async def test_a_malformed_address_is_refused_at_once(http: httpx.AsyncClient, url: str, version: str) -> None:
    with pytest.raises(ValueError, match="Graph API's"):
        AdminClient(url, app_id=APP, app_secret=SECRET, http=http, version=version)
