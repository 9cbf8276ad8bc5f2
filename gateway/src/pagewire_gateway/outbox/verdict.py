"""What a failed request means for its row and its account. Pure.

The classes are those of Meta's error tables, as `pagewire.graph.errors` names them.
"""

from msgspec import Struct

from pagewire.graph import errors
from pagewire_gateway.journal.port import OutboxState
from pagewire_gateway.retry import Again, RetryPolicy, decide

_FETCH_FAILED = 2018008
_THROTTLED = 30.0
"""Seconds an account rests when Meta throttles it without saying for how long."""


class Verdict(Struct, frozen=True, kw_only=True):
    """What to do after a request.

    Attributes:
        state: the row's next state; ``queued`` means once more.
        reason: for people; empty after success.
        mid: Meta's message id after success.
        after: for ``queued``, seconds until the next request.
        counts: whether the attempt uses up the row's patience.
        rest: seconds the whole account rests; 0 for none.
        label: the reason in one word, for a metric.
    """

    state: OutboxState
    reason: str = ""
    mid: str = ""
    after: float = 0.0
    counts: bool = True
    rest: float = 0.0
    label: str = "other"


def of_error(error: errors.GraphError, attempts: int, policy: RetryPolicy, pause: float, chance: float) -> Verdict:
    """Read an error.

    Args:
        error: what the client raised.
        attempts: requests made, this one included.
        policy: patience with a row.
        pause: seconds an account rests after its token or its access was refused.
        chance: random number from 0 to 1, for jitter.
    """
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, errors.Backoff):
        rest = max(error.retry_after or _THROTTLED, 1.0) * (1 + 0.1 * chance)
        return Verdict(state="queued", reason=reason, counts=False, rest=rest)
    if isinstance(error, errors.Reauth) and error.token_broken:
        return Verdict(state="queued", reason=reason, counts=False, rest=pause)
    if _may_pass(error, attempts):
        return _again(reason, attempts, policy, chance, rest=pause if isinstance(error, errors.Config) else 0.0)
    state: OutboxState = next((state for kind, state in _ENDS if isinstance(error, kind)), "parked")
    return Verdict(state=state, reason=reason, label=type(error).__name__.lower())


_ENDS: tuple[tuple[type[errors.GraphError], OutboxState], ...] = (
    (errors.Ambiguous, "unknown"),
    (errors.Done, "sent"),
    (errors.Policy, "refused"),
    (errors.Unreachable, "refused"),
    (errors.Thread, "refused"),
)


def _may_pass(error: errors.GraphError, attempts: int) -> bool:
    """Whether the same request may succeed later; a failed fetch of an attachment is worth one more try."""
    if isinstance(error, errors.Media):
        return error.subcode == _FETCH_FAILED and attempts == 1
    return isinstance(error, errors.NotSent | errors.Config)


def _again(reason: str, attempts: int, policy: RetryPolicy, chance: float, rest: float = 0.0) -> Verdict:
    decision = decide(policy, attempts, chance)
    if isinstance(decision, Again):
        return Verdict(state="queued", reason=reason, after=decision.after, rest=rest)
    return Verdict(state="parked", reason=reason, label="spent")
