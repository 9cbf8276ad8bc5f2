"""The catalogue of first-party stickers, read with an app token (outbound.md 4.10)."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator import days, errors
from pagewire.simulator.errors import Refused, no_object
from pagewire.simulator.graph import access
from pagewire.simulator.graph.answer import Answer
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.edges import answer_list
from pagewire.simulator.graph.fields import Getter, Wanted, project
from pagewire.simulator.meta import Meta
from pagewire.simulator.shape import text


class Sticker(msgspec.Struct, frozen=True):
    """A sticker and how people find it."""

    id: str
    pack: str
    label: str


PACKS = {"7670000000000001": "Harbour friends", "7670000000000002": "Yes and no"}
"""Pack id to its name."""
STICKERS = (
    Sticker("767200000000001", "7670000000000001", "hello"),
    Sticker("767200000000002", "7670000000000001", "thank you"),
    Sticker("767200000000003", "7670000000000001", "see you"),
    Sticker("767200000000004", "7670000000000002", "yes"),
    Sticker("767200000000005", "7670000000000002", "no"),
    Sticker("369239263222822", "7670000000000002", "like"),
)


async def packs(meta: Meta, call: Call) -> Answer:
    """``GET /sticker_packs``."""
    _app_only(meta, call)
    return answer_list(call, list(PACKS.items()), _pack)


async def stickers_of(meta: Meta, call: Call) -> Answer:
    """``GET /sticker_packs/{id}/stickers``."""
    _app_only(meta, call)
    if call.segments[1] not in PACKS:
        raise Refused(no_object(call.method, call.segments[1]))
    return answer_list(call, [sticker for sticker in STICKERS if sticker.pack == call.segments[1]], _sticker)


async def search(meta: Meta, call: Call) -> Answer:
    """``GET /sticker_search?q=``."""
    _app_only(meta, call)
    wanted = text(call.params, "q", 100, "sticker_search").lower()
    return answer_list(call, [sticker for sticker in STICKERS if wanted in sticker.label], _sticker)


def _app_only(meta: Meta, call: Call) -> None:
    caller = access.authenticate(meta, call)
    if caller.token is not None or meta.clock.now() < days.STICKERS:
        raise Refused(errors.NO_PERMISSION)


def _pack(pack: tuple[str, str], wanted: list[Wanted]) -> dict[str, Any]:
    getters: dict[str, Getter] = {"id": lambda _: pack[0], "name": lambda _: pack[1]}
    return project(wanted, getters, "StickerPack", "id,name")


def _sticker(sticker: Sticker, wanted: list[Wanted]) -> dict[str, Any]:
    getters: dict[str, Getter] = {
        "id": lambda _: sticker.id,
        "label": lambda _: sticker.label,
        "image": lambda _: f"https://scontent.example.net/sticker/{sticker.id}.png",
    }
    return project(wanted, getters, "Sticker", "id,label,image")
