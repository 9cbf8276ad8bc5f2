"""How an administrative call fails: the classes of `pagewire.graph.errors`, with what an operator must know beside.

Every error here is an `AdminError` and at the same time the exception of its kind, so both of these work:

    except Reauth: ...                 the token or its permissions
    except AdminError as error:        anything; `error.kind` says which
        if error.secret_refused: ...

Nothing in an error is a token, a secret or a URL.
"""

from typing import Any

import msgspec

from pagewire.graph.admin.served import Served
from pagewire.graph.errors import ERRORS, Backoff, ErrorClass, GraphError

__all__ = ["AdminError", "Facts", "Later", "failure"]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about a failed call besides Meta's codes; see `AdminError`."""

    call: str = ""
    served: Served = Served()
    names: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    secret_refused: bool = False
    held: bool = False


class AdminError(GraphError):
    """An administrative call did not end as asked.

    Args:
        said: what went wrong; shortened and redacted.
        facts: what is known besides Meta's codes.
        codes: those of `GraphError`.
    """

    def __init__(self, said: str = "", *, facts: Facts = Facts(), **codes: Any) -> None:  # noqa: B008 - frozen
        self._facts = facts
        self._codes = codes
        super().__init__(said, **codes)

    @property
    def call(self) -> str:
        """Which call, such as `POST /{page}/subscribed_apps`; without ids, fit for a metric's label."""
        return self._facts.call

    @property
    def served(self) -> Served:
        """What the headers of Meta's answer say."""
        return self._facts.served

    @property
    def names(self) -> tuple[str, ...]:
        """What in the request Meta objects to, such as names of webhook fields; empty if it does not say."""
        return self._facts.names

    @property
    def permissions(self) -> tuple[str, ...]:
        """Permissions that Meta names as needed; often any one of them is enough."""
        return self._facts.permissions

    @property
    def secret_refused(self) -> bool:
        """Whether the app secret is wrong or missing. A new token would not help; webhook signatures fail too."""
        return self._facts.secret_refused

    @property
    def token_refused(self) -> bool:
        """Whether Meta does not accept the token (codes 102 and 190) and a new one is needed."""
        return self.code in {102, 190} and not self.secret_refused

    @property
    def gone(self) -> bool:
        """Whether the object does not exist or cannot be seen with this token (codes 100/33 and 803)."""
        return self.code == 803 or (self.code == 100 and self.subcode == 33)

    @property
    def callback_unverified(self) -> bool:
        """Whether Meta asked the callback URL and got no, or a wrong, answer (codes 2200 and 2201)."""
        return self.code in {2200, 2201}

    @property
    def held(self) -> bool:
        """Whether this is a remembered refusal: the very same request was refused before, so Meta was not asked."""
        return self._facts.held

    def remembered(self, retry_after: float) -> "AdminError":
        """The same refusal, told again without asking Meta; `retry_after` seconds from now Meta is asked again."""
        codes = {**self._codes, "retry_after": retry_after, "usage": None}
        return type(self)(self.said, facts=msgspec.structs.replace(self._facts, held=True), **codes)

    def _sentence(self) -> str:
        said = super()._sentence()
        return f"{self.call}: {said}" if self.call else said


class Later(AdminError, Backoff):
    """Our own budget says later; Meta was not asked.

    Next: come back after `retry_after` seconds.
    """

    advice = "Meta was not asked; it is tried again later by itself."


_ADVICE: dict[ErrorClass, str] = {
    ErrorClass.BACKOFF: "Wait, then ask again; calls made meanwhile prolong the limit.",
    ErrorClass.AMBIGUOUS: "Read what is true at Meta, then ask again: administrative calls may be repeated.",
    ErrorClass.REAUTH: "Renew the token, or grant its permissions for this object again.",
    ErrorClass.CONFIG: "Only a change in the app's or the Page's settings at Meta, or in the resource, helps.",
    ErrorClass.PERMANENT: "Change the resource; the same request would be refused again.",
}


def _made(kind: ErrorClass, base: type[GraphError]) -> type[AdminError]:
    body = {"advice": _ADVICE.get(kind, base.advice), "__doc__": base.__doc__, "__module__": __name__}
    return type(base.__name__, (AdminError, base), body)


_ERRORS = {kind: _made(kind, base) for kind, base in ERRORS.items()}


def failure(kind: ErrorClass, said: str, facts: Facts, **codes: Any) -> AdminError:
    """Make the error of `kind`; `codes` are those of `GraphError`."""
    return _ERRORS[kind](said, facts=facts, **codes)
