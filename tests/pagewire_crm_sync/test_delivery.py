"""One event, one request: what goes out, and what each answer makes of the hook call."""

import asyncio
import base64
import gzip
import hashlib
import hmac
import logging
import ssl
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import msgspec
import pytest

from pagewire.context import Person
from pagewire.errors import Refused, TryLater
from pagewire_crm_sync import Config, CrmSync, Include, transport
from pagewire_crm_sync.secrets import FOLDER_VARIABLE, Secrets
from tests.pagewire_crm_sync.sink_server import Drips, Holds, Resets, Says, Sink, partial, running
from tests.pagewire_crm_sync.world import ANNA, BEN, PAGE, HookContext, ManualClock, at, message, rfc3339

CERTIFICATE = Path(__file__).parent / "data" / "loopback.pem"
"""Signed by itself, for 127.0.0.1, with its key; it protects nothing."""


async def test_the_cloudevent(sink: Sink, plugin: CrmSync, config: Config) -> None:
    await plugin.event_received(message(after=5), HookContext(config, first_seen=at(-7)))
    (request,) = sink.requests
    (event,) = request.events
    assert request.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert event == {
        "specversion": "1.0",
        "id": event["id"],
        "source": f"/pagewire/page/{PAGE}",
        "subject": ANNA,
        "type": "dev.pagewire.contact.upserted.v1",
        "time": rfc3339(5),
        "datacontenttype": "application/json",
        "data": {
            "key": {"object": "page", "account": PAGE, "scopedId": ANNA},
            "firstSeen": rfc3339(-7),
            "lastSeen": rfc3339(5),
            "lastKind": "message",
        },
    }


async def test_names_leave_only_if_asked_for(sink: Sink, plugin: CrmSync, config: Config) -> None:
    anna = Person(id=ANNA, first_name="Anna")
    silent = HookContext(config, person=anna)
    await plugin.event_received(message(), silent)
    assert silent.asked_for_person == 0
    open_ = msgspec.structs.replace(config, include=Include(profile=True))
    await plugin.event_received(message(), HookContext(open_, person=anna))
    assert [event["data"].get("profile") for event in sink.events] == [None, {"firstName": "Anna"}]


async def test_a_repeat_has_the_same_id_and_data_also_after_a_restart(sink: Sink, config: Config) -> None:
    seen = message()
    for _ in range(2):
        plugin = CrmSync(ManualClock(), Secrets({}))
        await plugin.event_received(seen, HookContext(config, first_seen=at(-1)))
        await plugin.event_received(seen, HookContext(config, first_seen=at(-1)))
        await plugin.plugin_stopped()
    one, other = sink.events
    assert one == other


async def test_a_retry_after_a_lost_answer_has_the_same_id_and_data(
    sink: Sink, plugin: CrmSync, config: Config
) -> None:
    sink.script.append(Resets(accepts=True))
    seen = message()
    with pytest.raises(TryLater, match="connection to the sink was lost"):
        await plugin.event_received(seen, HookContext(config))
    await plugin.event_received(seen, HookContext(config))
    one, other = sink.events
    assert one == other


@pytest.mark.parametrize("status", [200, 202, 204, 409, 412])
async def test_done(sink: Sink, plugin: CrmSync, config: Config, status: int) -> None:
    sink.script.append(Says(status))
    await plugin.event_received(message(), HookContext(config))
    assert len(sink.requests) == 1


@pytest.mark.parametrize("status", [400, 413, 422, 451])
async def test_refused_names_the_status_and_never_the_body(
    sink: Sink, plugin: CrmSync, config: Config, status: int
) -> None:
    sink.script.append(Says(status, body=b"Anna is not wanted"))
    with pytest.raises(Refused) as caught:
        await plugin.event_received(message(), HookContext(config))
    assert caught.value.reason == f"the sink answered {status}"


@pytest.mark.parametrize("status", [408, 500, 502])
async def test_trouble_leaves_the_pause_to_the_gateway(
    sink: Sink, plugin: CrmSync, config: Config, status: int
) -> None:
    sink.script.append(Says(status))
    with pytest.raises(TryLater) as caught:
        await plugin.event_received(message(), HookContext(config))
    assert caught.value.after is None
    await plugin.event_received(message(BEN), HookContext(config))


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_wrong_configuration_heals(sink: Sink, plugin: CrmSync, config: Config, status: int) -> None:
    sink.script.append(Says(status))
    with pytest.raises(TryLater, match=f"{status}: check ") as caught:
        await plugin.event_received(message(), HookContext(config))
    assert caught.value.after == 60


