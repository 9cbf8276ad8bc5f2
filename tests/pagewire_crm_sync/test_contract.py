"""The plugin keeps the contract of the SDK, and what it ships is fresh."""

import re
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, get_args

import msgspec
import pluggy
import pytest

from pagewire import hooks, samples
from pagewire.testing import events_of
from pagewire_crm_sync import Config, CrmSync, schema
from pagewire_crm_sync.cloudevent import ContactUpserted
from pagewire_crm_sync.entry import TimelineRecorded
from pagewire_crm_sync.facts import DEFAULT_KINDS, PersonKind, contact_of
from pagewire_crm_sync.forgotten import PersonDeleted
from pagewire_crm_sync.settings import HubSpot, Salesforce, Tryton
from tests.pagewire_crm_sync.sink_server import Sink
from tests.pagewire_crm_sync.world import HookContext

HOW_TO = Path(__file__).parents[2] / "docs/how-to"
MANUAL = (Path(__file__).parents[2] / "docs/reference/plugins/crm-sync.md").read_text(encoding="utf-8")


def test_the_entry_point_makes_a_plugin_that_fits_the_hooks() -> None:
    (point,) = entry_points(group=hooks.ENTRY_POINT_GROUP, name="crm-sync")
    plugin = point.load()()
    manager = pluggy.PluginManager("pagewire")
    manager.add_hookspecs(hooks)
    manager.register(plugin)
    manager.check_pending()
    callers = manager.get_hookcallers(plugin)
    assert callers is not None
    # A login that ended says nothing about a contact, and replies are other plugins' business.
    others = {"before_send", "on_refused", "on_delivered", "login_ended"}
    assert {caller.name for caller in callers} == set(hooks.HOOKS) - others
    assert plugin.api_version in hooks.API_VERSIONS
    assert plugin.Config is Config


@pytest.mark.parametrize("name", samples.names())
async def test_every_sample_is_settled(name: str, sink: Sink, plugin: CrmSync, config: Config) -> None:
    events = events_of(name)
    for event in events:
        await plugin.event_received(event, HookContext(config, account=event.account))
    touched = {event.conversation for event in events if contact_of(event, DEFAULT_KINDS)}
    assert {tuple(each["data"]["key"].values()) for each in sink.events} == touched


@pytest.mark.parametrize("path", schema.FILES, ids=lambda path: path.name)
def test_the_schemas_are_fresh(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == schema.render(schema.FILES[path]), (
        "run: python -m pagewire_crm_sync.schema"
    )


def test_the_manual_names_every_setting_with_its_default() -> None:
    configuration = MANUAL.partition("### Systems")[0]
    table = dict(re.findall(r"^\| `([\w.]+)` \| (.*?) \|", configuration, re.MULTILINE))
    assert table == _settings(Config)


@pytest.mark.parametrize(("name", "kind"), [("hubspot", HubSpot), ("salesforce", Salesforce), ("tryton", Tryton)])
def test_the_manual_names_every_setting_of_a_system(name: str, kind: type[msgspec.Struct]) -> None:
    table = dict(re.findall(rf"^\| `{name}\.(\w+)` \| (.*?) \|", MANUAL, re.MULTILINE))
    found = {field.encode_name: field.default for field in msgspec.structs.fields(kind)}
    assert list(table) == list(found)
    assert {key: _spelt(value) for key, value in found.items() if not isinstance(value, tuple)}.items() <= table.items()


def test_the_how_tos_configuration_is_one() -> None:
    for page in HOW_TO.glob("keep-contacts-in-*.md"):
        (text,) = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        (plugin,) = msgspec.yaml.decode(text)["plugins"]
        assert msgspec.convert(plugin["config"], Config).crm is not None


def test_the_manual_names_every_kind() -> None:
    (line,) = re.findall(r"^Kinds: (.*?)\.$", MANUAL, re.MULTILINE | re.DOTALL)
    assert re.findall(r"`(\w+)`", line) == list(get_args(PersonKind))


def test_the_manuals_event_is_one() -> None:
    bodies = re.findall(r"```json\n(.*?)```", MANUAL, re.DOTALL)
    entry = msgspec.json.decode(bodies[1], type=TimelineRecorded)
    assert msgspec.json.decode(msgspec.json.encode(entry)) == msgspec.json.decode(bodies[1])
    deletion = msgspec.json.decode(bodies[2], type=PersonDeleted)
    assert msgspec.json.decode(msgspec.json.encode(deletion)) == msgspec.json.decode(bodies[2])
    event = msgspec.json.decode(bodies[0], type=ContactUpserted)
    assert msgspec.json.decode(msgspec.json.encode(event)) == msgspec.json.decode(bodies[0])
    assert event.data.profile is not None
    assert event.data.opt_ins
    assert event.data.referral


def test_the_manuals_configuration_is_one() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)
    (plugin,) = msgspec.yaml.decode(text)["plugins"]
    assert plugin["name"] == "crm-sync"
    assert msgspec.convert(plugin["config"], Config).batch_size == 50


def _settings(struct: type[msgspec.Struct], prefix: str = "") -> dict[str, str]:
    """Names of settings, spelt as in YAML, with their defaults as the manual writes them."""
    found: dict[str, str] = {}
    for field in msgspec.structs.fields(struct):
        default: Any = field.default
        if isinstance(default, msgspec.Struct):
            found |= _settings(type(default), f"{field.encode_name}.")
        elif field.name == "kinds":
            found["kinds"] = "all but `read`"
        else:
            found[prefix + field.encode_name] = _spelt(default)
    return found


def _spelt(default: Any) -> str:
    if default is msgspec.NODEFAULT:
        return "required"
    return "–" if default is None else f"`{msgspec.json.encode(default).decode().strip(chr(34))}`"
