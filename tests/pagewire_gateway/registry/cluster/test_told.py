"""What the operator wrote into resources, in the console of a gateway that has no more rights than the chart's."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from pagewire.kube import RESOURCES
from tests.pagewire_gateway.registry.cluster.desk import apply
from tests.pagewire_gateway.registry.cluster.documents import PAGE_ID, served
from tests.pagewire_gateway.registry.cluster.test_serving import serving

READY = {
    "type": "Ready",
    "status": "False",
    "reason": "PermissionsMissing",
    "message": "pages_messaging is <missing>",
    "lastTransitionTime": "2026-11-01T00:00:00Z",
}
PLAN = {"action": "Subscribe", "target": f"Page {PAGE_ID}", "detail": "messages"}


@pytest.fixture
async def console(tmp_path, kubeconfig, admin, namespace):
    await apply(admin, *served(namespace.name))
    async with serving(tmp_path, kubeconfig, namespace.name) as (gateway, client):
        async with asyncio.timeout(30):
            while gateway.registry.account("page", PAGE_ID) is None:
                await asyncio.sleep(0.05)
        client.base_url = f"http://127.0.0.1:{gateway.admin_port}"
        yield client


async def say(admin, kind, namespace, status):
    await admin.patch(RESOURCES[kind], "harbour", namespace.name, {"status": status}, status=True)


async def test_days_left_conditions_and_plan_are_shown_and_a_token_that_is_not_ready(console, admin, namespace):
    ends = (datetime.now(UTC) + timedelta(days=3, hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    await say(admin, "AccessToken", namespace, {"expiresAt": ends})
    await say(admin, "MessengerPage", namespace, {"conditions": [READY], "plan": [PLAN]})
    assert "3 days left" in (await console.get("/console/accounts")).text
    page = (await console.get(f"/console/accounts/page/{PAGE_ID}")).text
    assert "PermissionsMissing" in page
    assert "pages_messaging is &lt;missing&gt;" in page
    assert "<b>Subscribe</b>" in page
    assert "3 days left" in page
    await say(admin, "AccessToken", namespace, {"conditions": [{**READY, "reason": "TokenInvalid"}]})
    assert "not ready" in (await console.get("/console/accounts")).text
