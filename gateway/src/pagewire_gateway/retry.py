"""When to try again, and when to stop trying. Pure: attempt in, decision out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient the gateway is.

    Attributes:
        attempts: hook calls or requests before the work is parked.
        first: pause before the second attempt, seconds.
        factor: how much each pause grows.
        longest: longest pause, seconds.
        jitter: share of a pause that is left to chance, so that failures do not march in step.
        patience: seconds for which a plugin may put an event off with `TryLater`, however often; a system that is down
            for a night must not park what could be handled in the morning.
    """

    attempts: int = 10
    first: float = 1.0
    factor: float = 3.0
    longest: float = 600.0
    jitter: float = 0.5
    patience: float = 3 * 86_400.0


@dataclass(frozen=True, slots=True)
class Again:
    """Try again after so many seconds."""

    after: float


@dataclass(frozen=True, slots=True)
class Park:
    """Stop trying; keep the work, show it, and let people replay it."""


Decision = Again | Park


def decide(policy: RetryPolicy, attempt: int, chance: float, *, after: float | None = None) -> Decision:
    """What to do after a failed attempt.

    Args:
        policy: how patient to be.
        attempt: the attempt that failed, counted from 1.
        chance: a random number from 0 to 1; the caller draws it.
        after: pause the failure itself asked for, seconds; it is kept, with jitter added and never taken away.
    """
    if attempt >= policy.attempts:
        return Park()
    return Again(pause_before(policy, attempt, chance, after))


def put_off(policy: RetryPolicy, attempt: int, chance: float, *, after: float | None, age: float) -> Decision:
    """What to do when a plugin asked to get an event later.

    Args:
        policy: how patient to be.
        attempt: the attempt that ended so, counted from 1.
        chance: a random number from 0 to 1; the caller draws it.
        after: seconds it asked for, or ``None``.
        age: seconds since the event was received.
    """
    return Park() if age > policy.patience else Again(pause_before(policy, attempt, chance, after))


def pause_before(policy: RetryPolicy, attempt: int, chance: float, after: float | None) -> float:
    """Seconds until the attempt after this one; what was asked for is lengthened by jitter, never shortened."""
    if after is not None:
        return after * (1 + 0.1 * chance)
    grown = policy.first * policy.factor ** min(attempt - 1, 30)
    return min(grown, policy.longest) * (1 - policy.jitter * chance)
