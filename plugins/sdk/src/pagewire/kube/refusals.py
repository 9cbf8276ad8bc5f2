"""How the gateway, which knows first that Meta refuses a token, tells the operator: by an Event about the AccessToken. Pure.

An Event changes nothing by itself, and the right to create Events is the right to nothing else.
"""

from datetime import UTC, datetime
from typing import Final

from pagewire.resources import API_VERSION

from .kinds import EVENTS, Object, ObjectName

KIND: Final = "AccessToken"
REASON: Final = "TokenRefused"
SELECTOR: Final = f"reason={REASON},involvedObject.kind={KIND}"
"""Field selector of these Events."""


def refusal(token: ObjectName, uid: str, component: str, code: int | None, subcode: int | None, when: float) -> Object:
    """The Event that tells of a refused token.

    Args:
        token: the AccessToken.
        uid: its own; ``kubectl describe`` finds its Events by it. Empty if it is not known.
        component: who was refused.
        code: Meta's; its sentence stays out, as Events are for many eyes.
        subcode: Meta's, too.
        when: seconds since 1970.
    """
    codes = "/".join(str(one) for one in (code, subcode) if one is not None)
    at = f"{datetime.fromtimestamp(when, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return {
        "apiVersion": EVENTS.api_version,
        "kind": EVENTS.kind,
        "metadata": {"generateName": f"{token.name[:200]}.", "namespace": token.namespace},
        "involvedObject": {"apiVersion": API_VERSION, "kind": KIND, **token._asdict(), **({"uid": uid} if uid else {})},
        "reason": REASON,
        "message": f"Meta refused a request with this token (code {codes}); what waits goes out once the token is mended.",
        "type": "Warning",
        "source": {"component": component},
        "reportingComponent": component,
        "reportingInstance": component,
        "firstTimestamp": at,
        "lastTimestamp": at,
        "count": 1,
    }


def refused(event: Object) -> ObjectName:
    """The AccessToken an Event is about.

    Raises:
        KeyError: about nothing.
    """
    about = event["involvedObject"]
    return ObjectName(str(about["namespace"]), str(about["name"]))
