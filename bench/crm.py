"""A thousand people brought to each CRM, with repeated events, kill -9, partial failures and lost answers.

    python -m bench.crm [PEOPLE] [hubspot|salesforce|tryton ...]

Prints one JSON line a CRM: how many contacts there are, how many of them have the right fields, how often the process was killed,
how many requests it took, and the most in ten seconds beside what is allowed. HubSpot and Salesforce are played by the tests'
fakes, Tryton is real. Ends with 1 if a contact is missing, twice or wrong, or a limit was exceeded.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from tests.pagewire_crm_sync import hubspot_fake, salesforce_fake, test_hubspot_crowd, test_salesforce, test_tryton
from tests.pagewire_crm_sync.crashes import Requests, brought_with_crashes
from tests.pagewire_crm_sync.driver import crowd
from tests.pagewire_crm_sync.tryton_server import PASSWORD, running
from tests.pagewire_crm_sync.world import PAGE, rfc3339

CRASHES = 3
SLOW = 1800.0
"""Seconds that Tryton may take; it took 26 on a machine that was busy with other things."""


async def hubspot(people: int, folder: Path) -> dict[str, Any]:
    """A portal that allows 190 requests in ten seconds."""
    progress = Requests()
    async with hubspot_fake.running(time.monotonic) as portal:
        portal.trouble, portal.on_request = test_hubspot_crowd.by_chance(1), progress.one_more
        config = test_hubspot_crowd.configured(portal)
        killed = await brought_with_crashes(config, folder, people, hubspot_fake.TOKEN, progress, CRASHES, 12)
    right = test_hubspot_crowd.expected(people)
    found = portal.by_name()
    return {
        **_counted(found, right, killed),
        "created": portal.created,
        "requests": progress.count,
        "busiest": portal.busiest,
        "allowed": portal.most,
    }


async def salesforce(people: int, folder: Path) -> dict[str, Any]:
    """An org; it counts a pool of 24 hours, the ten seconds are our own limit for each process."""
    progress = Requests()
    async with salesforce_fake.running(time.monotonic) as org:
        org.trouble, org.on_request = test_salesforce.by_chance(2), progress.one_more
        config = test_salesforce.configured(org)
        killed = await brought_with_crashes(config, folder, people, salesforce_fake.SECRET, progress, CRASHES, 20)
    right = {
        f"page:{PAGE}:{person}": {
            "PagewireId__c": f"page:{PAGE}:{person}",
            "FirstName": f"N{person[-4:]}",
            "LastName": "Crowd",
            "Last__c": rfc3339(500),
        }
        for person in crowd(people)
    }
    return {
        **_counted(org.by_name(), right, killed),
        "created": org.created,
        "requests": progress.count,
        "busiest": org.busiest,
        "allowed": 50 * (killed + 1),
    }


async def tryton(people: int, folder: Path) -> dict[str, Any]:
    """A real server on SQLite."""
    (folder / "kept").mkdir()
    async with running(folder) as server:
        config = test_tryton.configured(server.url, fields=[{"to": "name", "from": "profile.firstName"}])
        progress = test_tryton.Parties(server)
        killed = await brought_with_crashes(
            config, folder / "kept", people, PASSWORD, progress, CRASHES, people // 5, SLOW
        )
        found = server.parties()
    return _counted(found, {f"page:{PAGE}:{person}": f"N{person[-4:]}" for person in crowd(people)}, killed)


CRMS: dict[str, Callable[[int, Path], Awaitable[dict[str, Any]]]] = {
    "hubspot": hubspot,
    "salesforce": salesforce,
    "tryton": tryton,
}


def main() -> int:
    """Run it."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    well = True
    for name in sys.argv[2:] or CRMS:
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            found = asyncio.run(_one(name, people, Path(folder)))
        said = {"crm": name, "people": people, **found, "seconds": round(time.monotonic() - began, 1)}
        sys.stdout.write(msgspec.json.encode(said).decode() + "\n")
        well = well and _well(people, found)
    return int(not well)


async def _one(name: str, people: int, folder: Path) -> dict[str, Any]:
    return await CRMS[name](people, folder)


def _counted(found: dict[str, Any], right: dict[str, Any], killed: int) -> dict[str, Any]:
    return {"contacts": len(found), "right": sum(found.get(each) == right[each] for each in right), "killed": killed}


def _well(people: int, found: dict[str, Any]) -> bool:
    exact = found["contacts"] == found["right"] == found.get("created", people) == people
    return exact and found.get("busiest", 0) <= found.get("allowed", 0)


if __name__ == "__main__":
    sys.exit(main())
