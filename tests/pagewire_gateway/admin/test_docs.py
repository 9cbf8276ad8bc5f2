"""The manual's page of the admin API names whatever the API has."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from pagewire_gateway.admin import errors, views, work

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "admin-api.md").read_text()


@pytest.mark.asyncio(loop_scope="module")
async def test_every_operation_and_parameter_is_in_the_manual(shared):
    schema = (await shared.get("/api/v1/openapi.json")).json()
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            assert f"{method.upper()} {path}`" in PAGE, path
            for parameter in operation.get("parameters", []):
                assert parameter["in"] == "path" or re.search(rf"[`?]{parameter['name']}\b", PAGE), parameter["name"]


@pytest.mark.parametrize("struct", [views.Event, views.Lane, views.Reply])
def test_the_example_has_the_fields_of_the_contract(struct):
    (event,) = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[1])["events"]
    part = {views.Event: event, views.Lane: event["lanes"]["crm-sync"], views.Reply: event["replies"][0]}[struct]
    assert list(part) == list(struct.__struct_fields__)
    assert msgspec.convert(part, struct)


@pytest.mark.parametrize("struct", [views.EventDetail, views.Parked, work.ReplayRequest, work.ParkedReplayRequest])
def test_fields_of_other_shapes_are_in_the_manual(struct):
    for field in struct.__struct_fields__:
        assert re.search(rf'[`"]{field}[`"]', PAGE), field


def test_every_code_of_an_error_is_in_the_manual():
    house = Path(errors.__file__).parents[1]
    codes = set()
    for path in (one for room in ("admin", "access", "console") for one in (house / room).rglob("*.py")):
        codes |= set(re.findall(r'(?:code=|AdminError\(\s*\d+,\s*)"([a-z_]+)"', path.read_text()))
    assert {"not_found", "unauthorized", "wrong_host", "journal_full", "disk_full"} <= codes
    for code in codes:
        assert f"`{code}`" in PAGE, code
