"""The audit tells vulnerable, clean and unknown apart, and everything that is installed is pinned by hash."""

import json
import re
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from tests.generated.licences_page import FREE, REMARKS, licence, needed
from tools.audit.advisories import findings
from tools.audit.online import read
from tools.audit.pins import FILES, pinned


def advisory(**affected: Any) -> dict[str, Any]:
    return {
        "id": "PYSEC-2026-1",
        "summary": "A hole.",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "Some_Thing"}, **affected}],
    }


def within(*events: dict[str, str]) -> dict[str, Any]:
    return advisory(ranges=[{"type": "ECOSYSTEM", "events": list(events)}])


@pytest.mark.parametrize(
    ("told", "hit"),
    [
        (advisory(versions=["1.9.0", "1.10.0"]), True),
        (advisory(versions=["1.9.0"]), False),
        (within({"introduced": "0"}), True),
        (within({"introduced": "0"}, {"fixed": "1.10.0"}), False),
        (within({"introduced": "0"}, {"fixed": "1.9.0"}), False),
        (within({"introduced": "0"}, {"fixed": "1.9.0"}, {"introduced": "1.10.0"}), True),
        (within({"introduced": "1.2.0"}, {"last_affected": "1.10.0"}), True),
        (within({"introduced": "1.2.0"}, {"last_affected": "1.9.9"}), False),
        ({**within({"introduced": "0"}), "withdrawn": "2026-01-01T00:00:00Z"}, False),
        (
            {
                **within({"introduced": "0"}),
                "affected": [{"package": {"ecosystem": "npm", "name": "some-thing"}, "versions": ["1.10.0"]}],
            },
            False,
        ),
    ],
)
def test_a_copy_of_the_advisories_says_whether_a_version_is_in(tmp_path: Path, told: dict[str, Any], hit: bool):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("PYSEC-2026-1.json", json.dumps(told))
    found = findings(tmp_path / "all.zip", {"some-thing": "1.10.0", "other": "2"})
    assert [(one.package, one.advisory) for one in found] == ([("some-thing", "PYSEC-2026-1")] if hit else [])


def test_what_could_not_be_looked_up_is_not_called_clean():
    answer = read(
        [
            {"name": "a", "version": "1", "vulns": []},
            {"name": "b", "version": "1", "vulns": [{"id": "GHSA-1", "description": "Bad.\nMore."}]},
            {"name": "c", "skip_reason": "Dependency not found on PyPI"},
        ]
    )
    assert [(one.package, one.advisory, one.summary) for one in answer.findings] == [("b", "GHSA-1", "Bad.")]
    assert answer.unknown == ["c"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_everything_is_pinned_in_one_version_by_hash(file: Path):
    entries = re.split(r"\n(?=[A-Za-z0-9])", file.read_text())
    assert len(pinned(file)) >= 1
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_every_licence_asks_for_no_more_than_its_own_text_or_has_a_remark():
    asks = {name for name in needed() if not set(re.split(r" OR | AND ", licence(distribution(name)))) <= FREE}
    assert asks == REMARKS.keys()
