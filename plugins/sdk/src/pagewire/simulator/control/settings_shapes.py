"""What the control API takes and gives about settings. Unknown keys are refused, so a typo is seen."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator.settings.calls import CallCount, CallRecord
from pagewire.simulator.world import EVERY_FIELD


class Dashboard(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A subscription as somebody sets it in the dashboard; ``*`` stands for every field."""

    callback_url: str
    fields: set[str] = msgspec.field(default_factory=lambda: {EVERY_FIELD})
    verify_token: str | None = None
    active: bool = True
    include_values: bool = True


class Install(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The fields an account installs an app with."""

    fields: set[str] = msgspec.field(default_factory=lambda: {EVERY_FIELD})


class ProfileEdit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What somebody changes of a profile by hand; nothing is checked."""

    changes: dict[str, Any] = {}
    remove: list[str] = []


class Topics(msgspec.Struct, kw_only=True):
    """The subscriptions of an app, as ``GET /{app}/subscriptions`` shows them."""

    data: list[dict[str, Any]]


class AccountSettings(msgspec.Struct, kw_only=True):
    """What is set on an account: fields by app id, and the profile."""

    subscribed: dict[str, set[str]]
    profile: dict[str, Any]


class CallTable(msgspec.Struct, kw_only=True):
    """Calls by edge, verb and object, and the newest of them."""

    total: int
    counts: list[CallCount]
    newest: list[CallRecord]
