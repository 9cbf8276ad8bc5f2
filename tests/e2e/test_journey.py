"""`kubectl apply` of the examples, and a message that comes in and is answered."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pagewire.simulator.manifests import read_folder
from pagewire.simulator.settings.bare import bare
from tests.e2e.town import ROOT, Program, Town, running
from tests.kube.cluster import Cluster
from tests.otlp.receiver import Receiver, receiving

EXAMPLES = ROOT / "deploy" / "examples"
APP, PAGE, INSTAGRAM = "990000000000001", "108000000000001", "17841400000000001"
PERSON, QUESTION = "24000000000000001", "What are your hours?"
FIELDS = ["messages", "messaging_postbacks", "messaging_seen", "message_reactions"]


@pytest.fixture
async def town(private_cluster: Cluster, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(private_cluster, tmp_path, bare(read_folder(EXAMPLES).world)) as town:
        yield town


@pytest.mark.slow(25)
@pytest.mark.timeout(300)
async def test_apply_the_examples_and_a_person_gets_an_answer(town: Town) -> None:
    # Instagram's app-level fields are set in the App Dashboard, which is a person's hand.
    town.sim.settings.dashboard(APP, "instagram", "https://hooks.example.com/webhooks/support/acme", fields=FIELDS)
    await town.kubectl("create", "namespace", "support")
    with receiving() as receiver:
        told = {**receiver.environment, "PAGEWIRE_LOG_FORMAT": "json"}
        operator, gateway = town.operator(**told), town.gateway(**told)
        async with running(operator, gateway):
            await _journey(town)
            await _a_plugin_refuses_its_config(town)
            await _token_ends(town)
            scraped = [await _scraped(program) for program in (operator, gateway)]
    told = {"operator": operator.text(), "scraped": "".join(scraped), "pushed": receiver.everything}
    # The plugin logging writes to the gateway's own output, as the examples say, and there are people's ids in that.
    told["gateway"] = "".join(
        line for line in gateway.text().splitlines() if not line.startswith('{"schema":"pagewire.dev/')
    )
    assert not {(where, word) for where, text in told.items() for word in _private() if word in text}
    _is_told(receiver)


async def _journey(town: Town) -> None:
    await town.kubectl("apply", "--server-side", "-f", str(EXAMPLES))
    await town.kubectl(
        "wait", "--for=condition=Ready", "mpage,mapp,mtok,mig", "--all", "-n", "support", "--timeout=90s"
    )
    await town.kubectl("wait", "--for=condition=Ready", "mws/acme-page", "-n", "support", "--timeout=30s")
    assert town.sim.settings.subscribed(PAGE)
    assert "persistent_menu" in str(town.sim.settings.profile(PAGE))
    # The page-level and app-level subscriptions are what makes Meta deliver: nothing was subscribed before.
    mid = await town.sim.say(PAGE, PERSON, QUESTION)
    (sent, *_) = await town.sim.wait_for_sends(1, timeout=30)
    assert "9 to 5" in str(sent)
    await town.until(lambda: _answered(town, mid), "the event is settled by auto-reply")
    shown = await town.kubectl("get", "mpage", "-n", "support")
    assert PAGE in shown
    await town.until_says("MessengerPage", "support", "harbour", PluginsConfigured="True Reconciled")
    assert "never ends" in await pagewire(town, "status", "-n", "support", "--admin", f"http://127.0.0.1:{town.admin}")
    examined = json.loads(await pagewire(town, "doctor", "-n", "support", "-o", "json"))
    told = {(one["check"], one["state"]) for one in examined}
    assert told >= {(check, "ok") for check in ("cluster", "crds", "rights", "operator", "secrets")}
    assert ("rights", "failed") not in told


async def _a_plugin_refuses_its_config(town: Town) -> None:
    """The operator says so in the resource, the gateway among what is wrong, in the same words; and no longer once it fits."""
    page = ("mpage", "harbour", "-n", "support")
    before = json.loads(await town.kubectl("get", *page, "-o", "json"))["spec"]["plugins"]
    wrong = [{"name": "auto-reply", "config": {"rules": [{"when": {"txt": "hours"}, "reply": {"text": "9 to 5"}}]}}]
    await _enables(town, wrong)
    refused = "False PluginConfigInvalid"
    await town.until_says("MessengerPage", "support", "harbour", PluginsConfigured=refused, Ready=refused)
    said = await town.kubectl(
        "get", *page, "-o", "jsonpath={.status.conditions[?(@.type=='PluginsConfigured')].message}"
    )
    words = "rules[0].when.txt: unknown field; did you mean text?"
    assert words in said
    await town.until(lambda: _is_wrong(town, words), "the gateway tells it too")
    await _enables(town, before)
    await town.until_says("MessengerPage", "support", "harbour", PluginsConfigured="True Reconciled", Ready="True")


async def _enables(town: Town, plugins: list[dict[str, Any]]) -> None:
    patch = json.dumps({"spec": {"plugins": plugins}})
    await town.kubectl("patch", "mpage", "harbour", "-n", "support", "--type=merge", "-p", patch)


async def _is_wrong(town: Town, words: str) -> bool:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{town.admin}") as client:
        problems = (await client.get("/api/v1/problems")).json()["problems"]
    return any(words in one["text"] for one in problems)


async def _token_ends(town: Town) -> None:
    """What Meta says of a token it does not take is the likeliest place for one to slip out."""
    town.sim.identity.expire_token("EAAPAGETOKEN1")
    await town.until_says("AccessToken", "support", "harbour", TokenValid="False")


async def _scraped(program: Program) -> str:
    async with httpx.AsyncClient(base_url=program._origin) as client:
        return (await client.get("/metrics")).raise_for_status().text


def _private() -> set[str]:
    """What neither spans nor metrics nor logs may hold: tokens, secrets, text, and who wrote."""
    world = read_folder(EXAMPLES).world
    secrets = {word for app in world.apps for word in (app.secret, app.verify_token)}
    return secrets | {token.value for token in world.tokens} | {PERSON, QUESTION, "9 to 5"}


def _is_told(receiver: Receiver) -> None:
    """The operator's part was there to be searched, and knows Meta's objects by their templates alone."""
    operators = [span for span in receiver.spans if span.service == "pagewire-operator"]
    asked = {span.name for span in operators if span.parent}
    assert {span.name for span in operators} >= {"reconcile MessengerPage", "reconcile AccessToken"}
    assert asked >= {"GET /debug_token", "POST /{page}/subscribed_apps"}
    assert receiver.metrics.keys() >= {"pagewire.operator.reconcile.duration", "pagewire.operator.graph.duration"}
    assert {line.service for line in receiver.lines} == {"pagewire-operator", "pagewire-gateway"}
    told = "".join(map(str, operators))
    assert not [id_ for id_ in (APP, PAGE, INSTAGRAM) if id_ in told]


async def pagewire(town: Town, *words: str) -> str:
    """What a command prints that a person types with the cluster's kubeconfig."""
    command = ("-m", "pagewire_gateway.cli", *words, "--kubeconfig", str(town.cluster.admin_kubeconfig))
    done = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    out, _ = await done.communicate()
    return out.decode()


async def _answered(town: Town, mid: str) -> bool:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{town.admin}") as client:
        events = (await client.get("/api/v1/events", params={"limit": 100})).json()
    found = [one for one in events["events"] if one["key"].endswith(mid)]
    return any(one["plugins"]["auto-reply"] == "done" for one in found)
