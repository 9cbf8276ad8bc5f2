"""Outbound HTTP: which transport under httpx, measured.

`python -m bench.transport` prints one table: requests a second and CPU microseconds a request of every candidate,
against an API that answers at once and one that takes 100 ms. The stub API and each candidate run in processes of
their own, on loopback only. A candidate whose package is missing is named and left out.
"""

import argparse
import asyncio
import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import aiohttp
import httptools
import httpx
import uvloop

from pagewire.graph import GraphClient, open_http
from pagewire.graph.transport import GraphHttp, GraphTransport

ME = [sys.executable, "-m", "bench.transport"]
TOKEN = "EAATESTPAGETOKEN000111222"  # noqa: S105 - made up

BODY = b'{"recipient":{"id":"6412300000000001"},"messaging_type":"RESPONSE","message":{"text":"hello"}}'
ANSWER = b'{"recipient_id":"6412300000000001","message_id":"m_Zx9fAbCdEf0123456789-example"}'
REPLY = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nfacebook-api-version: v25.0\r\n"
    b"Content-Length: " + str(len(ANSWER)).encode() + b"\r\n\r\n" + ANSWER
)
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
PATH = "/v25.0/108000000000001/messages"
LOADS = {"instant, 32 in flight": (0.0, 32), "100 ms, 100 in flight": (0.1, 100), "100 ms, 400 in flight": (0.1, 400)}

Call = Callable[[], Awaitable[object]]


