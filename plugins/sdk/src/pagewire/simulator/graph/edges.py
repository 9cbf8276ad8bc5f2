"""Lists of objects: as an edge of their own with cursors, and nested in ``fields``. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.fields import Getter, Wanted, read_fields
from pagewire.simulator.graph.paging import DEFAULT_LIMIT, page

T = TypeVar("T")
Shape = Callable[[T, list[Wanted]], dict[str, Any]]
"""An object as a list shows it, with the wanted fields or its usual ones."""


def answer_list(call: Call, found: Sequence[T], shape: Shape[T]) -> Answer:
    """One page of an edge."""
    wanted = read_fields(call.text("fields"))
    part, paging = page(found, call)
    body: dict[str, Any] = {"data": [shape(item, wanted) for item in part]}
    if paging:
        body["paging"] = paging
    return ok(body)


def nested(found: Callable[[], Sequence[T]], shape: Shape[T]) -> Getter:
    """A field that is an edge: ``accounts.limit(50){id,name}``; absent when there is nothing."""

    def read(field: Wanted) -> dict[str, Any] | None:
        part = found()[: field.limit or DEFAULT_LIMIT]
        return {"data": [shape(item, field.fields) for item in part]} if part else None

    return read


def known(names: frozenset[str]) -> dict[str, Getter]:
    """Getters of fields that exist and are empty."""
    return dict.fromkeys(names, _nothing)


def _nothing(_: Wanted) -> None:
    return None
