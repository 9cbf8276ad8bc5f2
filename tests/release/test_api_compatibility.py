"""Who called the admin API as an earlier release described it can go on. The promise: docs/reference/compatibility.md."""

import copy
import functools
import json
import operator
from pathlib import Path
from typing import Any

import pytest

from tests.pagewire_gateway.playing import client_of, played
from tests.release.api_changes import breaks

THEN = Path(__file__).with_name("then")
RELEASES = sorted(path.parent.name for path in THEN.glob("*/openapi.json"))


def described(release: str) -> dict[str, Any]:
    """The API as a release described it."""
    found: dict[str, Any] = json.loads((THEN / release / "openapi.json").read_text())
    return found


@pytest.mark.parametrize("release", RELEASES)
async def test_what_was_taken_and_answered_still_is(release: str, tmp_path: Path) -> None:
    async with played(tmp_path) as stage, client_of(stage) as client:
        now = (await client.get("/api/v1/openapi.json")).raise_for_status().json()
    assert list(breaks(described(release), now)) == []


STATS, EVENTS = ("paths", "/api/v1/stats"), ("paths", "/api/v1/events", "get")
EVENT, WISH = (("components", "schemas", name) for name in ("Event", "Wish"))
LIMIT = (*EVENTS, "parameters", 0)
NEVER: Any = object()


@pytest.mark.parametrize(
    ("where", "what", "said"),
    [
        (STATS, NEVER, "GET /api/v1/stats: is gone"),
        ((*STATS, "get", "responses", "200"), NEVER, "GET /api/v1/stats: no longer answers 200"),
        ((*EVENT, "properties", "key"), NEVER, "GET /api/v1/events 200.events[].key: is gone"),
        ((*EVENT, "properties", "key"), {"type": "integer"}, "GET /api/v1/events 200.events[].key: is integer, was string"),
        ((*EVENT, "properties", "key", "nullable"), True, "GET /api/v1/events 200.events[].key: may now be null"),
        ((*EVENT, "required"), ["id"], "GET /api/v1/events 200.events[]: may now lack account"),
        ((*WISH, "required"), ["plugin"], "POST /api/v1/replays body: now needs plugin"),
        ((*WISH, "properties", "plugin"), {"type": "string"}, "POST /api/v1/replays body.plugin: no longer takes null"),
        ((*WISH, "properties", "rate", "maximum"), 99, "POST /api/v1/replays body.rate: maximum is 99, was 1000"),
        ((*LIMIT, "schema", "minimum"), 2, "GET /api/v1/events query parameter limit: minimum is 2, was 1"),
        ((*LIMIT, "name"), "most", "GET /api/v1/events query parameter limit: is gone"),
        ((*LIMIT, "required"), True, "GET /api/v1/events query parameter limit: is now needed"),
        ((*EVENT, "properties", "new"), {"type": "string"}, ""),
        ((*WISH, "properties", "new"), {"type": "string"}, ""),
    ],
)  # fmt: skip
def test_what_breaks_callers_is_found(where: tuple[Any, ...], what: Any, said: str) -> None:
    old = described("0.1")
    new = copy.deepcopy(old)
    *path, last = where
    part = functools.reduce(operator.getitem, path, new)
    part[last] = what
    if what is NEVER:
        del part[last]
    found = list(breaks(old, new))
    assert any(one.startswith(said) for one in found) if said else not found, found
