"""One attempt to deliver: build the body, sign it, POST it, take nothing but a 200 for an answer."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Callable, Sequence
from functools import cache

import httpx
import msgspec

from pagewire.simulator import webhooks
from pagewire.simulator.clock import Clock
from pagewire.simulator.ledger import Delivery
from pagewire.simulator.webhooks import Item


class DeliveryOptions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How deliveries behave; may be changed while running.

    Attributes:
        batch: most items in one POST.
        linger: real seconds to gather a batch that is not full.
        repeat: chance that an item is told again later (same mid, new ``entry.time``).
        repeat_times: how many more times a repeated item is told.
        repeat_next: so many of the next items are repeated for certain.
        disorder: chance that an item changes places with the next one of its conversation.
        disorder_next: so many of the next items are swapped for certain.
        hold: real seconds an item waits for the one to swap with.
        answer_limit: real seconds the receiver has to answer: Meta's five.
        concurrency: most POSTs under way at once to one callback.
        twice: chance that a body is sent over two connections at once, as Meta does when it loses track of one.
        paused: hold everything back.
        webhook_base: origin that stands for the host of every callback URL, verification included, as a line in a
            hosts file would: resources keep their public ``https://`` addresses.
    """

    batch: int = 1
    linger: float = 0.05
    repeat: float = 0.0
    repeat_times: int = 1
    repeat_next: int = 0
    disorder: float = 0.0
    disorder_next: int = 0
    hold: float = 1.0
    answer_limit: float = 5.0
    concurrency: int = 16
    twice: float = 0.0
    paused: bool = False
    webhook_base: str | None = None


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Whose deliveries these are and what signs them."""

    app_id: str
    object: str
    secret: str


class Slot:
    """One connection to a callback, kept open. httpx's pool costs more the more connections it holds, so each has its own."""

    def __init__(self) -> None:
        self._client = _one_connection()

    async def post(self, url: str, content: bytes, headers: dict[str, str], limit: float) -> httpx.Response:
        """POST something.

        Raises:
            TimeoutError: there was no answer within `limit` seconds.
            httpx.HTTPError: there is no answer.
        """
        try:
            async with asyncio.timeout(limit):
                return await self._client.post(url, content=content, headers=headers)
        except TimeoutError:
            # A pool may lose count of a connection whose request was cancelled, and wait for it for ever.
            given_up, self._client = self._client, _one_connection()
            await given_up.aclose()
            raise

    async def close(self) -> None:
        """Close the connection."""
        await self._client.aclose()


def _one_connection() -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    return httpx.AsyncClient(timeout=None, limits=limits, trust_env=False, verify=_trust())  # noqa: S113 - see Slot.post


@cache
def _trust() -> ssl.SSLContext:
    """Read once: it costs more than a hundred deliveries."""
    return httpx.create_ssl_context(trust_env=False)


class Poster:
    """Posts delivery bodies and writes down every attempt.

    Args:
        address: app, object and secret.
        clock: gives ``entry.time``.
        options: the limit for answers and for connections at once.
        record: told every attempt, with the items it carried.
        chance: decides what happens by chance.
    """

    def __init__(
        self,
        address: Address,
        *,
        clock: Clock,
        options: DeliveryOptions,
        record: Callable[[Delivery, Sequence[Item]], None],
        chance: random.Random,
    ) -> None:
        self._address, self._clock, self._options, self._record = address, clock, options, record
        self._chance = chance
        self._made: list[Slot] = []
        self._twins: list[Slot] = []
        self._idle: asyncio.LifoQueue[Slot] = asyncio.LifoQueue()

    async def slot(self) -> Slot:
        """Wait for a free connection; give it back with ``free``."""
        if self._idle.empty() and len(self._made) < self._options.concurrency:
            self._made.append(slot := Slot())
            return slot
        return await self._idle.get()

    def free(self, slot: Slot) -> None:
        """Let somebody else have the connection."""
        self._idle.put_nowait(slot)

    async def close(self) -> None:
        """Close every connection."""
        for slot in (*self._made, *self._twins):
            await slot.close()

    async def post(self, slot: Slot, url: str, items: Sequence[Item], attempt: int) -> bool:
        """Try once; True when the receiver answered 200 in time."""
        now_ms = self._clock.now_ms()
        raw = webhooks.body(self._address.object, items, now_ms)
        if self._options.twice and self._chance.random() < self._options.twice:
            twin = self._twins.pop() if self._twins else Slot()
            both = (self._post(one, url, raw, items, attempt, now_ms) for one in (slot, twin))
            try:
                return any(await asyncio.gather(*both))
            finally:
                self._twins.append(twin)
        return await self._post(slot, url, raw, items, attempt, now_ms)

    async def _post(self, slot: Slot, url: str, raw: bytes, items: Sequence[Item], attempt: int, now_ms: int) -> bool:
        headers = webhooks.signature_headers(self._address.secret, raw)
        began = time.monotonic()
        status, reason = await self._ask(slot, url, raw, headers)
        delivery = Delivery(
            number=0,
            app_id=self._address.app_id,
            object=self._address.object,
            url=url,
            body=raw.decode(),
            signature=headers["X-Hub-Signature-256"],
            attempt=attempt,
            mids=[item.mid for item in items if item.mid],
            items=len(items),
            status=status,
            reason=reason,
            time=now_ms,
            took=time.monotonic() - began,
        )
        self._record(delivery, items)
        return not reason

    async def _ask(self, slot: Slot, url: str, raw: bytes, headers: dict[str, str]) -> tuple[int | None, str]:
        headers |= {"Content-Type": "application/json", "User-Agent": "facebookexternalua"}
        try:
            answer = await slot.post(url, raw, headers, self._options.answer_limit)
        except TimeoutError:
            return None, f"no answer within {self._options.answer_limit:g} s"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return None, f"{type(error).__name__}: {error}".rstrip(": ")
        if answer.status_code != 200:
            return answer.status_code, f"answered {answer.status_code}, not 200"
        return 200, ""
