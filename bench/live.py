"""How long a row takes from an acknowledged delivery to the live page of the console, in Chromium.

    python -m bench.live [SECONDS] [RATE]

A gateway with the three shipped plugins, an open load of one event a delivery, and Chromium, each a process of its own. The
delay counts from the moment the load has its 200 to the first picture after the row came into the page. It is measured at a tenth
of the rate and at the rate in one run, so the ratio tells what the rate costs: the page is told twice a second whatever comes, so
without any load a row waits for up to half a second.
"""

import asyncio
import json
import os
import sys
import time
from typing import Any

import httpx
from msgspec import Struct
from playwright.async_api import Page

from bench.bodies import SECRET, page_id
from bench.end_to_end import Gateway, Process
from pagewire.wire import ids_of_message
from pagewire_gateway.signature import sign
from tests.browser import chromium

CONNECTIONS = 8
PATIENCE = 60.0
WATCH = """() => {
  window.shown = {};
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
  }).observe({ type: "longtask" });
  new MutationObserver((changes) => {
    const rows = changes.flatMap((one) => [...one.addedNodes]).filter((node) => node.matches?.("tr"));
    const ids = rows.map((row) => row.querySelector("a").pathname.split("/").pop());
    requestAnimationFrame(() => {
      const now = performance.timeOrigin + performance.now();
      for (const id of ids) window.shown[id] = now;
    });
  }).observe(document.querySelector("main tbody"), { childList: true });
}"""


class Seen(Struct):
    """What came of one load.

    Attributes:
        sent: deliveries that were answered 200.
        shown: rows of them in the page.
        delays: milliseconds, sorted.
        longest: milliseconds of the longest task of the page's own thread; 0 if none took 50.
    """

    sent: int
    shown: int
    delays: list[float]
    longest: float

    @property
    def middle(self) -> float:
        return self.delays[len(self.delays) // 2]

    @property
    def late(self) -> float:
        return self.delays[int(len(self.delays) * 0.99)]


async def offered(port: int, seconds: float, rate: float) -> dict[str, float]:
    """Deliver at a rate; when each message was acknowledged, in milliseconds since 1970."""
    acknowledged: dict[str, float] = {}
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=60) as client:

        async def deliver(number: int) -> None:
            mid, body = message(number)
            headers = {"content-type": "application/json", "x-hub-signature-256": sign(body, SECRET)}
            answer = await client.post("/webhooks/bench/load", content=body, headers=headers)
            if answer.status_code == 200:
                acknowledged[mid] = time.time() * 1000

        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(int(seconds * rate)):
                await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
                group.create_task(deliver(number))
    return acknowledged


def message(number: int) -> tuple[str, bytes]:
    """The id of a message, and its delivery body; each of somebody else."""
    at, page = int(time.time() * 1000), str(page_id(0))
    mid = f"m_live_{at}_{number}"
    item = {
        "sender": {"id": str(24_000_000_000_000_000 + at % 10**9 * 1000 + number % 1000)},
        "recipient": {"id": page},
        "timestamp": at,
        "message": {"mid": mid, "text": "hello"},
    }
    return mid, json.dumps({"object": "page", "entry": [{"id": page, "time": at, "messaging": [item]}]}).encode()


async def watched(page: Page, gateway: Gateway, seconds: float, rate: float) -> Seen:
    """Load the gateway while the page is open, and wait until it has shown everything."""
    await page.goto(f"http://127.0.0.1:{gateway.admin}/console/live")
    await page.wait_for_function("document.querySelector('[data-live-state]').textContent === 'live'")
    await page.evaluate(WATCH)
    acknowledged = await offered(gateway.port, seconds, rate)
    by_id = {id_: at for mid, at in acknowledged.items() for id_ in ids_of_message("page", str(page_id(0)), mid)}
    shown: dict[str, float] = {}
    until = time.monotonic() + PATIENCE
    while len(shown) < len(acknowledged) and time.monotonic() < until:
        await asyncio.sleep(0.5)
        found: dict[str, Any] = await page.evaluate("window.shown")
        shown = {id_: at for id_, at in found.items() if id_ in by_id}
    delays = sorted(at - by_id[id_] for id_, at in shown.items())
    return Seen(len(acknowledged), len(shown), delays, await page.evaluate("window.longest"))


async def measure(seconds: float, rate: float) -> dict[float, Seen]:
    """Few a second, and many."""
    stub = Process("-m", "bench.stub")
    gateway = Gateway(stub.port)
    try:
        async with chromium() as browser:
            page = await browser.new_page()
            await watched(page, gateway, 2.0, rate)  # what is used for the first time takes longer
            return {one: await watched(page, gateway, seconds, one) for one in (rate / 10, rate)}
    finally:
        gateway.stop()
        stub.stop()


def main() -> None:
    seconds, rate = (float(given) for given in (sys.argv[1:] + ["15", "200"][len(sys.argv) - 1 :])[:2])
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    found = asyncio.run(measure(seconds, rate))
    print("| events/s | acknowledged | rows shown | p50 ms | p99 ms | longest task of the page, ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    for one, seen in found.items():
        row = f"{seen.sent:,} | {seen.shown:,} | {seen.middle:,.0f} | {seen.late:,.0f} | {seen.longest:,.0f}"
        print(f"| {one:,.0f} | {row} |")
    few, many = found.values()
    print(f"\nratio of p50 {many.middle / few.middle:.2f}, of p99 {many.late / few.late:.2f}")


if __name__ == "__main__":
    main()
