"""Records roots that were chosen, and what belongs to them."""

from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.util.types import Attributes

from pagewire.telemetry.tracing import CHOSEN


class Chosen(Sampler):
    """A root is recorded if its context says so: the choice was made before. So a plugin's spans never stand alone."""

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,  # noqa: ARG002 - the SDK's shape
        name: str,  # noqa: ARG002
        kind: SpanKind | None = None,  # noqa: ARG002
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,  # noqa: ARG002
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """Record it, or not."""
        chosen = bool(parent_context and parent_context.get(CHOSEN))
        return SamplingResult(Decision.RECORD_AND_SAMPLE if chosen else Decision.DROP, attributes, trace_state)

    def get_description(self) -> str:
        """Its name."""
        return "PagewireChosen"


def sampler() -> Sampler:
    """What belongs to something recorded is, and of roots those that were chosen."""
    return ParentBased(root=Chosen())
