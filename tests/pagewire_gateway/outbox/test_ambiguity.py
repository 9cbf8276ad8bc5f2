"""The ambiguity table: however an answer is lost and whenever its echo comes, the person gets the message once, and once only.

All cases run at once inside one gateway, each with a person of its own.
"""

import asyncio
import itertools
import json

import msgspec
import pytest

from pagewire import Text, hookimpl
from pagewire.simulator.world import Account, Token
from tests.pagewire_gateway import making
from tests.pagewire_gateway.outbox.test_outbox import until_rows
from tests.pagewire_gateway.stage import OUTBOX, Stage, plugins, staged

LOGIN = "17841400000000077"
ACCOUNTS = {"messenger": making.PAGE, "instagram": making.INSTAGRAM, "instagram-login": LOGIN}
LOST = {
    "cut before Meta took it": ({"kind": "drop"}, False),
    "cut while Meta took it": ({"kind": "hang", "seconds": 2.0}, True),
    "cut in the answer": ({"kind": "cut"}, True),
    "cut after Meta took it": ({"kind": "drop"}, True),
    **{
        f"{name}, {'sent' if accepted else 'not sent'}": (fault, accepted)
        for accepted in (True, False)
        for name, fault in {
            "code 1": {"kind": "error", "code": 1},
            "code 2": {"kind": "error", "code": 2},
            "500 in HTML": {"kind": "html"},
            "503 and nothing": {"kind": "empty", "status": 503},
            "200 with an error": {"kind": "error_in_200", "code": 2},
            "200 without an id": {"kind": "no_message_id"},
        }.items()
    },
}
ECHOES = {
    "first": {"kind": "echo_first"},
    "late": {"kind": "echo_late", "seconds": 0.4},
    "none": {"kind": "echo_lost"},
    "twice": {"kind": "echo_twice"},
}


class Parrot:
    """Says it back."""

    @hookimpl
    async def message_received(self, event):
        return Text(text=f"re {event.text}")


def with_instagram_login(stage: Stage) -> None:
    """One more account, which nobody reaches through a Page."""
    installed = {making.APP_ID: {"*"}}
    state = stage.sim.meta.state
    state.accounts[LOGIN] = Account(id=LOGIN, object="instagram", username="quay", subscribed=installed)
    state.tokens["IGAQUAY"] = Token(value="IGAQUAY", type="INSTAGRAM", app_id=making.APP_ID, account_id=LOGIN)
    app = {"appRef": {"name": "acme"}}
    secret = {"name": "quay", "key": "token"}
    spec = {**app, "type": "User", "provider": "Instagram", "from": {"secretRef": secret}}
    account = {**app, "accountId": LOGIN, "tokenRef": {"name": "quay"}, "plugins": [{"name": "parrot"}]}
    documents = [
        {"apiVersion": "v1", "kind": "Secret", "stringData": {"token": "IGAQUAY"}},
        {"apiVersion": "pagewire.dev/v1alpha1", "kind": "AccessToken", "spec": spec},
        {"apiVersion": "pagewire.dev/v1alpha1", "kind": "InstagramAccount", "spec": account},
    ]
    named = [{**one, "metadata": {"name": "quay", "namespace": "support"}} for one in documents]
    (stage.manifests / "quay.yaml").write_text("\n---\n".join(map(json.dumps, named)))


async def one(stage: Stage, account: str, number: int, lost: str, echo: str) -> str:
    """Run a case; returns what is wrong with its end."""
    person = stage.sim.scoped_id(account, f"p{number}")
    fault, accepted = LOST[lost]
    stage.sim.faults.inject(**fault, accept=accepted, person=person)
    stage.sim.faults.inject(**ECHOES[echo], person=person, times=None)
    mid = await stage.sim.say(account, f"p{number}", f"no {number}")
    [row] = await until_rows(stage, mid, "sent", seconds=60)
    sent = [(send.mid, send.message["text"]) for send in stage.sim.sends if send.person == person]
    right = sent == [(row.mid, f"re no {number}")] and row.attempts == (1 if accepted else 2)
    return "" if right else f"{account}, {lost}, echo {echo}: {sent}, {row.mid}, {row.attempts} attempts"


@pytest.mark.timeout(180)
@pytest.mark.parametrize("account", ACCOUNTS.values(), ids=ACCOUNTS)
async def test_no_message_is_doubled_and_none_is_lost(tmp_path, account):
    quick = msgspec.structs.replace(OUTBOX, echo_wait=1.0)
    async with staged(tmp_path, plugins(parrot=Parrot), outbox=quick) as stage:
        with_instagram_login(stage)
        await stage.until(lambda: stage.gateway.registry.account("instagram", LOGIN) is not None)
        cases = enumerate(itertools.product(LOST, ECHOES))
        ends = await asyncio.gather(*(one(stage, account, number, *case) for number, case in cases))
        assert [end for end in ends if end] == []


@pytest.mark.parametrize("account", ACCOUNTS.values(), ids=ACCOUNTS)
async def test_what_meta_lets_nobody_know_is_told_as_unknown(tmp_path, account):
    hasty = msgspec.structs.replace(OUTBOX, echo_wait=0.05)
    async with staged(tmp_path, plugins(parrot=Parrot), outbox=hasty) as stage:
        with_instagram_login(stage)
        await stage.until(lambda: stage.gateway.registry.account("instagram", LOGIN) is not None)
        stage.sim.faults.inject(kind="drop", accept=True)
        stage.sim.faults.inject(kind="echo_lost", times=None)
        stage.sim.people.conversation(account, "ann").folder = "spam"
        mid = await stage.sim.say(account, "ann", "hello")
        [row] = await until_rows(stage, mid, "parked", seconds=30)
        assert (row.code, len(stage.sim.sends)) == ("unproved", 1)
