"""The examples we ship, and those of the manual, are right."""

import re
from pathlib import Path

import pytest

from pagewire_gateway import plugins
from pagewire_gateway.registry import ManifestRegistry, show
from pagewire_gateway.registry.reading import read
from pagewire_gateway.registry.sharing import Shared

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "deploy" / "examples"
MANUAL = ROOT / "docs" / "reference" / "manifests.md"


@pytest.fixture
async def examples() -> ManifestRegistry:
    """The shipped examples, read once."""
    registry = ManifestRegistry(EXAMPLES)
    await registry.reload()
    return registry


async def test_nothing_is_wrong_with_the_examples(examples: ManifestRegistry):
    assert examples.problems() == []
    page, instagram = examples.accounts()
    assert (page.id, page.send_as_id, page.closed) == ("108000000000001", "108000000000001", False)
    assert (instagram.id, instagram.send_as_id, instagram.closed) == ("17841400000000001", "108000000000001", False)
    (app,) = examples.apps()
    assert (app.namespace, app.name, len(app.secrets), app.closed) == ("support", "acme", 2, False)


async def test_the_shipped_plugins_take_the_configs_of_the_examples(examples: ManifestRegistry):
    installed = plugins.load()
    for account in examples.accounts():
        assert [use.name for use in account.plugins] == ["logging", "auto-reply", "crm-sync"]
        for use in account.plugins:
            installed[use.name].read_config(use.config)


async def test_what_is_shown_of_the_examples(examples: ManifestRegistry):
    shown = show(examples)
    (app,) = shown["apps"]
    assert app == {
        "namespace": "support",
        "name": "acme",
        "appId": "990000000000001",
        "graphVersion": "v25.0",
        "allowedNamespaces": [],
        "secrets": 2,
        "verifyToken": True,
        "clientToken": False,
        "humanAgent": False,
        "closed": False,
    }
    account = shown["accounts"][1]
    assert account["app"] == {"namespace": "support", "name": "acme", "appId": "990000000000001"}
    assert (account["kind"], account["sendAsId"], account["closed"]) == ("InstagramAccount", "108000000000001", False)
    assert (shown["revision"], shown["problems"]) == (1, [])


def test_what_is_shown_of_a_problem():
    (problem,) = read(b"a: [", "x.yaml", Shared()).problems
    assert (problem.severity.value, problem.place.file, problem.place.line) == ("error", "x.yaml", 2)


@pytest.mark.parametrize("number", range(len(re.findall(r"^```yaml$", MANUAL.read_text(), re.MULTILINE))))
def test_the_yaml_of_the_manual_is_right(number: int):
    block = re.findall(r"^```yaml\n(.*?)^```$", MANUAL.read_text(), re.MULTILINE | re.DOTALL)[number]
    found = read(block.encode(), "manual.yaml", Shared())
    assert [str(problem) for problem in found.problems] == []
    assert found.entries
