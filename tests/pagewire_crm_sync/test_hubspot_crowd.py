"""Crowds at HubSpot: crashes, partial failures, lost answers, limits. Each person is one contact, and no limit is exceeded."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pagewire_crm_sync import Config, CrmSync
from pagewire_crm_sync.secrets import Secrets
from tests.pagewire_crm_sync.crashes import Requests, brought_with_crashes
from tests.pagewire_crm_sync.crm_server import Answer, Request
from tests.pagewire_crm_sync.driver import bring, crowd
from tests.pagewire_crm_sync.hubspot_fake import TOKEN, Portal, Trouble, error, running
from tests.pagewire_crm_sync.kept import kept_in
from tests.pagewire_crm_sync.world import PAGE, FastClock, rfc3339


def configured(portal: Portal, **hubspot: Any) -> Config:
    fields = [
        {"to": "firstname", "from": "profile.firstName", "keep": True},
        {"to": "pagewire_last", "from": "lastSeen"},
        {"to": "opt_ins", "from": "optIns[?state=='active'].topic"},
    ]
    portal.properties.add("opt_ins")
    raw = {
        "hubspot": {"apiUrl": portal.url, "fields": fields, **hubspot},
        "tokenEnv": "PAGEWIRE_CRM_TOKEN",
        "interval": "0s",
        "include": {"profile": True},
    }
    return msgspec.convert(raw, Config)


def expected(people: int) -> dict[str, dict[str, str]]:
    return {
        f"page:{PAGE}:{person}": {
            "pagewire_id": f"page:{PAGE}:{person}",
            "firstname": f"N{person[-4:]}",
            "pagewire_last": rfc3339(500),
            "opt_ins": "WEEKLY_DEALS",
        }
        for person in crowd(people)
    }


def by_chance(seed: int) -> Callable[[Request], Trouble]:
    """A fifth of the requests goes wrong in one way or another."""
    chance = random.Random(seed)

    def trouble(_: Request) -> Trouble:
        if chance.random() > 0.2:
            return Trouble()
        kind = chance.choice(["lost", "partial", "502", "423"])
        if kind == "partial":
            refused = frozenset(range(chance.randint(1, 5)))
            return Trouble(refuse=lambda number: "INTERNAL_ERROR" if number in refused else None)
        answers = {"502": Answer(502), "423": error(423, "LOCKED")}
        return Trouble(lost=True) if kind == "lost" else Trouble(answer=answers[kind])

    return trouble


@pytest.mark.slow(20)
async def test_a_thousand_people_and_kill_9_make_a_thousand_contacts(tmp_path: Path) -> None:
    requests = Requests()
    async with running(time.monotonic) as portal:
        portal.trouble, portal.on_request = by_chance(1), requests.one_more
        killed = await brought_with_crashes(configured(portal), tmp_path, 1000, TOKEN, requests, crashes=3, every=12)
    assert killed >= 2
    assert portal.by_name() == expected(1000)
    assert portal.created == 1000
    assert portal.busiest <= portal.most  # of this process and of those killed just before


async def test_a_portal_that_allows_little_never_sees_more(tmp_path: Path) -> None:
    clock = FastClock(20)
    async with running(clock.monotonic) as portal, kept_in(tmp_path) as kept:
        portal.most = 5
        plugin = CrmSync(clock, Secrets({"PAGEWIRE_CRM_TOKEN": TOKEN}))
        await bring(plugin, configured(portal, requestsPerTenSeconds=5), kept, crowd(100))
        await plugin.plugin_stopped()
    assert portal.by_name() == expected(100)
    assert portal.busiest == 5
