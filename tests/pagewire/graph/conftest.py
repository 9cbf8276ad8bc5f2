"""What the tests of the Graph client share."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from pagewire.graph import GraphClient, open_http

APP_SECRET = "s3cr3t-app-secret-for-tests"
TOKEN = "EAATESTPAGETOKEN000111222"
PAGE = "108000000000001"
PSID = "24000000000000001"
MESSAGE = {"recipient": {"id": PSID}, "messaging_type": "RESPONSE", "message": {"text": "the tide is at nine"}}
SENT: dict[str, object] = {"recipient_id": PSID, "message_id": "m_Zx9f"}


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with open_http() as client:
        yield client


@pytest.fixture
def client_of(http: httpx.AsyncClient) -> Callable[..., GraphClient]:
    """Make a Graph client for a base URL, with the app secret of Meta's test vectors."""

    def make(base_url: str, app_secret: str | None = APP_SECRET) -> GraphClient:
        return GraphClient(base_url, http=http, app_secret=app_secret)

    return make
