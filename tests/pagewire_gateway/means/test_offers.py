"""HTTP, secrets and spans of contexts, in a whole gateway."""

import asyncio
import gzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import httpx
import pytest

from pagewire import Refused, Text, TryLater, hookimpl
from pagewire.testing import message
from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.means.http import PluginHttp
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import plugins, staged


class Server(BaseHTTPRequestHandler):
    """Answers with the body it got, or with too much, or not in time."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        body = b"x" * (2 << 20) if self.path == "/large" else body
        body = gzip.compress(bytes(16 << 20)) if self.path == "/bomb" else body
        if self.path == "/never":
            self.server.waiting.wait(20)
        self.send_response(201 if self.headers["authorization"] == "Bearer hush" else 401)
        if self.path == "/bomb":
            self.send_header("content-encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nobody reads it."""


@pytest.fixture
def url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.waiting = Event()
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.waiting.set()
    server.shutdown()
    server.server_close()


class Asks:
    """Answers with what another system says."""

    url = ""

    @hookimpl
    async def message_received(self, event, context):
        with context.tracer.start_as_current_span("ask", attributes={"system": "echo"}) as span:
            headers = {"authorization": f"Bearer {context.secret('key')}"}
            answer = await context.http.request("POST", self.url, json={"n": 1}, headers=headers)
            span.set_attribute("status", answer.status)
        return Text(text=f"{answer.status} {answer.json()['n']}")


async def test_a_hook_asks_another_system_with_a_secret(tmp_path, url, rehearse):
    Asks.url = url
    secrets = tmp_path / "secrets"
    async with staged(tmp_path, plugins(asks=Asks), also={"plugin_secrets": secrets}) as stage:
        await stage.sim.say(making.PAGE, "ann", "hello")

        async def waits():
            events = await stage.gateway.journal.events(EventFilter())
            return any("secret" in one.lanes["asks"].error for one in events if "asks" in one.lanes)

        await stage.until(waits)
        (secrets / "support/asks").mkdir(parents=True)
        (secrets / "support/asks/key").write_text("hush\n")
        await stage.sim.wait_for_sends(1, timeout=30)
        assert stage.sim.sends[0].message["text"] == "201 1"


async def test_a_rehearsal_records_spans(url, rehearse):
    Asks.url = url
    async with httpx.AsyncClient() as client:
        rehearsal = rehearse(Asks, http=PluginHttp(client), secrets={"key": "hush"})
        assert (await rehearsal.play(message("x"))).replies == (Text(text="201 1"),)
        assert [(span.name, span.attributes) for span in rehearsal.given.spans] == [
            ("ask", {"system": "echo", "status": 201})
        ]
        assert (await rehearse(Asks, secrets={"key": "x"}).play(message("x"))).outcome == "later"
        assert (await rehearse(Asks).play(message("x"))).outcome == "later"


async def test_what_takes_too_long_or_is_too_much_is_ended(url):
    async with httpx.AsyncClient() as client:
        http = PluginHttp(client)
        with pytest.raises(Refused, match="1 MiB"):
            await http.request("POST", f"{url}/large", content=b"x")
        with pytest.raises(Refused, match="compressed"):
            await http.request("POST", f"{url}/bomb", content=b"x")
        with pytest.raises(TryLater, match="TimeoutError"):
            await http.request("POST", f"{url}/never", content=b"x", timeout=0.2)
        with pytest.raises(TryLater, match="ConnectError"):
            await http.request("POST", "http://127.0.0.1:9/", content=b"x")
        with pytest.raises(Refused, match="address"):
            await http.request("POST", "ftp://127.0.0.1/", content=b"x")


class Knocks:
    """Sends what it is told to wherever it is told."""

    url = ""

    @hookimpl
    async def message_received(self, event, context):
        await context.http.request("POST", self.url, content=b"x")


async def test_private_addresses_are_refused_unless_somebody_allows_them(tmp_path, url):
    Knocks.url = url
    async with staged(tmp_path, plugins(knocks=Knocks), also={"private_addresses": ""}) as stage:
        await stage.sim.say(making.PAGE, "ann", "hello")

        async def refused():
            events = await stage.gateway.journal.events(EventFilter())
            return any(
                "PAGEWIRE_PRIVATE_ADDRESSES" in one.lanes["knocks"].error for one in events if "knocks" in one.lanes
            )

        await stage.until(refused)


async def test_eight_requests_of_a_plugin_go_at_a_time_and_others_wait_within_their_time(url):
    async with httpx.AsyncClient() as client:
        http = PluginHttp(client)
        slow = [asyncio.ensure_future(http.request("POST", f"{url}/never", content=b"x", timeout=15)) for _ in range(8)]
        await asyncio.sleep(0)
        with pytest.raises(TryLater):
            await http.request("POST", url, content=b"x", timeout=0.2)
        for one in slow:
            one.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        assert (await http.request("POST", url, content=b"x", timeout=15)).status == 401
