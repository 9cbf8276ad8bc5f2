"""Two processes take webhooks and three work; one is killed, one joins, one leaves: every promise holds all the same."""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.chaos.ledger import close_books
from tests.pagewire_gateway import making
from tests.whole.crowd import Crowd, Process, gathered

RATE, BURST = 3, 2
PEOPLE = 40


class Talk:
    """People who write numbered messages."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self.said: dict[int, str] = {}
        self.mids: dict[str, int] = {}

    async def say(self, count: int, only: str = "") -> None:
        """So many messages more, to both accounts or to one."""
        for _ in range(count):
            number = len(self.said) + 1
            account = only or (making.PAGE if number % 3 else making.INSTAGRAM)
            person = f"person {number % PEOPLE}"
            mid = await self._crowd.sim.say(account, person, f"no {number}")
            self.said[number] = self._crowd.sim.scoped_id(account, person)
            self.mids[mid] = number
            await asyncio.sleep(0.01)

    def acknowledged(self) -> set[int]:
        """Those that Meta has its 200 for."""
        deliveries = (one for one in self._crowd.sim.deliveries if one.status == 200)
        return {self.mids[mid] for delivery in deliveries for mid in delivery.mids if mid in self.mids}

    async def all_delivered(self) -> None:
        async with asyncio.timeout(120):
            while len(self.acknowledged()) < len(self.said):
                await asyncio.sleep(0.2)


async def all_events(through: Process) -> list[dict]:
    """Every message of the journal, oldest first, page by page."""
    pages: list[dict] = []
    before: int | None = None
    while True:
        query = {"kind": "message", "limit": 50, **({} if before is None else {"before": before})}
        page = await through.get("/api/v1/events", **query)
        pages = page["events"] + pages
        before = page["before"]
        if before is None:
            return pages


def number_of(event: dict, mids: dict[str, int]) -> int:
    """The number of a message, by the message id in its key."""
    return next(number for mid, number in mids.items() if mid in event["key"])


@pytest.mark.slow(20)
@pytest.mark.timeout(400)
async def test_nothing_is_lost_doubled_or_out_of_order_as_workers_die_join_and_leave(tmp_path: Path, own_nats):
    async with gathered(tmp_path, own_nats) as crowd:
        one = await crowd.serve("one")
        await asyncio.gather(crowd.serve("other"), *(crowd.work(f"worker-{number}") for number in range(3)))
        talk = Talk(crowd)
        await talk.say(80)
        await crowd.processes["worker-0"].kill()
        await talk.say(80)
        await crowd.work("late")
        await talk.say(80)
        assert await crowd.processes["worker-1"].stop() == 0
        await talk.say(80)
        await talk.all_delivered()
        await crowd.settled(one)

        found = await all_events(crowd.processes["late"])
        numbers = {event["id"]: number_of(event, talk.mids) for event in found}
        lines = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
        calls = {"logging": [numbers[line["id"]] for line in lines if line["id"] in numbers]}
        sends = [send for send in crowd.sim.sends if send.message is not None]
        replies = [int(send.message["text"].removeprefix("re ")) for send in sends]
        books = close_books(talk.said, talk.acknowledged(), list(numbers.values()), calls, replies)
        assert books.clean, str(books)
        assert len(crowd.balancer.taken) == 2


@pytest.mark.slow(30)
@pytest.mark.timeout(400)
async def test_workers_together_keep_the_pace_of_one_page(tmp_path: Path, own_nats):
    pace = {"PAGEWIRE_SEND_RATE": str(RATE), "PAGEWIRE_SEND_BURST": str(BURST)}
    async with gathered(tmp_path, own_nats, **pace) as crowd:
        front = await crowd.serve("front")
        await asyncio.gather(*(crowd.work(f"worker-{number}") for number in range(3)))
        talk = Talk(crowd)
        # So that all replies want to go at once: slower than the pace only if the machine is.
        await front.post("/api/v1/plugins/auto-reply/pause", {})
        await talk.say(45, making.PAGE)
        await logged(tmp_path, 45)
        await front.post("/api/v1/plugins/auto-reply/resume", {})
        await crowd.sim.wait_for_sends(45, timeout=120)
        times = sorted(send.time for send in crowd.sim.sends if send.message is not None)
        assert len(times) <= RATE * ((times[-1] - times[0]) / 1000 + 1) + BURST


@pytest.mark.slow(20)
@pytest.mark.timeout(400)
async def test_any_process_tells_of_all_partitions_and_takes_parked_work_up_again(tmp_path: Path, own_nats):
    async with gathered(tmp_path, own_nats, PAGEWIRE_SEND_ATTEMPTS="1") as crowd:
        front = await crowd.serve("front")
        first, _ = await asyncio.gather(crowd.work("first"), crowd.work("second"))
        talk = Talk(crowd)
        await talk.say(60)
        await crowd.sim.wait_for_sends(60, timeout=90)
        await crowd.settled(front)
        everywhere = [await all_events(process) for process in crowd.processes.values()]
        assert len(everywhere[0]) == 60
        assert everywhere[0] == everywhere[1] == everywhere[2]
        received = [event["received"] for event in everywhere[0]]
        assert received == sorted(received)

        ids = [event["id"] for event in everywhere[0]]
        replayed = await first.post("/api/v1/replay", {"events": ids[:7], "plugin": "auto-reply", "resend": True})
        assert replayed["replayed"] == 7
        await crowd.sim.wait_for_sends(67, timeout=90)
        counts = Counter(send.message["text"] for send in crowd.sim.sends if send.message)
        assert counts.total() == 67
        await crowd.settled(front)

        begun = await front.post("/api/v1/replays", {"filter": {"kind": "message"}, "plugin": "logging", "rate": 1000})
        assert begun["total"] == 60
        path = f"/api/v1/replays/{begun['replay']['id']}"
        async with asyncio.timeout(60):
            while (job := await front.get(path))["state"] == "running":
                await asyncio.sleep(0.2)
        assert (job["state"], job["looked"], job["replayed"]) == ("done", 60, 60)
        steps = [one["step"] for one in (await front.get(f"/api/v1/events/{ids[0]}/timeline"))["timeline"]]
        assert steps.count("sent") == 2
        assert (await front.get("/api/v1/parked/causes"))["causes"] == []
        await crowd.settled(front)

        for command in (["events", "-o", "json"], ["parked", "--causes"], ["plugins"], ["conversations"], ["doctor"]):
            code, said = await pagewire(*command, admin=first.admin)
            assert code == 0, said
        assert len(json.loads((await pagewire("events", "-o", "json", "--limit", "9", admin=front.admin))[1])) == 9
        code, said = await pagewire("replay", ids[0], "--plugin", "logging", admin=front.admin)
        assert code == 0, said

        await front.post("/api/v1/plugins/auto-reply/pause", {})
        third = await crowd.work("third")
        assert await first.stop() == 0
        await crowd.sim.say(making.PAGE, "late", "no 1000")
        await logged(tmp_path, 61)
        assert (await third.get("/api/v1/plugins"))["plugins"][0]["lane"]["paused"]
        assert len([send for send in crowd.sim.sends if send.message]) == 67
        await third.post("/api/v1/plugins/auto-reply/resume", {})
        await crowd.sim.wait_for_sends(68, timeout=90)

        async with asyncio.timeout(60):
            while not all(one["last_event"] for one in (await front.get("/api/v1/accounts"))["accounts"]):
                await asyncio.sleep(0.2)
        talks = await front.get("/api/v1/conversations", limit=200)
        assert len(talks["conversations"]) == len(set(talk.said.values())) + 1


@pytest.mark.timeout(300)
async def test_a_killed_worker_that_comes_back_in_its_folder_need_not_wait_for_its_leases(tmp_path: Path, own_nats):
    # Leases are good for longer than this test may take, so it ends only if they are taken over.
    async with gathered(tmp_path, own_nats, PAGEWIRE_LEASE_TTL="3600") as crowd:
        await crowd.serve("front")
        worker = await crowd.work("worker")
        talk = Talk(crowd)
        await talk.say(20)
        await crowd.sim.wait_for_sends(20, timeout=90)
        for sends in (40, 60):  # twice: the second successor knows of the first one, too
            await worker.kill()
            await talk.say(20)
            await worker.start()
            await crowd.sim.wait_for_sends(sends, timeout=90)
        await talk.all_delivered()
        answered = Counter(int(send.message["text"].removeprefix("re ")) for send in crowd.sim.sends if send.message)
        assert answered == Counter(talk.said.keys())


@pytest.mark.timeout(200)
async def test_without_nats_nobody_is_ready_and_with_it_they_are_again(tmp_path: Path, own_nats):
    async with gathered(tmp_path, own_nats) as crowd:
        processes = [await crowd.serve("front"), await crowd.work("worker")]
        own_nats.kill()
        await until_ready(processes, ready=False)
        late = crowd.process("work", "late")
        waiting = asyncio.ensure_future(late.start())
        async with httpx.AsyncClient() as client, asyncio.timeout(90):
            while not await late.answers(client, "/healthz"):
                await asyncio.sleep(0.1)
            assert not await late.ready(client)
        own_nats.start()
        own_nats.wait()
        await until_ready(processes, ready=True)
        await waiting
        await crowd.sim.say(making.PAGE, "ann", "no 1")
        await crowd.sim.wait_for_sends(1, timeout=90)


async def until_ready(processes: list[Process], *, ready: bool) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(90):
        while [await one.ready(client) for one in processes] != [ready] * len(processes):
            await asyncio.sleep(0.1)


@pytest.mark.slow(15)
@pytest.mark.timeout(300)
async def test_a_person_is_forgotten_by_every_process_and_may_come_back(tmp_path: Path, own_nats):
    async with gathered(tmp_path, own_nats) as crowd:
        front = await crowd.serve("front")
        await asyncio.gather(crowd.work("first"), crowd.work("second"))
        for number, person in enumerate(("ann", "ben"), 1):
            await crowd.sim.say(making.PAGE, person, f"no {number}")
        await crowd.sim.wait_for_sends(2, timeout=90)
        await crowd.settled(front)
        ann, ben = (crowd.sim.scoped_id(making.PAGE, person) for person in ("ann", "ben"))

        async with asyncio.timeout(60):
            while len((await front.get("/api/v1/people"))["people"]) < 2:
                await asyncio.sleep(0.2)
        asked = await front.post("/api/v1/people/delete", {"people": [f"page/{making.PAGE}/{ann}"], "ground": "asked"})
        proof = await until_done(front, asked["id"])
        assert proof["removed"]["events"] >= 1
        assert proof["removed"]["identities"] == 1
        for process in crowd.processes.values():
            assert (await process.get("/api/v1/events", person=ann))["events"] == []
            assert (await process.get("/api/v1/events", person=ben))["events"] != []
            # Each process cleans its own copy, a moment after the owner says that it is done.
            async with asyncio.timeout(60):
                while ann.encode() in copy_of_people(process.folder):
                    await asyncio.sleep(0.2)
            assert ben.encode() in copy_of_people(process.folder)

        await crowd.sim.say(making.PAGE, "ann", "no 3")
        await crowd.sim.wait_for_sends(3, timeout=90)


def copy_of_people(folder: Path) -> bytes:
    """The files in which a process keeps its copy of what is known of people."""
    return b"".join(path.read_bytes() for path in folder.glob("data/people-copy.db*"))


async def pagewire(*command: str, admin: int) -> tuple[int, str]:
    """A command at the terminal; its exit code and what it wrote."""
    arguments = [*command, "--admin", f"http://127.0.0.1:{admin}"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pagewire_gateway.cli", *arguments), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def logged(folder: Path, count: int) -> None:
    """Wait until the logging plugin has had so many messages."""
    async with asyncio.timeout(90):
        while True:
            lines = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
            if len({line["id"] for line in lines if line.get("kind") == "message"}) >= count:
                return
            await asyncio.sleep(0.1)


async def until_done(through: Process, deletion: str) -> dict:
    async with asyncio.timeout(90):
        while True:
            told = await through.get(f"/api/v1/deletions/{deletion}")
            if told["state"] == "done":
                return told
            await asyncio.sleep(0.1)
