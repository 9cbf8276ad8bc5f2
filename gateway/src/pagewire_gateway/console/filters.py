"""Which events a page is about: read from its address, and written into others. No id of a person ever stands there."""

import time
from collections.abc import Mapping
from typing import Any, Final, get_args
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from pagewire_gateway.admin import moments
from pagewire_gateway.admin.errors import invalid
from pagewire_gateway.admin.numbers import whole
from pagewire_gateway.admin.queries import Which
from pagewire_gateway.journal.port import LaneState

STATES: Final[tuple[str, ...]] = get_args(LaneState)


class Filters(Struct, frozen=True, kw_only=True):
    """What the form above the events asks for; empty fields ask for nothing.

    Attributes:
        since: RFC 3339, or how long ago, such as ``2h``.
        until: the same.
    """

    state: str = ""
    plugin: str = ""
    kind: str = ""
    object: str = ""
    account: str = ""
    since: str = ""
    until: str = ""

    @property
    def given(self) -> dict[str, str]:
        """The fields that ask for something."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value}

    def address(self, path: str, **more: int | str | None) -> str:
        """A path with these fields."""
        asked = {**self.given, **{name: value for name, value in more.items() if value}}
        return f"{path}?{urlencode(asked)}" if asked else path

    def wrong(self) -> dict[str, str]:
        """What cannot be understood, by field: why, and what to write instead."""
        found = {name: why for name in ("since", "until") if (why := _trouble(getattr(self, name)))}
        if self.state and self.state not in STATES:
            found["state"] = "There is no such state; choose one."
        return found

    @property
    def understood(self) -> "Filters":
        """Those that can be."""
        return msgspec.structs.replace(self, **dict.fromkeys(self.wrong(), ""))

    def which(self, **more: Any) -> Which:
        """The same for the API.

        Raises:
            AdminError: a field cannot be understood.
        """
        asked = {**self.given, **more}
        for name in ("since", "until"):
            if name in asked:
                asked[name] = _moment(name, asked[name])
        try:
            return msgspec.convert(asked, Which)
        except msgspec.ValidationError as error:
            raise invalid(f"The filter cannot be understood: {error}.", "Choose from the lists.") from None


def filters_of(query: Mapping[str, str]) -> Filters:
    """From the parameters of an address, or the fields of a form."""
    return Filters(**{name: _plain(query.get(name, "")) for name in Filters.__struct_fields__})


def _plain(text: str) -> str:
    return "".join(one for one in text[:200] if one.isprintable()).strip()


def place_of(query: Mapping[str, str], name: str) -> int | None:
    """A place in the journal from an address; anything else is none."""
    return whole(query.get(name, ""))


def _trouble(text: str) -> str:
    try:
        if text:
            moments.asked(text, 0)
    except ValueError as error:
        return f"{error}, or how long ago, as in 2h."
    return ""


def _moment(name: str, text: str) -> str:
    try:
        return moments.asked(text, int(time.time() * 1000))
    except ValueError as error:
        raise invalid(f"{name}: {error}", "Or write how long ago, as in 2h.") from None
