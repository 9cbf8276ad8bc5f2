"""The least an operator can do, with kopf and nothing else: a status for every Page, written once. The measure of ours."""

from datetime import UTC, datetime
from typing import Any

import kopf


@kopf.on.startup()
def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
    settings.persistence.finalizer = "bare.pagewire.dev/unused"
    settings.posting.enabled = False
    settings.scanning.disabled = True
    settings.watching.chunk_size = 500
    settings.queueing.worker_limit, settings.queueing.idle_timeout = 100, 0.05


@kopf.on.login()
def log_in(**given: Any) -> kopf.ConnectionInfo | None:
    return kopf.login_with_kubeconfig(**given)


@kopf.on.event("pagewire.dev", "v1alpha1", "messengerpages")
async def say_ready(event: Any, meta: kopf.Meta, status: kopf.Status, patch: kopf.Patch, **_: Any) -> None:
    generation = meta["generation"]
    if event["type"] == "DELETED" or status.get("observedGeneration") == generation:
        return
    told = {"status": "True", "reason": "Done", "observedGeneration": generation}
    told["lastTransitionTime"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    patch.status["observedGeneration"] = generation
    patch.status["conditions"] = [{"type": one, **told} for one in ("Synced", "Ready")]
