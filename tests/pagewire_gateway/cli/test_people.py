"""`pagewire people` and `pagewire heal` against a running gateway."""

import json

from pagewire.people import ScopedId
from pagewire_gateway.app import now
from pagewire_gateway.people import identities
from tests.pagewire_gateway import making
from tests.pagewire_gateway.healing.test_healing import hear

ANN, IG = "page/108000000000001/73", "instagram/17841400000000001/71000000000000001"


async def read(run, *arguments):
    """What a command prints as JSON."""
    done = await run(*arguments, "-o", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


async def known(stage):
    await stage.deliver(making.message("hello", "73", at=now()))

    async def seen() -> bool:
        await stage.gateway.sightings.flush()
        return (
            await stage.gateway.people.run(lambda db: identities.of(db, ScopedId("page", making.PAGE, "73")))
            is not None
        )

    await stage.until(seen)


async def test_people_are_listed_linked_shown_and_taken_apart(stage, run):
    await known(stage)
    (one,) = await read(run, "people", "list")
    assert one["id"] == ANN
    linked = await read(run, "people", "link", ANN, IG)
    assert (linked["linked"], linked["person"], sorted(linked["members"])) == (True, one["person"], sorted([ANN, IG]))
    shown = await read(run, "people", "show", IG)
    assert (shown["person"], [said["by"] for said in shown["history"]]) == (one["person"], ["operator"])
    assert "counts" in (await run("people", "show", one["person"])).stdout
    assert (await read(run, "people", "unlink", IG, ANN))["undone"] == 1
    assert "taken back by operator" in (await run("people", "show", ANN)).stdout
    assert (await run("people", "unlink", IG, ANN)).exit_code == 4
    assert (await run("people", "link", ANN, ANN)).exit_code == 1


async def test_what_is_no_id_is_said_so(run):
    done = await run("people", "link", "73", ANN)
    assert (done.exit_code, "Write object/account/id" in done.output) == (1, True)
    assert (await run("people", "show", "p-nobody")).exit_code == 4
    assert (await run("people", "show", ANN)).exit_code == 4
    assert (await run("people", "deletions", "d-nothing")).exit_code == 4
    assert (await run("people", "deletions", "--retry")).exit_code == 2


async def test_a_person_is_forgotten_once_somebody_says_yes(stage, run):
    await known(stage)
    assert (await run("people", "delete", ANN)).exit_code == 1
    done = await read(run, "people", "delete", ANN, "--wait", "--yes")
    assert (done["state"], done["removed"]["events"], done["subjects"][0]["account"]) == ("done", 1, making.PAGE)
    assert "73" not in json.dumps([done["subjects"], done["receipts"]]).replace(done["subjects"][0]["hash"], "")
    assert [one["id"] for one in await read(run, "people", "deletions")] == [done["id"]]
    assert "events" in (await run("people", "deletions", done["id"])).stdout
    assert await read(run, "people", "list") == []
    assert (await read(run, "people", "deletions", done["id"], "--retry"))["state"] == "done"


async def test_a_gap_is_healed_on_demand(stage, run):
    hear(stage, listening=False)
    stage.sim.people.say(making.PAGE, "ann", "missed")
    (healed,) = await read(run, "heal", "--page", making.PAGE, "--since", "1h", "--until", "0s")
    assert (healed["found"], healed["inserted"], healed["error"]) == (1, 1, "")
    events = await read(run, "events")
    assert [event["via"] for event in events] == ["healed"]
    assert [one["account"] for one in await read(run, "heal")] == [making.PAGE]
    assert (await run("heal", "--page", "1")).exit_code == 4
    assert (await run("heal", "--since", "1h")).exit_code == 2
