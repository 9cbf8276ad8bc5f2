"""What the operator writes to ``status``; the gateway reads it for nothing but the name of a token's Secret.

Scale-safe: nothing here moves unless a fact moved, so a reconciliation that found all well writes nothing. Every list
and text is bound. No token, no secret and no text people write ever goes here. Unknown fields are left alone, so an
older reader understands a newer writer; empty ones are left out, so ``kubectl get -o yaml`` stays short.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from .texts import Time

MAX_PLAN: Final = 50
MAX_LISTED: Final = 150
"""Most entries of a list of fields or scopes; more than Meta has of either."""

Word = Annotated[str, Meta(max_length=253)]
"""A name of Meta's or ours."""
Line = Annotated[str, Meta(max_length=1024)]
"""A sentence for people."""
Id = Annotated[str, Meta(max_length=64)]
Listed = Annotated[list[Word], Meta(max_length=MAX_LISTED)]


class Fact(Struct, rename="camel", frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A piece of a status. What is empty is left out when it is written."""


class Condition(Fact, frozen=True, kw_only=True):
    """One line of ``status.conditions``, as Kubernetes' meta/v1 Condition.

    Attributes:
        type: Which condition.
        status: True, False or Unknown.
        reason: Why, as one word; docs/reference/conditions.md says what to do next.
        message: Why, as a sentence.
        last_transition_time: When status last changed.
        observed_generation: The metadata.generation this was said about.
    """

    type: Annotated[str, Meta(min_length=1, max_length=316)]
    status: Literal["True", "False", "Unknown"]
    reason: Annotated[str, Meta(min_length=1, max_length=1024)]
    message: Annotated[str, Meta(max_length=32768)] = ""
    last_transition_time: Time | None = None
    observed_generation: int = 0


class PlanStep(Fact, frozen=True, kw_only=True):
    """One change that would be made at Meta if the resource were managed.

    Attributes:
        action: What would be done, as in Subscribe.
        target: To what, as in Page 108000000000001.
        detail: Names of fields and counts.
    """

    action: Word
    target: Word
    detail: Line = ""


class Status(Fact, frozen=True, kw_only=True):
    """What the five statuses share.

    Attributes:
        observed_generation: The metadata.generation that was last reconciled.
        conditions: How the resource is doing. Ready sums up the others.
        plan: What would be done at Meta, under managementPolicy Observe. Empty if all agrees.
        last_changed_at: When the operator last changed something at Meta for this resource.
        last_handled_reconcile_at: The value of annotation pagewire.dev/reconcile-at that was last acted on.
    """

    observed_generation: int = 0
    conditions: Annotated[list[Condition], Meta(max_length=20)] = []
    plan: Annotated[list[PlanStep], Meta(max_length=MAX_PLAN)] = []
    last_changed_at: Time | None = None
    last_handled_reconcile_at: Word | None = None
