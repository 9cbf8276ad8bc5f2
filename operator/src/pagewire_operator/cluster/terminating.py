"""Whether a namespace is going away, found out with no right on namespaces."""

from typing import Final

from pagewire.kube import EVENTS, Forbidden, KubeClient, KubeError
from pagewire_operator.cluster.events import event_of
from pagewire_operator.known import Known
from pagewire_operator.model import Happening

_CAUSE: Final = "NamespaceTerminating"
_PROBE: Final = Happening(reason="Probe", message="Asks whether the namespace is going away; never stored.")


async def is_going(client: KubeClient, known: Known, now: float) -> bool:
    """Whether the namespace of a resource is going away; False if that cannot be found out.

    A namespace on its way out takes nothing new and says so. Asking for an Event as a dry run needs no right beyond the one to
    post Events, while reading Namespaces would need one for the whole cluster.
    """
    probe = event_of(known, _PROBE, "probe", now)
    try:
        await client.create(EVENTS, probe, dry_run=True)
    except Forbidden as refusal:
        return _CAUSE in refusal.causes
    except KubeError:
        return False
    return False