async def test_redirects_are_not_followed(sink: Sink, plugin: CrmSync, config: Config) -> None:
    sink.script.append(Says(307, (("location", f"{sink.url}/elsewhere"),)))
    with pytest.raises(TryLater, match="redirects are not followed"):
        await plugin.event_received(message(), HookContext(config))
    assert len(sink.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_retry_after_pauses_the_whole_sink(
    sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock, status: int, form: str
) -> None:
    date = format_datetime(datetime.fromtimestamp(clock.now(), UTC) + timedelta(seconds=30), usegmt=True)
    sink.script.append(Says(status, (("retry-after", "30" if form == "seconds" else date),)))
    with pytest.raises(TryLater) as caught:
        await plugin.event_received(message(), HookContext(config))
    assert caught.value.after == pytest.approx(30)
    clock.advance(20)
    other_page = HookContext(msgspec.structs.replace(config, interval="5s"), namespace="sales", account="2")
    for context in (HookContext(config), other_page):
        with pytest.raises(TryLater, match="asked for a pause") as caught:
            await plugin.event_received(message(BEN), context)
        assert caught.value.after == pytest.approx(10)
    assert len(sink.requests) == 1
    clock.advance(10)
    await plugin.event_received(message(), HookContext(config))
    assert len(sink.requests) == 2


async def test_in_a_pause_nobody_is_looked_up(sink: Sink, plugin: CrmSync, config: Config) -> None:
    sink.script.append(Says(429, (("retry-after", "30"),)))
    context = HookContext(msgspec.structs.replace(config, include=Include(profile=True)))
    for person in (ANNA, BEN):
        with pytest.raises(TryLater):
            await plugin.event_received(message(person), context)
    assert context.asked_for_person == 1


async def test_without_retry_after_the_pauses_grow_until_the_sink_takes_something(
    sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock
) -> None:
    async def paused() -> float:
        """Seconds until the sink is asked again, tried second by second."""
        seconds = 0
        while True:
            before = len(sink.requests)
            with pytest.raises(TryLater) as caught:
                await plugin.event_received(message(), HookContext(config))
            assert caught.value.after is None
            if len(sink.requests) > before:
                return seconds
            clock.advance(1)
            seconds += 1

    sink.decide = lambda _: Says(503)
    assert [await paused() for _ in range(8)] == [0, 1, 2, 4, 8, 16, 32, 60]
    clock.advance(60)
    sink.script.append(Says(204))
    await plugin.event_received(message(BEN), HookContext(config))
    assert [await paused() for _ in range(2)] == [0, 1]


async def test_a_sink_that_is_not_there(plugin: CrmSync) -> None:
    async with running() as gone:
        url = gone.url
    context = HookContext(Config(url=url))
    with pytest.raises(TryLater, match="cannot be reached"):
        await plugin.event_received(message(), context)
    with pytest.raises(TryLater, match="it is asked again soon"):
        await plugin.event_received(message(BEN), context)


async def test_a_silent_sink_is_given_up(sink: Sink, plugin: CrmSync) -> None:
    sink.script.append(Holds(asyncio.Event()))
    with pytest.raises(TryLater, match="no answer in 1 s"):
        await plugin.event_received(message(), HookContext(Config(url=sink.url, timeout="1s")))


async def test_an_answer_that_never_ends_is_given_up(sink: Sink, plugin: CrmSync) -> None:
    sink.script.append(Drips())
    with pytest.raises(TryLater, match="no answer in 1 s"):
        await plugin.event_received(message(), HookContext(Config(url=sink.url, timeout="1s")))


@pytest.mark.parametrize("status", [200, 500])
async def test_a_long_answer_is_not_read(sink: Sink, plugin: CrmSync, config: Config, status: int) -> None:
    sink.script.append(Says(status, body=b"x" * 5_000_000))
    with pytest.raises(TryLater, match="500") if status == 500 else nullcontext():
        await plugin.event_received(message(), HookContext(config))


GZIP = (("content-encoding", "gzip"),)


@pytest.mark.parametrize(
    ("headers", "made"), [((), lambda body: body + b" " * 5_000_000), (GZIP, gzip.compress)], ids=["long", "coded"]
)
async def test_a_partial_answer_must_be_plain_and_short(
    sink: Sink, plugin: CrmSync, config: Config, headers: tuple[tuple[str, str], ...], made: Callable[[bytes], bytes]
) -> None:
    sink.decide = lambda request: Says(207, headers, made(partial({request.events[0]["id"]: 200}).body))
    with pytest.raises(TryLater, match="without the results"):
        await plugin.event_received(message(), HookContext(config))


async def test_an_answer_that_only_says_it_is_coded_is_read(sink: Sink, plugin: CrmSync, config: Config) -> None:
    sink.decide = lambda request: Says(207, GZIP, partial({request.events[0]["id"]: 429}).body)
    with pytest.raises(TryLater, match="the sink answered 429"):
        await plugin.event_received(message(), HookContext(config))


async def test_requests_that_fail_together_grow_the_pause_once(
    sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock
) -> None:
    answer = asyncio.Event()
    sink.decide = lambda _: Holds(answer, Says(503))
    calls = [plugin.event_received(message(f"71{number}"), HookContext(config)) for number in range(8)]
    tasks = [asyncio.create_task(call) for call in calls]
    await sink.received(8)
    answer.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    clock.advance(1)
    sink.decide = lambda _: Says(204)
    await plugin.event_received(message(), HookContext(config))
    assert len(sink.requests) == 9


async def test_a_certificate_nobody_vouches_for_is_refused(plugin: CrmSync, monkeypatch: pytest.MonkeyPatch) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE)
    async with running(tls) as secure:
        context = HookContext(Config(url=secure.url))
        with pytest.raises(TryLater, match="cannot be reached"):
            await plugin.event_received(message(), context)
        assert not secure.requests
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        transport._trust.cache_clear()
        trusting = CrmSync(ManualClock(), Secrets({}))
        await trusting.event_received(message(), context)
        assert len(secure.requests) == 1
        await trusting.plugin_stopped()
    transport._trust.cache_clear()


