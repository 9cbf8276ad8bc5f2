"""What people and Meta do besides writing, so that whatever is counted has something to count."""

import asyncio
import sys
from typing import Final

from pagewire.simulator.identity.model import User
from pagewire.simulator.world import Account, World
from tests.observability.place import FIELDS, Place

_STRANGER, _GUEST = "108777777777777", "7399999999999999"
DELETED: Final = "person-7"


async def run(place: Place) -> None:
    """All errands, once the load is answered."""
    await place.town.until(lambda: len(place.town.sim.sends) > 10, "answers go out")
    for errand in (_repeats, _words, _late_answer, _drift, _callbacks, _deletion):
        await errand(place)
    await asyncio.sleep(10)


async def _repeats(place: Place) -> None:
    place.town.sim.meta.delivery.repeat_next = 5


async def stranger(place: Place) -> None:
    """A Page that no resource names has the app installed, and somebody writes to it; its event is held in every lane."""
    sim = place.town.sim
    sim.meta.state.add(
        World(accounts=[Account(id=_STRANGER, object="page", name="Stranger")], subscriptions="enforced")
    )
    sim.settings.install(_STRANGER, FIELDS, place.shop.app_id)
    await sim.say(_STRANGER, "ada", "is anybody there?")


async def _words(place: Place) -> None:
    """One message that the reporter answers, and one that it refuses for ever."""
    for text in ("hello", "nonsense"):
        await place.town.sim.say(place.shop.page_id("harbour"), "ada", text)
    await place.town.until(lambda: place.gateway.metric("pagewire_plugin_parked_total"), "parked: nonsense")


async def _late_answer(place: Place) -> None:
    """The windows close before the next answers: Meta refuses those."""
    place.town.sim.faults.inject("close_window", edge="messages", times=2)


async def _drift(place: Place) -> None:
    place.town.sim.settings.unsubscribe(place.shop.page_id("harbour"), place.shop.app_id)
    await place.shop.looked_at()


async def _callbacks(place: Place) -> None:
    """Somebody without a Page takes the app back, and wants their data deleted."""
    sim, shop = place.town.sim, place.shop
    sim.meta.state.add(World(users=[User(id=_GUEST)], subscriptions="enforced"))
    app = sim.meta.state.apps[shop.app_id]
    base = f"http://127.0.0.1:{place.town.public}/callbacks/{shop.namespace}/acme"
    app.deauthorize_url, app.deletion_url = f"{base}/deauthorize", f"{base}/data-deletion"
    await sim.request_deletion(_GUEST, app=shop.app_id)


async def _deletion(place: Place) -> None:
    """``pagewire people delete``, as an operator types it."""
    page = place.shop.page_id("harbour")
    person = f"page/{page}/{place.town.sim.scoped_id(page, DELETED)}"
    command = [
        "-m",
        "pagewire_gateway.cli",
        "people",
        "delete",
        person,
        "--yes",
        "--admin",
        f"http://127.0.0.1:{place.town.admin}",
    ]
    done = await asyncio.create_subprocess_exec(sys.executable, *command)
    assert await done.wait() == 0, "people delete failed"
