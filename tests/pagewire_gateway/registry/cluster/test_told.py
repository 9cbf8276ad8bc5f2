"""What the operator wrote into resources, in the console of a gateway that has no more rights than the chart's."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from pagewire.kube import RESOURCES
from tests.browser import chromium
from tests.pagewire_gateway.console.clicking import find
from tests.pagewire_gateway.console.faults import BY_NAME
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


@pytest.fixture
async def page(console):
    async with chromium() as browser:
        yield await browser.new_page(base_url=str(console.base_url))


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


async def test_a_page_that_threw_the_app_out_is_found_from_the_overview(page, admin, namespace):
    fault = BY_NAME["unsubscribed"]
    lost = {**READY, "type": "Subscribed", "reason": fault.sees, "message": "messages is missing"}
    await say(admin, "MessengerPage", namespace, {"conditions": [{**READY, "reason": fault.sees}, lost]})
    await find(page, fault)
    assert page.url.endswith(f"/console/accounts/page/{PAGE_ID}")
    await expect(page.get_by_text(fault.sees).first).to_be_visible()


async def test_a_token_that_ends_soon_is_told_until_it_is_renewed(console, admin, namespace):
    async def told(text):
        async with asyncio.timeout(60):
            while text not in (overview := (await console.get("/console")).text):
                await asyncio.sleep(0.1)
        return overview

    soon, late = (
        (datetime.now(UTC) + timedelta(days=days, hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ") for days in (3, 30)
    )
    await say(admin, "AccessToken", namespace, {"expiresAt": soon})
    await told(f"AccessToken {namespace.name}/harbour ends in 3 d")
    await say(admin, "AccessToken", namespace, {"expiresAt": late})
    assert "ends in" not in await told("All well")
