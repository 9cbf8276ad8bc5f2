"""What the operator says of a resource that is not as it should be. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from pagewire.resources import ConditionType

_FOLLOW: Final = (ConditionType.READY, ConditionType.SYNCED)
"""They are false because another one is."""
_NO_COMPLAINT: Final = (ConditionType.PAUSED, ConditionType.STALLED)
"""They are not there when all is well."""
WORST: Final = (*(one for one in ConditionType if one not in (*_FOLLOW, *_NO_COMPLAINT)), *_FOLLOW)
"""Conditions that should be true, causes before what follows from them."""
_LONGEST: Final = 500


class Complaint(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A resource that needs a person, or will.

    Attributes:
        condition: the one that tells most; empty if all are well.
        reason: of it, a word.
        message: of it, a sentence.
        expires: when what the resource stands for ends, RFC 3339; empty for never.
    """

    kind: str
    namespace: str
    name: str
    condition: str = ""
    reason: str = ""
    message: str = ""
    expires: str = ""


def complaint_of(kind: str, value: Mapping[str, Any]) -> Complaint | None:
    """What a resource, as the cluster has it, has to complain of; ``None`` for nothing."""
    status, metadata = value.get("status"), value["metadata"]
    if not isinstance(status, Mapping):
        return None
    worst = _worst(status.get("conditions"))
    expires = status.get("expiresAt")
    if worst is None and not isinstance(expires, str):
        return None
    told = {name: str(worst.get(name) or "")[:_LONGEST] for name in ("reason", "message")} if worst else {}
    return Complaint(
        kind=kind,
        namespace=metadata.get("namespace", ""),
        name=metadata["name"],
        condition=worst["type"] if worst else "",
        expires=expires if isinstance(expires, str) else "",
        **told,
    )


def _worst(conditions: Any) -> Mapping[str, Any] | None:
    found = conditions if isinstance(conditions, list) else []
    failing = {
        str(one.get("type")): one for one in found if isinstance(one, Mapping) and str(one.get("status")) == "False"
    }
    return next((failing[type_] for type_ in WORST if type_ in failing), None)
