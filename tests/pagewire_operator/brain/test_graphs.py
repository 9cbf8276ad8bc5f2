"""One client for all calls of an app, as each one warns of what it finds once."""

from pagewire.resources import MessengerApp, decode
from pagewire.sealed import Sealed
from pagewire_operator.brain import Settings
from pagewire_operator.brain.graphs import Graphs

from .manifests import app


async def test_the_instagram_side_has_one_client_a_secret_and_version() -> None:
    graphs = Graphs(Settings())
    found, newer = decode(app()), decode(app(graphVersion="v26.0"))
    assert isinstance(found, MessengerApp)
    assert isinstance(newer, MessengerApp)
    first = graphs.instagram(found, "880000000000001", Sealed("one"))
    assert graphs.instagram(found, "880000000000001", Sealed("one")) is first
    assert graphs.instagram(found, "880000000000001", Sealed("two")) is not first
    assert graphs.instagram(newer, "880000000000001", Sealed("one")) is not first
    await graphs.aclose()
    assert graphs.instagram(found, "880000000000001", Sealed("one")) is not first, "its connections are closed"
    await graphs.aclose()
