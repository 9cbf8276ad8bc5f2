"""What holds for every page of the console."""

import re

import pytest

from pagewire_gateway.console.menu import MENU
from tests.pagewire_gateway.playing import refused_event

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = [entry.path for group in MENU for entry in group.entries]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_of_the_menu_is_there_and_sealed_off(shared, path):
    response = await shared.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["cache-control"] == "no-store"
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_has_script_or_style_of_its_own(shared, path):
    html = (await shared.get(path)).text
    assert "<style" not in html
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\son[a-z]+=", html)


async def test_letters_of_the_menu_lead_to_one_page_each():
    letters = [entry.key for group in MENU for entry in group.entries]
    assert len(set(letters)) == len(letters)


async def test_files_may_be_kept_as_their_address_tells_what_is_in_them(shared):
    html = (await shared.get("/console")).text
    found = re.findall(r'/console/static/[^"]+', html)
    assert len(found) == 3
    for address in found:
        response = await shared.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    assert (await shared.get("/console/static/0000000000000000/console.css")).status_code == 404
    assert (await shared.get("/console/static/0000000000000000/..%2F__init__.py")).status_code == 404


async def test_what_is_not_there_is_a_page_that_says_so(shared):
    response = await shared.get("/console/nothing")
    assert response.status_code == 404
    assert "Not Found" in response.text
    assert response.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in response.headers["content-security-policy"]


async def test_the_overview_tells_of_a_parked_event(shared, shared_stage):
    await refused_event(shared_stage)
    assert "1 parked, waiting for a person" in (await shared.get("/console")).text


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/console/plugins/picky", "Plugins"),
        ("/console/replays/new?kind=message", "Replays"),
        ("/console/parked/group?what=event&plugin=picky&cause=", "Parked work"),
    ],
)
async def test_a_page_below_another_shows_where_in_the_menu_it_is(shared, path, entry):
    html = (await shared.get(path)).text
    assert re.findall(r'aria-current="true">([^<]+)</a>', html) == [entry]
    assert 'aria-current="page"' not in html
