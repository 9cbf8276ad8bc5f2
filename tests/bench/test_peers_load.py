"""The load of the comparison is what it says: signed, in batches, in order, with repeats."""

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.peers import talk


class Delivery(NamedTuple):
    connection: int
    items: list[dict[str, Any]]
    entries: int
    times: list[int]


@asynccontextmanager
async def receiver(took: list[Delivery]) -> AsyncIterator[int]:
    """Takes what a receiver of Meta's would take, answers 200, and gives its port."""
    numbers = iter(range(1000))

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = next(numbers)
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode().lower():
                fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
                content = await reader.readexactly(int(fields["content-length"]))
                items = talk.verified_items(content, fields["x-hub-signature-256"])
                assert items is not None
                entries = json.loads(content)["entry"]
                took.append(Delivery(connection, items, len(entries), [entry["time"] for entry in entries]))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def loaded(folder: Path, shapes: str) -> tuple[list[Delivery], dict[str, Any], dict[str, Any]]:
    took: list[Delivery] = []
    async with receiver(took) as port:
        words = ["-m", "bench.peers.load", str(port), "/webhook", "3", "1.5", "0", str(folder / "ledger.json"), shapes]
        process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
    return took, json.loads(out), json.loads((folder / "ledger.json").read_text())


async def test_everything_sent_is_in_the_ledger_and_in_order(tmp_path: Path) -> None:
    took, told, ledger = await loaded(tmp_path, "mixed")
    assert told["statuses"] == {"200": told["deliveries"]}
    first: dict[str, int] = {}
    for item in (item for delivery in took for item in delivery.items):
        first.setdefault(item["message"]["text"].removeprefix("no "), len(first))
    assert set(first) == {f"{conversation}-{turn}" for conversation, turn in ledger["acknowledged"]}
    turns: defaultdict[str, list[int]] = defaultdict(list)
    for name in first:
        conversation, _, turn = name.partition("-")
        turns[conversation].append(int(turn))
    assert all(said == sorted(said) for said in turns.values())
    assert len(turns) == 24


async def test_batches_have_several_people_in_one_entry_and_in_several(tmp_path: Path) -> None:
    took, _, _ = await loaded(tmp_path, "mixed")
    shapes = {(len(delivery.items), delivery.entries) for delivery in took}
    assert {(1, 1), (2, 1), (2, 2)} <= shapes
    assert any(items == 5 and 1 < entries < 5 for items, entries in shapes)
    twice = [len({item["sender"]["id"] for item in one.items}) for one in took if len(one.items) == 5]
    assert set(twice) == {4}


async def test_repeats_come_over_another_connection_with_the_same_ids(tmp_path: Path) -> None:
    took, _, ledger = await loaded(tmp_path, "single")
    by_mid: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in took:
        by_mid[delivery.items[0]["message"]["mid"]].append(delivery)
    repeated = [several for several in by_mid.values() if len(several) > 1]
    assert len(repeated) == len(ledger["repeated"]) > 0
    for original, repeat in repeated:
        assert original.connection != repeat.connection
        assert original.items == repeat.items


def test_a_body_with_a_wrong_signature_is_nobodys() -> None:
    content = talk.body([talk.Message(1, 1)], 0)
    assert talk.verified_items(content, "sha256=" + "0" * 64) is None


def test_only_our_texts_are_answered() -> None:
    item = talk.Message(7, 3).item(0)
    answer = talk.answer(item)
    assert answer is not None
    assert answer["message"] == {"text": "re 7-3"}
    assert answer["recipient"] == item["sender"]
    assert talk.answer({"sender": {"id": "1"}, "read": {"watermark": 1}}) is None