class Stub(asyncio.Protocol):
    """The Send API, as cheap as it gets: answers every request with the same message id after `delay` seconds."""

    delay = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.answer)
        else:
            self.answer()

    def answer(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(REPLY)


async def serve(delay: float) -> None:
    """Serve the stub on a free loopback port and print the port."""
    Stub.delay = delay
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@asynccontextmanager
async def stock(base: str, **limits: int) -> AsyncIterator[Call]:
    async with httpx.AsyncClient(limits=httpx.Limits(**limits), timeout=30) as http:
        yield posting(http, base)


def posting(http: httpx.AsyncClient, base: str) -> Call:
    async def call() -> None:
        response = await http.post(base + PATH, content=BODY, headers=HEADERS)
        assert json.loads(response.content)["message_id"]

    return call


@asynccontextmanager
async def sharded(base: str, in_flight: int) -> AsyncIterator[Call]:
    limits = httpx.Limits(max_connections=8, max_keepalive_connections=8)
    clients = [httpx.AsyncClient(limits=limits, timeout=30) for _ in range(-(-in_flight // 8))]
    calls, turn = [posting(http, base) for http in clients], 0

    async def call() -> None:
        nonlocal turn
        turn += 1
        await calls[turn % len(calls)]()

    yield call
    for http in clients:
        await http.aclose()


@asynccontextmanager
async def over_pyreqwest(base: str, _in_flight: int) -> AsyncIterator[Call]:
    module = importlib.import_module("pyreqwest.compatibility.httpx")
    async with httpx.AsyncClient(transport=module.HttpxTransport(), timeout=30) as http:
        yield posting(http, base)


@asynccontextmanager
async def over_aiohttp(base: str, in_flight: int) -> AsyncIterator[Call]:
    limits = httpx.Limits(max_connections=in_flight)
    module = importlib.import_module("httpx_aiohttp")
    async with module.HttpxAiohttpClient(limits=limits, timeout=30) as http:
        yield posting(http, base)


@asynccontextmanager
async def lean_over_aiohttp(base: str, in_flight: int) -> AsyncIterator[Call]:
    module = importlib.import_module("httpx_aiohttp")
    transport = module.AiohttpTransport(limits=httpx.Limits(max_connections=in_flight))
    async with GraphHttp(transport, httpx.Timeout(30)) as http:
        yield graph(http, base)


@asynccontextmanager
async def ours(base: str, in_flight: int) -> AsyncIterator[Call]:
    async with open_http(max_connections=in_flight) as http:
        yield graph(http, base)


@asynccontextmanager
async def ours_over_stock(base: str, in_flight: int) -> AsyncIterator[Call]:
    async with httpx.AsyncClient(
        transport=GraphTransport(verify=httpx.create_ssl_context(), max_connections=in_flight)
    ) as http:
        yield graph(http, base)


def graph(http: httpx.AsyncClient, base: str) -> Call:
    client = GraphClient(base, http=http, app_secret="s3cr3t-app-secret-for-tests")  # noqa: S106 - made up

    async def call() -> None:
        assert (await client.send("108000000000001", TOKEN, BODY)).message_id

    return call


@asynccontextmanager
async def bare_aiohttp(base: str, in_flight: int) -> AsyncIterator[Call]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=in_flight)) as session:

        async def call() -> None:
            async with session.post(base + PATH, data=BODY, headers=HEADERS) as response:
                assert json.loads(await response.read())["message_id"]

        yield call


CANDIDATES: dict[str, Callable[[str, int], AbstractAsyncContextManager[Call]]] = {
    "httpx, default limits": lambda base, n: stock(base, max_connections=n),
    "httpx, every connection kept": lambda base, n: stock(base, max_connections=n, max_keepalive_connections=n),
    "httpx, clients of 8 connections": sharded,
    "httpx over pyreqwest": over_pyreqwest,
    "httpx over httpx-aiohttp": over_aiohttp,
    "GraphClient, open_http()'s shortcut over httpx-aiohttp": lean_over_aiohttp,
    "GraphClient, whole httpx over our transport": ours_over_stock,
    "GraphClient, open_http() (chosen)": ours,
    "aiohttp alone (no httpx)": bare_aiohttp,
}


async def load(call: Call, in_flight: int, seconds: float) -> tuple[int, float, float]:
    """Keep `in_flight` calls going for `seconds`; return (answers, seconds, CPU seconds of this process)."""
    answers, end = 0, 0.0

    async def worker() -> None:
        nonlocal answers
        while time.perf_counter() < end:
            await call()
            answers += 1

    async def span(length: float) -> tuple[int, float, float]:
        nonlocal answers, end
        used, start, answers = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter(), 0
        end = start + length
        await asyncio.gather(*(worker() for _ in range(in_flight)))
        now = resource.getrusage(resource.RUSAGE_SELF)
        cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
        return answers, time.perf_counter() - start, cpu

    await span(1.0)
    return await span(seconds)


async def measure(candidate: str, base: str, in_flight: int, seconds: float) -> None:
    """Be the load generator of one candidate and print its figures as JSON."""
    async with CANDIDATES[candidate](base, in_flight) as call:
        print(json.dumps(await load(call, in_flight, seconds)))


def cell(candidate: str, delay: float, in_flight: int, seconds: float) -> tuple[float, float] | str:
    """Requests a second and CPU microseconds a request of one candidate under one load, or why there are none."""
    stub = subprocess.Popen([*ME, "--serve", str(delay)], stdout=subprocess.PIPE, text=True)
    try:
        assert stub.stdout is not None
        base = f"http://127.0.0.1:{stub.stdout.readline().strip()}"
        asked = ["--measure", candidate, "--base", base, "--in-flight", str(in_flight), "--seconds", str(seconds)]
        done = subprocess.run([*ME, *asked], capture_output=True, text=True, check=False)
    finally:
        stub.kill()
        stub.communicate()
    if done.returncode:
        return done.stderr.strip().splitlines()[-1]
    answers, took, cpu = json.loads(done.stdout)
    return answers / took, cpu / answers * 1e6


def table(seconds: float, rounds: int, only: str) -> None:
    """Print the best of all rounds a cell: rounds alternate between the candidates, so noise meets them all."""
    best: dict[tuple[str, str], tuple[float, float] | str] = {}
    asked = [
        (candidate, load) for _ in range(rounds) for candidate in CANDIDATES for load in LOADS if only in candidate
    ]
    for number, (candidate, load) in enumerate(asked, 1):
        print(f"\r{number}/{len(asked)}", end="", file=sys.stderr, flush=True)
        seen, before = cell(candidate, *LOADS[load], seconds), best.get((candidate, load))
        if isinstance(seen, tuple) and isinstance(before, tuple):
            seen = max(seen[0], before[0]), min(seen[1], before[1])
        best[candidate, load] = seen
    print(file=sys.stderr)
    print("| candidate | " + " | ".join(f"req/s, {load} | CPU µs" for load in LOADS) + " |")
    print("| --- |" + " --- | --- |" * len(LOADS))
    for candidate in dict.fromkeys(candidate for candidate, _ in asked):
        cells = [best[candidate, load] for load in LOADS]
        shown = [one if isinstance(one, str) else f"{one[0]:,.0f} | {one[1]:,.0f}" for one in cells]
        print(f"| {candidate} | {' | '.join(shown)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure transports for outbound HTTP, on loopback.")
    parser.add_argument("--seconds", type=float, default=5.0, help="of load a cell")
    parser.add_argument("--rounds", type=int, default=2, help="of which the best counts")
    parser.add_argument("--only", default="", help="a part of the candidate's name")
    for hidden, kind in (("--serve", float), ("--measure", str), ("--base", str), ("--in-flight", int)):
        parser.add_argument(hidden, type=kind, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve is not None:
        uvloop.run(serve(asked.serve))
    elif asked.measure:
        uvloop.run(measure(asked.measure, asked.base, asked.in_flight, asked.seconds))
    else:
        table(asked.seconds, asked.rounds, asked.only)


if __name__ == "__main__":
    main()
