"""The simulator as a test or a program holds it: ``async with Simulator() as sim``."""

from __future__ import annotations

from collections import deque
from typing import Any, Self

from pagewire.simulator.application import Application
from pagewire.simulator.clock import Clock
from pagewire.simulator.faults import Faults
from pagewire.simulator.graph.app import GraphApp
from pagewire.simulator.graph.call import INSTAGRAM_MOUNT
from pagewire.simulator.handshake import Verification, verify
from pagewire.simulator.identity.acts import Identities
from pagewire.simulator.ledger import Delivery, Ledger, RefusedCall, Send
from pagewire.simulator.limits import Limits
from pagewire.simulator.meta import Meta, Options
from pagewire.simulator.people import People
from pagewire.simulator.post import DeliveryOptions
from pagewire.simulator.privacy import Notice, deauthorize, request_deletion
from pagewire.simulator.rates import Violation
from pagewire.simulator.server import Listener
from pagewire.simulator.settings.calls import Calls
from pagewire.simulator.settings.desk import Desk
from pagewire.simulator.world import ObjectName, World, small_world


class Simulator:
    """Meta on a loopback port, for as long as the ``async with`` block lasts.

    Args:
        world: what exists at the start; ``small_world()`` when left out.
        host, port: where the Graph API, the control API and the chat page answer; port 0 picks a free one.
        instagram_port: a port of its own for graph.instagram.com; without it that host is a path prefix.
        clock: ``Clock(speed=0)`` stands still until moved.
        seed: fixes ids and chances; see ``Ids`` for the danger in it.
        options, delivery, limits: their defaults are Meta's behaviour without mischief.
    """

    def __init__(  # noqa: PLR0913 - every part can be given
        self,
        world: World | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        instagram_port: int | None = None,
        clock: Clock | None = None,
        seed: int | None = None,
        options: Options | None = None,
        delivery: DeliveryOptions | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._where = (host, port, instagram_port)
        self.meta = Meta(
            world if world is not None else small_world(),
            clock=clock,
            seed=seed,
            options=options,
            delivery=delivery,
            limits=limits,
        )
        self.people = People(self.meta)
        self._listeners: list[Listener] = []

    async def start(self) -> None:
        """Open the ports.

        Raises:
            OSError: a port is taken.
        """
        host, port, instagram_port = self._where
        self._listeners = [Listener(Application(self.meta), host, port)]
        self.meta.kept.origin = self._listeners[0].origin
        if instagram_port is not None:
            self._listeners.append(Listener(GraphApp(self.meta, "instagram"), host, instagram_port))
        for listener in self._listeners:
            await listener.start()

    async def stop(self) -> None:
        """Close the ports and forget everything under way."""
        self.meta.wind_down()
        for listener in self._listeners:
            await listener.stop()
        await self.meta.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def graph_url(self) -> str:
        """Base URL that stands for ``https://graph.facebook.com``."""
        return self._listeners[0].origin

    @property
    def instagram_graph_url(self) -> str:
        """Base URL that stands for ``https://graph.instagram.com``."""
        if len(self._listeners) > 1:
            return self._listeners[1].origin
        return f"{self.graph_url}/{INSTAGRAM_MOUNT}"

    @property
    def instagram_api_url(self) -> str:
        """Base URL that stands for ``https://api.instagram.com``, which answers ``/oauth/access_token`` only."""
        return self.instagram_graph_url

    @property
    def facebook_url(self) -> str:
        """Base URL that stands for ``https://www.facebook.com``, which has the login dialog only."""
        return self.graph_url

    @property
    def instagram_url(self) -> str:
        """Base URL that stands for ``https://www.instagram.com``, which has the login dialog only."""
        return f"{self.graph_url}/{INSTAGRAM_MOUNT}"

    @property
    def control_url(self) -> str:
        """Base URL of the control API."""
        return f"{self.graph_url}/_control"

    @property
    def chat_url(self) -> str:
        """The chat page."""
        return f"{self.graph_url}/chat"

    @property
    def faults(self) -> Faults:
        """Faults in force; ``sim.faults.inject("drop", accept=True)``."""
        return self.meta.faults

    @property
    def clock(self) -> Clock:
        """The simulator's clock."""
        return self.meta.clock

    @property
    def ledger(self) -> Ledger:
        """All records, with ``tally()``."""
        return self.meta.ledger

    @property
    def sends(self) -> deque[Send]:
        """Messages accepted by the Send API, oldest first."""
        return self.meta.ledger.sends

    @property
    def actions(self) -> deque[Send]:
        """Sender actions and reactions accepted, oldest first."""
        return self.meta.ledger.actions

    @property
    def refused(self) -> deque[RefusedCall]:
        """Send API calls refused or eaten by a fault, oldest first."""
        return self.meta.ledger.refused

    @property
    def violations(self) -> list[Violation]:
        """Limits that somebody went beyond; empty is the proof of good pacing."""
        return self.meta.rates.violations

    @property
    def deliveries(self) -> deque[Delivery]:
        """Attempts at webhook deliveries, oldest first."""
        return self.meta.ledger.deliveries

    @property
    def identity(self) -> Identities:
        """People, tokens, grants and app secrets, to look at and to disturb."""
        return Identities(self.meta)

    @property
    def settings(self) -> Desk:
        """Subscriptions and profiles at Meta, to look at and to disturb."""
        return Desk(self.meta)

    @property
    def calls(self) -> Calls:
        """Every call of the Graph API, counted as it arrived."""
        return self.meta.calls

    async def wait_for_calls(
        self,
        count: int,
        edge: str | None = None,
        *,
        method: str | None = None,
        node: str | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> None:
        """Wait until so many calls of this sort have been answered or are being answered.

        Raises:
            TimeoutError: not within ``timeout`` real seconds.
        """
        calls = self.calls
        await self.ledger.wait_until(lambda: calls.count(edge, method=method, node=node) >= count, timeout)

    async def wait_for_sends(self, count: int, timeout: float = 10.0) -> list[Send]:  # noqa: ASYNC109
        """The accepted messages, once there are ``count`` in all.

        Raises:
            TimeoutError: not within ``timeout`` real seconds.
        """
        await self.ledger.wait_until(lambda: self.ledger.accepted_total >= count, timeout)
        return list(self.sends)

    async def wait_for_deliveries(self, count: int, timeout: float = 10.0) -> list[Delivery]:  # noqa: ASYNC109
        """The delivery attempts, once ``count`` were answered with 200.

        Raises:
            TimeoutError: not within ``timeout`` real seconds.
        """
        await self.ledger.wait_until(lambda: self.ledger.delivered_total >= count, timeout)
        return list(self.deliveries)

    async def drained(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """Wait until no delivery is outstanding (postponed retries not counted).

        Raises:
            TimeoutError: not within ``timeout`` real seconds.
        """
        await self.meta.drained(timeout)

    async def say(self, account: str, person: str, text: str | None = None, **more: Any) -> str:
        """A person writes; the mid. ``more`` as ``People.say`` takes it."""
        return self.people.say(account, person, text, **more)

    async def tap(self, account: str, person: str, title: str) -> str:
        """A person taps a quick reply; the mid."""
        return self.people.tap(account, person, title)

    async def press(self, account: str, person: str, title: str) -> str:
        """A person presses a template's button; the mid."""
        return self.people.press(account, person, title)

    async def postback(self, account: str, person: str, title: str, payload: str, **more: Any) -> str:
        """A person presses Get Started, an ice breaker or a menu entry; the mid."""
        return self.people.postback(account, person, title, payload, **more)

    async def referral(self, account: str, person: str, ref: str, **more: Any) -> None:
        """A person comes back by a link or an ad."""
        self.people.referral(account, person, ref, **more)

    async def react(self, account: str, person: str, emoji: str | None = "❤️", **more: Any) -> None:
        """A person reacts to a message."""
        self.people.react(account, person, emoji, **more)

    async def read(self, account: str, person: str, **more: Any) -> None:
        """A person reads what the account wrote."""
        self.people.read(account, person, **more)

    async def comment(self, account: str, person: str, text: str, **more: Any) -> str:
        """A person comments on a post; the comment's id."""
        return self.people.comment(account, person, text, **more)

    async def verify(self, app_id: str, object_name: ObjectName) -> Verification:
        """Do the GET handshake with an app's callback."""
        return await verify(self.meta, app_id, object_name)

    async def deauthorize(self, user: str, **more: Any) -> Notice:
        """A person removes the app; ``more`` as ``privacy.deauthorize`` takes it."""
        return await deauthorize(self.meta, user, **more)

    async def request_deletion(self, user: str, **more: Any) -> Notice:
        """A person wants their data deleted; ``more`` as ``privacy.request_deletion`` takes it."""
        return await request_deletion(self.meta, user, **more)

    def scoped_id(self, account: str, person: str) -> str:
        """The PSID or IGSID of a person on an account."""
        return self.meta.state.person(self.meta.state.account(account), person)[0]
