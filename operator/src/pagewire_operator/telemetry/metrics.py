"""Every metric of the operator, by name.

Names and units follow OpenTelemetry's conventions; docs/reference/metrics.md is generated from this list.
"""

from typing import Final

from pagewire.telemetry.registry import Registry
from pagewire_operator.queue import Why

_SPREAD: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics(Registry):
    """The metrics of one operator."""

    def __init__(self) -> None:
        super().__init__()
        self._of_work()
        self._of_the_queue()
        self._of_resources()
        self._of_accounts()
        self._of_itself()

    def _of_work(self) -> None:
        self.reconciled = self.histogram(
            "pagewire.operator.reconcile.duration",
            "s",
            f"Time of one reconciliation; reason is what set it off: {', '.join(Why)}; error.type is empty if it went well.",
            "kind",
            "reason",
            "error.type",
            bounds=_SPREAD,
        )
        self.errors = self.counter(
            "pagewire.operator.reconcile.errors",
            "{reconciliation}",
            "Reconciliations that could not be finished.",
            "kind",
            "error.type",
        )
        self.drift = self.counter(
            "pagewire.operator.drift",
            "{finding}",
            "Findings that Meta no longer has what a resource says, though nobody changed the resource.",
            "kind",
        )
        self.events = self.counter(
            "pagewire.operator.events", "{event}", "Events posted for resources.", "type", "reason"
        )
        self.healed = self.counter(
            "pagewire.operator.watch.missed",
            "{change}",
            "Changes that no watch told and a list showed; anything but 0 deserves a look.",
            "kind",
        )
        self.calls = self.counter(
            "pagewire.operator.api.requests",
            "{request}",
            "Requests to the API server.",
            "verb",
            "resource",
            "code",
        )
        self.graph = self.histogram(
            "pagewire.operator.graph.duration",
            "s",
            "Time of a request to the Graph API; error.type is the class of Meta's refusal, and empty if all went well; the "
            "status is empty if there was no answer.",
            "http.request.method",
            "url.template",
            "server.address",
            "http.response.status_code",
            "error.type",
            bounds=_SPREAD,
        )

    def _of_the_queue(self) -> None:
        self.leader = self.gauge("pagewire.operator.leader", "1", "1 on the replica that is the one at work.")
        self.queue_depth = self.gauge("pagewire.operator.queue.depth", "{resource}", "Resources in line.")
        self.queue_planned = self.gauge("pagewire.operator.queue.planned", "{resource}", "Resources due later.")
        self.queue_busy = self.gauge("pagewire.operator.queue.busy", "{resource}", "Resources being worked on.")
        self.queue_oldest = self.gauge(
            "pagewire.operator.queue.oldest.age", "s", "How long the first in line has waited."
        )

    def _of_resources(self) -> None:
        self.resources = self.gauge(
            "pagewire.operator.resources",
            "{resource}",
            "Resources by what they say of themselves.",
            "kind",
            "type",
            "status",
            "reason",
        )
        self.condition = self.gauge(
            "pagewire.operator.resource.condition",
            "1",
            "1 for the status that a condition of a resource has, 0 for the others.",
            "kind",
            "namespace",
            "name",
            "type",
            "status",
        )

    def _of_accounts(self) -> None:
        self.subscribed = self.gauge(
            "pagewire.page.subscribed",
            "1",
            "1 if Meta sends the account's webhooks to its app, as last seen; 0 if not.",
            "kind",
            "namespace",
            "name",
        )
        self.expiration = self.gauge(
            "pagewire.page.token.expiration.timestamp",
            "s",
            "When the token of the account ends, or the data access behind it if that is sooner, in seconds since 1970; "
            "none if neither ends, or that is not known.",
            "kind",
            "namespace",
            "name",
        )

    def _of_itself(self) -> None:
        self.dropped = self.tally(
            "pagewire.telemetry.dropped",
            "{item}",
            "Spans and log records that were recorded and never exported, and why: queue_full or failed.",
            "signal",
            "reason",
        )
        self.removed = self.tally(
            "pagewire.telemetry.attributes.removed",
            "{attribute}",
            "Attributes that are on no allow-list, and were kept from exporters.",
            "signal",
        )
        self.overflow = self.tally(
            "pagewire.telemetry.overflow",
            "{value}",
            "Values that share one series named overflow, as their metric had 2,000 sets of labels already.",
            "metric",
        )
        self.overflow.read = self.overflows
        self.build = self.gauge("pagewire.build.info", "1", "This operator.", "version", "python")
