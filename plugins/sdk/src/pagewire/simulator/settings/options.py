"""How the settings half of Meta behaves; may be changed while running."""

from __future__ import annotations

from typing import Literal

import msgspec

Refusing = Literal["unknown", "permission"]


class SettingsOptions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Behaviour that Meta varies, or that a test wants to see.

    Attributes:
        verification_delay: real seconds before the callback is verified inside ``POST /{app}/subscriptions``.
        verification_patience: real seconds the callback has to answer; about six were seen (graph.md 5.1).
        refused_fields: webhook field to how it is refused: ``unknown`` as a name Meta does not have (100),
            ``permission`` as one this app lacks the permission for (200).
        profile_shape: ``documented`` answers a profile as one object, and Instagram ice breakers asked for alone
            without their wrapper; ``each`` answers an object per property (graph.md 7: both were seen).
        profile_defaults: reading a profile fills in what was left out when it was set.
    """

    verification_delay: float = 0.0
    verification_patience: float = 6.0
    refused_fields: dict[str, Refusing] = msgspec.field(default_factory=dict)
    profile_shape: Literal["documented", "each"] = "documented"
    profile_defaults: bool = False
