"""A thousand people, three events each, and a sink that has every trouble there is."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from pagewire.context import Person
from pagewire.errors import TryLater
from pagewire.events import Event
from pagewire_crm_sync import Config, CrmSync, Include
from pagewire_crm_sync.secrets import Secrets
from tests.pagewire_crm_sync.sink_server import ACCEPT, Behaviour, Received, Resets, Says, Sink, partial
from tests.pagewire_crm_sync.world import PAGE, FastClock, HookContext, at, message, optin, referral, rfc3339

PEOPLE = [f"7{number:015}" for number in range(1000)]
IN_FLIGHT = 64
"""As many hook calls as the gateway has under way at a time."""


class Trouble:
    """Answers by chance, and notes every request that came while the sink had asked for quiet."""

    def __init__(self, clock: FastClock, seed: int, share: float) -> None:
        self.until = 0.0
        self.intruders = [0]
        self._clock = clock
        self._chance = random.Random(seed)
        self._share = share

    def __call__(self, request: Received) -> Behaviour:
        now = self._clock.now()
        if now < self.until - 0.5:
            self.intruders[-1] += 1
        if self._chance.random() > self._share:
            return ACCEPT
        status = self._chance.choice([429, 503, 500, 408, 207, 413, "lost", "lost after accepting"])
        if status in {429, 503}:
            seconds = self._chance.randint(1, 5)
            self.until = max(self.until, now + seconds)
            self.intruders.append(0)
            return Says(int(status), (("retry-after", str(seconds)),))
        if status == 207:
            return partial({event["id"]: self._chance.choice([200, 200, 429, 500]) for event in request.events}, 1)
        if status == 413:
            return Says(413) if len(request.events) > 1 else ACCEPT
        return Says(int(status)) if isinstance(status, int) else Resets(accepts=status == "lost after accepting")


async def _lane(plugin: CrmSync, context: HookContext, events: Sequence[Event], clock: FastClock) -> None:
    """One conversation, as the gateway handles it: strictly in order, again and again until settled."""
    for event in events:
        while True:
            try:
                await plugin.event_received(event, context)
            except TryLater as later:
                await clock.sleep(1.0 if later.after is None else later.after)
            else:
                break


@pytest.mark.parametrize(
    ("mode", "seed"), [("batch", 1), ("batch", 2), pytest.param("structured", 3, marks=pytest.mark.slow(6))]
)
async def test_a_thousand_people_make_a_thousand_contacts(sink: Sink, mode: str, seed: int) -> None:
    clock = FastClock(50)
    trouble = sink.decide = Trouble(clock, seed, share=0.3 if mode == "batch" else 0.05)
    plugin = CrmSync(clock, Secrets({}))
    config = Config(url=sink.url, mode=mode, interval="600s", include=Include(profile=True))  # type: ignore[arg-type]
    chance = random.Random(seed)
    slots = asyncio.Semaphore(IN_FLIGHT)
    times = {person: chance.sample(range(10_000), 3) for person in PEOPLE}

    async def converse(person: str) -> None:
        one, two, three = times[person]
        events = [message(person, one), optin(person, two), referral(person, three)]
        context = HookContext(config, person=Person(id=person, first_name=person[-3:]), first_seen=at(-5))
        async with slots:
            await _lane(plugin, context, events, clock)

    await asyncio.gather(*map(converse, PEOPLE))
    await _stopped(plugin, sink)
    assert sorted(sink.contacts) == sorted(("page", PAGE, person) for person in PEOPLE)
    assert sink.contacts == {("page", PAGE, person): _expected(person, *times[person]) for person in PEOPLE}
    # Seven others are on their way when one is told to be quiet, and each may be followed once before that is read.
    assert max(trouble.intruders) < 16
    assert sink.most_under_way <= 8


async def _stopped(plugin: CrmSync, sink: Sink) -> None:
    sink.decide = lambda _: ACCEPT
    await plugin.plugin_stopped()


def _expected(person: str, message_at: int, optin_at: int, referral_at: int) -> dict[str, object]:
    kinds = {message_at: "message", optin_at: "optin", referral_at: "referral"}
    touch = {"at": rfc3339(referral_at), "source": "SHORTLINK", "type": "OPEN_THREAD", "ref": "poster-lisbon"}
    opt_in = {"type": "notification_messages", "topic": "WEEKLY_DEALS", "state": "active", "at": rfc3339(optin_at)}
    return {
        "key": {"object": "page", "account": PAGE, "scopedId": person},
        "firstSeen": rfc3339(-5),
        "lastSeen": rfc3339(max(kinds)),
        "lastKind": kinds[max(kinds)],
        "profile": {"firstName": person[-3:]},
        "optIns": [opt_in],
        "referral": {"first": touch, "last": touch},
    }


async def test_chatty_people_cost_one_request_an_interval(sink: Sink) -> None:
    """300 people write ten messages each: one upsert when they come, one when the gateway stops."""
    plugin = CrmSync(FastClock(1), Secrets({}))
    context = HookContext(Config(url=sink.url, mode="batch", interval="24h"))
    for after in range(10):
        await asyncio.gather(*(plugin.event_received(message(person, after), context) for person in PEOPLE[:300]))
    assert sorted(event["subject"] for event in sink.events) == PEOPLE[:300]
    await plugin.plugin_stopped()
    assert len(sink.events) == 600
    assert {contact["lastSeen"] for contact in sink.contacts.values()} == {rfc3339(9)}
    assert len(sink.requests) < 60
