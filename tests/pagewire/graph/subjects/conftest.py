"""A Graph client for each host of a simulated Meta."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from pagewire.graph import GraphClient
from pagewire.simulator import Clock, small_world
from pagewire.simulator.graph.app import GraphApp
from pagewire.simulator.meta import Meta
from pagewire.simulator.people import People
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, LOGIN_ID, PAGE_ID
from pagewire.surfaces import Surface

START = 1_795_305_600.0
"""2026-11-22T00:00:00Z."""
PAGE_TOKEN, LOGIN_TOKEN = "EAAPAGETOKEN1", "IGLOGINTOKEN1"
APP_TOKEN = "990000000000001|s3cr3t-app-secret-for-tests"
ACCOUNTS = {Surface.MESSENGER: PAGE_ID, Surface.INSTAGRAM: INSTAGRAM_ID, Surface.INSTAGRAM_LOGIN: LOGIN_ID}


class Place:
    """A simulated Meta, and whoever calls it."""

    def __init__(self, start: float = START) -> None:
        self.clock = Clock(start, speed=0)
        self.meta = Meta(small_world(), clock=self.clock)
        self.people = People(self.meta)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(GraphApp(self.meta)))
        self.facebook = GraphClient("http://graph", http=self.http)
        self.instagram = GraphClient("http://graph/instagram", http=self.http)
        self.page = self.meta.state.accounts[PAGE_ID]
        self.app = self.meta.state.apps[APP_ID]

    def meet(self, surface: Surface = Surface.MESSENGER, person: str = "ada", text: str = "hello") -> str:
        """A person writes; their scoped id."""
        account = ACCOUNTS[surface]
        self.people.say(account, person, text)
        return self.meta.state.person(self.meta.state.account(account), person)[0]

    def said(self, surface: Surface, scoped: str) -> list[Any]:
        """The messages of a conversation, oldest first."""
        conversation = self.meta.state.conversation(ACCOUNTS[surface], scoped)
        assert conversation is not None
        return list(conversation.messages)

    def graph(self, surface: Surface) -> GraphClient:
        return self.instagram if surface is Surface.INSTAGRAM_LOGIN else self.facebook

    def token(self, surface: Surface) -> str:
        return LOGIN_TOKEN if surface is Surface.INSTAGRAM_LOGIN else PAGE_TOKEN

    def sender(self, surface: Surface) -> str:
        """The id in the path: of the Page, but with Instagram Login of the account."""
        return LOGIN_ID if surface is Surface.INSTAGRAM_LOGIN else PAGE_ID

    async def close(self) -> None:
        await self.http.aclose()
        await self.meta.close()


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    made = Place()
    yield made
    await made.close()