async def test_one_connection_serves_many_upserts(sink: Sink, plugin: CrmSync, config: Config) -> None:
    sink.decide = lambda _: Says(200, body=b"thank you", accepts=True)
    for number in range(5):
        await plugin.event_received(message(f"71{number}"), HookContext(config))
    assert (len(sink.requests), sink.connections) == (5, 1)
    await plugin.plugin_stopped()
    await sink.quiet()


async def test_signature_and_token(sink: Sink, clock: ManualClock, tmp_path: Path) -> None:
    key = b"0123456789abcdef0123456789abcdef"
    (tmp_path / "support").mkdir()
    (tmp_path / "support" / "signing").write_text(f"whsec_{base64.b64encode(key).decode()}\n")
    secrets = Secrets({FOLDER_VARIABLE: str(tmp_path), "PAGEWIRE_CRM_TOKEN": "t0k3n"})
    plugin = CrmSync(clock, secrets)
    config = Config(url=sink.url, secret_file="signing", token_env="PAGEWIRE_CRM_TOKEN")
    await plugin.event_received(message(), HookContext(config))
    (request,) = sink.requests
    assert request.headers["authorization"] == "Bearer t0k3n"
    assert request.headers["webhook-id"] == request.events[0]["id"]
    assert request.headers["webhook-timestamp"] == str(int(clock.now()))
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    await plugin.plugin_stopped()


@pytest.mark.parametrize(
    ("fields", "environment", "says"),
    [
        ({"token_env": "PAGEWIRE_CRM_T"}, {}, "PAGEWIRE_CRM_T is not set"),
        ({"token_env": "PAGEWIRE_CRM_T"}, {"PAGEWIRE_CRM_T": "two w0rds"}, "one word of ASCII"),
        ({"token_env": "PAGEWIRE_CRM_T"}, {"PAGEWIRE_CRM_T": "a\r\nx: y"}, "one word of ASCII"),
        ({"secret_env": "PAGEWIRE_CRM_S"}, {"PAGEWIRE_CRM_S": "pl41n"}, "make one with"),
        ({"secret_file": "signing"}, {}, "signing cannot be read"),
    ],
)
async def test_without_its_secrets_nothing_is_sent(
    sink: Sink, clock: ManualClock, fields: dict[str, str], environment: dict[str, str], says: str
) -> None:
    plugin = CrmSync(clock, Secrets(environment))
    with pytest.raises(TryLater, match=says) as caught:
        await plugin.event_received(message(), HookContext(Config(url=sink.url, **fields)))  # type: ignore[arg-type]
    assert caught.value.after == 60
    assert all(value not in caught.value.reason for value in environment.values())
    assert not sink.requests
    await plugin.plugin_stopped()


async def test_nothing_personal_is_logged(
    sink: Sink, plugin: CrmSync, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    sink.script.append(Says(500, body=b"kettle"))
    with pytest.raises(TryLater):
        await plugin.event_received(message(), HookContext(config, person=Person(id=ANNA, name="Anna")))
    assert all(word not in caplog.text for word in (ANNA, "Anna", "kettle"))
