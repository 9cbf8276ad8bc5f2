"""What a failed request means for its row and its account. Pure.

The classes are those of Meta's error tables, as `pagewire.graph.errors` names them.
"""

from typing import Final

from msgspec import Struct

from pagewire.graph import errors
from pagewire_gateway.budgets.troubles import Trouble
from pagewire_gateway.journal.port import OutboxState
from pagewire_gateway.policy import Reason
from pagewire_gateway.retry import Again, RetryPolicy, decide

TAG_RETIRED: Final = 1893061
HUMAN_AGENT_REFUSED: Final = 2018276
TAG_MISUSED: Final = 2018338
META_AUTOMATION: Final = 2018321
WINDOW_CLOSED: Final = frozenset({2018278, 2534022, 2018065})

_FETCH_FAILED: Final = 2018008
_NOT_REPLYABLE: Final = 2534025
_BLOCKED_TOO_SOON: Final = 3802
_APP_LIMIT: Final = 4
_NETWORK_PAUSE: Final = 1.0
"""Seconds an account rests when Meta cannot be reached; the budget lets it grow while that lasts."""
_AUTOMATION_PAUSE: Final = 30.0
"""Seconds until a thread that Meta's own questions have is tried again."""


class Verdict(Struct, frozen=True, kw_only=True):
    """What to do after a request.

    Attributes:
        state: the row's next state; ``queued`` means once more.
        reason: for people; empty after success.
        code: the reason as a code; empty after success.
        mid: Meta's message id after success.
        after: for ``queued``, seconds until the next request.
        counts: whether the attempt uses up the row's patience.
        rest: seconds the whole account rests; 0 for none.
        trouble: what ails the whole account.
        whole_app: the rest is for every account of the app.
        untag: Meta refused the message tag: decide again without one.
        error: what Meta or the network said.
    """

    state: OutboxState
    reason: str = ""
    code: str = ""
    mid: str = ""
    after: float = 0.0
    counts: bool = True
    rest: float = 0.0
    trouble: Trouble = ""
    whole_app: bool = False
    untag: bool = False
    error: errors.GraphError | None = None


class Patience(Struct, frozen=True, kw_only=True):
    """How much may still be tried.

    Attributes:
        attempts: requests made, this one included.
        policy: patience with a row.
        pause: seconds an account rests after its token or its access was refused.
        throttled: seconds an account rests when Meta throttles it without saying for how long.
        chance: random number from 0 to 1, for jitter.
        healthy: other requests of the account went well since this row was last tried.
        private: it is the one private reply of a comment or post.
        gives_away: it hands the conversation to somebody else.
    """

    attempts: int
    policy: RetryPolicy
    pause: float
    throttled: float
    chance: float
    healthy: bool = False
    private: bool = False
    gives_away: bool = False


def of_error(error: errors.GraphError, patience: Patience, *, tagged: bool = False) -> Verdict:
    """Read an error; `tagged` if the request carried a message tag."""
    reason = f"{type(error).__name__}: {error}"
    if tagged and error.subcode in {TAG_RETIRED, HUMAN_AGENT_REFUSED}:
        return Verdict(state="queued", reason=reason, code="tag_refused", counts=False, untag=True, error=error)
    found = _account(error, patience, reason) or _again(error, patience, reason)
    return found or _end(error, patience, reason)


def _account(error: errors.GraphError, patience: Patience, reason: str) -> Verdict | None:
    """The trouble is the account's: the row waits, and none of its patience is used up."""
    if isinstance(error, errors.Backoff) and error.code != _BLOCKED_TOO_SOON:
        rest = max(error.retry_after or patience.throttled, 0.1) * (1 + 0.1 * patience.chance)
        return _waits(error, reason, "throttled", rest)
    if isinstance(error, errors.NotSent) and not _of_a_deed(error):
        return _waits(error, reason, "network", _NETWORK_PAUSE)
    if isinstance(error, errors.Reauth):
        return _waits(error, reason, "token", patience.pause)
    # A request that fails while others go is at fault itself, whatever Meta calls it.
    if isinstance(error, errors.Config) and not patience.healthy:
        return _waits(error, reason, "config", patience.pause)
    return None


def _of_a_deed(error: errors.GraphError) -> bool:
    """Whether it had no clear answer, but may be asked again without harm: a thread that is passed twice is passed."""
    return isinstance(error, errors.NotSent) and isinstance(error.__cause__, errors.Ambiguous)


def _waits(error: errors.GraphError, reason: str, trouble: Trouble, rest: float) -> Verdict:
    return Verdict(
        state="queued",
        reason=reason,
        code=trouble,
        counts=False,
        rest=rest,
        trouble=trouble,
        whole_app=error.code == _APP_LIMIT,
        error=error,
    )


def _again(error: errors.GraphError, patience: Patience, reason: str) -> Verdict | None:
    """The same request may succeed later; a failed fetch of an attachment is worth one more try."""
    later = error.subcode == META_AUTOMATION
    once = isinstance(error, errors.Media) and error.subcode == _FETCH_FAILED and patience.attempts == 1
    if not (later or once or isinstance(error, errors.Config | errors.Backoff) or _of_a_deed(error)):
        return None
    decision = decide(patience.policy, patience.attempts, patience.chance)
    if isinstance(decision, Again):
        after = max(decision.after, _AUTOMATION_PAUSE) if later else decision.after
        return Verdict(state="queued", reason=reason, code=_code(error), after=after, error=error)
    return None if later else Verdict(state="parked", reason=reason, code="spent", error=error)


def _end(error: errors.GraphError, patience: Patience, reason: str) -> Verdict:
    state: OutboxState = next((state for kind, state in _ENDS if isinstance(error, kind)), "parked")
    if isinstance(error, errors.Done) or (patience.private and error.subcode == _NOT_REPLYABLE):
        # Used up: by an earlier request of this row that had no clear answer, if there was one; by somebody else if not.
        state = "sent" if patience.attempts > 1 else "refused"
        return Verdict(state=state, reason=reason, code=Reason.ALREADY_ANSWERED, error=error)
    if patience.gives_away and patience.attempts > 1 and _code(error) == Reason.OWNED_ELSEWHERE:
        # An earlier request, whose answer was lost, did it: what is handed over cannot be handed over again.
        return Verdict(state="sent", reason=reason, error=error)
    return Verdict(state=state, reason=reason, code=_code(error), error=error)


_ENDS: Final[tuple[tuple[type[errors.GraphError], OutboxState], ...]] = (
    (errors.Ambiguous, "unknown"),
    (errors.Policy, "refused"),
    (errors.Unreachable, "refused"),
    (errors.Thread, "refused"),
)


def _code(error: errors.GraphError) -> str:
    if isinstance(error, errors.Unreachable):
        return Reason.UNREACHABLE
    if isinstance(error, errors.Thread):
        return Reason.META_AUTOMATION if error.subcode == META_AUTOMATION else Reason.OWNED_ELSEWHERE
    if isinstance(error, errors.Policy):
        return Reason.WINDOW_CLOSED if error.subcode in WINDOW_CLOSED else Reason.REFUSED_BY_META
    return error.kind.value
