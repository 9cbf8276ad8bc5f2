"""The parts of ``pagewire demo`` that decide; the whole of it is shown by ``make demo ONCE=1``."""

import socket

import pytest
import yaml

from pagewire.terminal.exits import CommandError
from pagewire_gateway.cli.demo import overlay, ports
from pagewire_gateway.cli.demo.facts import Facts, Said
from pagewire_gateway.cli.demo.script import SCENES, Line
from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke

LINE = Line(person="ada", act="say", words="hello", answer="welcome")


def whole():
    """Facts in which nothing is missing."""
    reply = {"id": "pw1", "state": "sent", "mid": "m_2"}
    event = {
        "id": "e1",
        "kind": "message",
        "key": "page:108:message:m_1",
        "account": "108",
        "person": "71",
        "plugins": {"logging": "done", "auto-reply": "done", "crm-sync": "done"},
        "replies": [reply],
    }
    echo = {"id": "e2", "kind": "message_echo", "key": "page:108:message_echo:m_2"}
    send = {"account": "108", "person": "71", "metadata": "pw1", "message": {"text": "A warm welcome!"}}
    contact = {"data": {"key": {"object": "page", "account": "108", "scopedId": "71"}}}
    return Facts(
        said=[Said(LINE, "108", "m_1")],
        events={"e1": event, "e2": echo},
        sends=[send],
        contacts=[contact],
        logged={"e1"},
    )


def test_nothing_is_missing_when_everything_happened():
    assert whole().missing() == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda facts: facts.events.pop("e1"), "did not come in"),
        (lambda facts: facts.events.pop("e2"), "no echo proves it"),
        (lambda facts: facts.sends.clear(), "no reply with 'welcome' arrived"),
        (lambda facts: facts.sends[0].update(person="72"), "no reply with 'welcome' arrived"),
        (lambda facts: facts.sends[0].update(account="109"), "no reply with 'welcome' arrived"),
        (lambda facts: facts.sends[0].update(message=None), "no reply with 'welcome' arrived"),
        (lambda facts: facts.sends.append(facts.sends[0]), "pw1 was sent twice"),
        (lambda facts: facts.contacts.clear(), "no contact for 71"),
        (lambda facts: facts.logged.clear(), "wrote no line"),
        (lambda facts: facts.events["e1"]["plugins"].update({"crm-sync": "retry"}), "crm-sync is not done but retry"),
        (lambda facts: facts.events["e1"]["plugins"].pop("logging"), "logging is not done but not at work"),
        (lambda facts: facts.events["e1"]["replies"][0].update(state="parked"), "the reply is parked"),
    ],
)
def test_whatever_is_missing_is_named(spoil, said):
    facts = whole()
    spoil(facts)
    (sentence,) = facts.missing()
    assert said in sentence


def test_the_examples_name_an_account_for_every_scene():
    documents = overlay.read(overlay.PACKAGED)
    assert set(overlay.accounts(documents)) == {scene.object for scene in SCENES}
    assert overlay.webhooks(documents) == ["/webhooks/support/acme"]


def test_only_the_address_of_the_crm_changes(tmp_path):
    documents = overlay.read(overlay.PACKAGED)
    overlay.write(overlay.read(overlay.PACKAGED), tmp_path / "copy", "http://127.0.0.1:1/contacts")
    copied = overlay.read(tmp_path / "copy")
    assert [document["kind"] for document in copied] == [document["kind"] for document in documents]
    text = yaml.safe_dump_all(documents).replace("https://crm.example.com/contacts", "http://127.0.0.1:1/contacts")
    assert yaml.safe_dump_all(copied) == text
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0


def test_a_folder_without_manifests_is_refused(tmp_path):
    with pytest.raises(CommandError, match="holds no manifests"):
        overlay.read(tmp_path)
    (tmp_path / "x.yaml").write_text("{broken")
    with pytest.raises(CommandError, match="cannot be read"):
        overlay.read(tmp_path)


def test_free_ports_are_kept_and_taken_ones_replaced():
    with socket.socket() as taken:
        taken.bind((ports.HOST, 0))
        taken.listen()
        number = taken.getsockname()[1]
        chosen = ports.choose(ports.Ports(public=number, admin=0, simulator=0, crm=0))
        assert chosen.public != number
    assert len({chosen.public, chosen.admin, chosen.simulator, chosen.crm}) == 4
    assert ports.choose(chosen) == chosen


@pytest.mark.parametrize("wrong", ["1", "1,2", "1,2,3,4", "a,b,c", "1,2,70000", ""])
async def test_ports_that_are_none_end_with_2(wrong):
    assert (await invoke("demo", "--ports", wrong)).exit_code == 2


async def test_manifests_the_conversation_does_not_fit_are_refused(tmp_path):
    folder = making.write(tmp_path / "manifests", making.page_manifest())
    (folder / "all.yaml").write_text("kind: Secret\nmetadata: {name: x, namespace: y}\n")
    result = await invoke("demo", "--once", "--manifests", str(folder))
    assert result.exit_code == 1
    assert "name no account for Messenger" in result.stderr


async def test_plugins_that_are_not_installed_are_named_with_what_to_install(tmp_path):
    for file in overlay.find_manifests(None).glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text().replace("name: crm-sync", "name: weather"))
    result = await invoke("demo", "--once", "--manifests", str(tmp_path))
    assert result.exit_code == 1
    assert "pip install pagewire-weather" in result.output
