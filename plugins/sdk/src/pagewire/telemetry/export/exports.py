"""What is at work while telemetry is on."""

from uuid import uuid4

from opentelemetry import trace
from opentelemetry.sdk.resources import SERVICE_INSTANCE_ID, SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider

from pagewire.telemetry.export import exporting
from pagewire.telemetry.export.guard import Guard, Queue
from pagewire.telemetry.export.logs import Logs
from pagewire.telemetry.export.pushing import push
from pagewire.telemetry.export.sampling import sampler
from pagewire.telemetry.instruments import Readings
from pagewire.telemetry.program import Program
from pagewire.telemetry.tracing import TRACING
from pagewire.telemetry.variables import Asked


class Exports:
    """The exporters of a process.

    Args:
        asked: which.
        program: whose.
    """

    def __init__(self, asked: Asked, program: Program) -> None:
        told = OTELResourceDetector().detect()
        # Several processes may push the same metrics: each is an instance of its own.
        resource = Resource.create({SERVICE_NAME: program.service, SERVICE_INSTANCE_ID: str(uuid4())}).merge(told)
        self._guards = [Guard(exporting.spans(name, asked), asked.more) for name in sorted(asked.traces)]
        self._queues = [Queue(guard) for guard in self._guards]
        self._readers = [
            push(program.metrics, resource, exporting.metrics(name, asked)) for name in sorted(asked.metrics)
        ]
        self._provider = TracerProvider(sampler(), resource, shutdown_on_exit=False)
        for queue in self._queues:
            self._provider.add_span_processor(queue)
        if asked.traces:
            trace.set_tracer_provider(self._provider)
            TRACING.use(self._provider.get_tracer("pagewire"), asked.ratio, program.common)
        self._logs = Logs(asked, resource, program.vocabulary) if asked.logs else None

    def dropped(self) -> Readings:
        """Spans and lines of the log that were lost, and why."""
        spans = [
            (("traces", "queue_full"), float(sum(queue.dropped for queue in self._queues))),
            (("traces", "failed"), float(sum(guard.failed for guard in self._guards))),
        ]
        return [*spans, *(self._logs.dropped() if self._logs else ())]

    def removed(self) -> Readings:
        """Attributes that were taken out."""
        spans = (("traces",), float(sum(guard.removed for guard in self._guards)))
        return [spans, *(self._logs.removed() if self._logs else ())]

    def shut_down(self) -> None:
        """Export what is left, and end; takes a few seconds at most if nobody listens."""
        TRACING.stop()
        self._provider.shutdown()
        for reader in self._readers:
            reader.shutdown(timeout_millis=5_000)
        # Last, as the others may have something to say.
        if self._logs:
            self._logs.shut_down()
