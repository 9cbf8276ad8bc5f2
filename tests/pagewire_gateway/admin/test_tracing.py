"""Asking for the next events of an account to be traced."""

import pytest
from opentelemetry.trace import NoOpTracer

from pagewire.telemetry.tracing import TRACING
from pagewire_gateway.telemetry.choosing import CHOOSING
from tests.pagewire_gateway import making

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = {"object": "page", "account": making.PAGE}


@pytest.fixture
def tracing():
    TRACING.use(NoOpTracer(), 0.1, {})
    yield
    TRACING.stop()
    CHOOSING.want(("page", making.PAGE), 0)


async def test_the_next_events_of_an_account_can_be_asked_for(shared, tracing):
    asked = await shared.post("/api/v1/tracing", json={**PAGE, "events": 5})
    assert asked.json() == {"on": True, "ratio": 0.1, "accounts": [{**PAGE, "events": 5}]}
    assert (await shared.get("/api/v1/tracing")).json() == asked.json()
    ended = await shared.post("/api/v1/tracing", json={**PAGE, "events": 0})
    assert ended.json()["accounts"] == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({**PAGE, "events": -1}, 400),
        ({**PAGE, "events": 10_001}, 400),
        ({"object": "page", "account": "1"}, 404),
        ({**PAGE, "all": True}, 400),
    ],
)
async def test_what_makes_no_sense_is_refused(shared, tracing, asked, status):
    assert (await shared.post("/api/v1/tracing", json=asked)).status_code == status


async def test_without_exporters_it_says_what_to_set(shared):
    answer = await shared.post("/api/v1/tracing", json=PAGE)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_traced")
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in answer.text
