"""How a call to the Graph API fails: one exception a class of `pagewire.graph.codes`.

    GraphError                    Meta did not do what was asked, or nobody knows
    ├── Retryable                 nothing was done; the same request may be sent again
    │   ├── NotSent               it never left: DNS, TCP, TLS, no free connection
    │   └── Backoff               too many or too early: wait, for the whole Page
    ├── Ambiguous                 it may have been done: look before sending again
    ├── Rejected                  nothing was done, and asking again changes nothing
    │   ├── Reauth                the token or its permissions
    │   ├── Config                a setting at Meta
    │   ├── Permanent             this request
    │   ├── Unreachable           this person
    │   ├── Policy                the messaging window, a tag, an opt-in
    │   ├── Media                 the attachment
    │   └── Thread                another app holds the conversation
    ├── Done                      it was already done
    └── Ignore                    something optional is missing; go on without

`classify` decides which one it is. The sentence of an error holds Meta's codes and trace id, a shortened and redacted
form of Meta's English message, and what to do next; never a token, a URL, the text of a message or Meta's localised
texts, so it may be logged, stored and shown.
"""

from typing import ClassVar

from pagewire.graph.codes import ErrorClass, Fault, classify, classify_profile, is_known
from pagewire.graph.redaction import redact
from pagewire.graph.usage import Usage

__all__ = [
    "ERRORS",
    "Ambiguous",
    "Backoff",
    "Config",
    "Done",
    "ErrorClass",
    "Fault",
    "GraphError",
    "Ignore",
    "Media",
    "NotSent",
    "Permanent",
    "Policy",
    "Reauth",
    "Rejected",
    "Retryable",
    "Thread",
    "Unreachable",
    "classify",
    "classify_profile",
    "is_known",
]


class GraphError(Exception):
    """A call to the Graph API did not end as asked; catch a subclass to know what to do.

    Args:
        said: what went wrong; it is shortened and redacted here.
        code: Meta's `error.code`.
        subcode: Meta's `error.error_subcode`.
        fbtrace_id: Meta's name for this call; it expires soon at Meta's side, so log it at once.
        http_status: status of the answer; `None` without an answer.
        retry_after: seconds to wait at least, from the usage headers or `Retry-After`; `None` if neither says so.
        usage: the usage headers of the answer.
    """

    kind: ClassVar[ErrorClass]
    advice: ClassVar[str] = ""

    def __init__(
        self,
        said: str = "",
        *,
        code: int | None = None,
        subcode: int | None = None,
        fbtrace_id: str | None = None,
        http_status: int | None = None,
        retry_after: float | None = None,
        usage: Usage | None = None,
    ) -> None:
        self.said = redact(said)
        self.code = code
        self.subcode = subcode
        self.fbtrace_id = redact(fbtrace_id)[:64] if fbtrace_id else None
        self.http_status = http_status
        self.retry_after = retry_after
        self.usage = usage
        super().__init__(self._sentence())

    @property
    def known(self) -> bool:
        """Whether Meta's pair of codes is in the table; alert on an unknown one, with its `fbtrace_id`."""
        return self.code is None or is_known(self.code, self.subcode)

    def _sentence(self) -> str:
        facts = {"HTTP": self.http_status, "code": self.code, "subcode": self.subcode, "trace": self.fbtrace_id}
        listed = ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
        return " ".join(filter(None, (self.said, f"({listed})" if listed else "", self.advice)))


class Retryable(GraphError):
    """Nothing was done. Next: send the very same request again, with back-off."""


class NotSent(Retryable):
    """The request never left: no name, no connection, no TLS, or no free connection in time.

    Next: send it again with back-off; no duplicate can come of it. If it lasts, look at DNS, the egress policy, the
    proxy and the certificates.
    """

    kind = ErrorClass.NOT_SENT
    advice = "Nothing was sent; it is safe to try again. If it lasts, check DNS, egress rules, proxy and certificates."


class Backoff(Retryable):
    """Meta refused because of load, or because it is too early.

    Next: stop all calls for this Page (code 4: for the whole app), wait `retry_after` or, without it, an exponential
    pause of a minute or more, then send the same request. Calls made meanwhile prolong the limit.
    """

    kind = ErrorClass.BACKOFF
    advice = "Pause all calls for this Page, then send the same request; calls made meanwhile prolong the limit."


class Ambiguous(GraphError):
    """The request may have been carried out: no whole, readable answer, or one that says "unknown".

    Next: after a send, wait for the echo with its `metadata`, then read the conversation, and resend at most once.
    After a read there is nothing to reconcile: ask again.
    """

    kind = ErrorClass.AMBIGUOUS
    advice = "It may have been done: look for the echo or in the conversation before sending it again."


class Rejected(GraphError):
    """Nothing was done. Next: act as the subclass says; the same request would be refused again."""


class Reauth(Rejected):
    """Meta does not accept the token, or it lost a permission.

    Next: pause the channel, keep its queue and ask an operator to reconnect. Only `token_broken` proves the token
    bad; otherwise ask `debug_token` before saying so.
    """

    kind = ErrorClass.REAUTH
    advice = "Pause the channel and renew its token or permissions; what is queued can go afterwards."

    @property
    def token_broken(self) -> bool:
        """Whether the token itself is refused (codes 102 and 190, or one that cannot be a token)."""
        return self.code in {None, 102, 190}


class Config(Rejected):
    """Something at Meta stands in the way: app mode, access level, a restriction, a wrong app secret.

    Next: pause the channel and tell an operator; only a change at Meta or in the resource helps.
    """

    kind = ErrorClass.CONFIG
    advice = "Pause the channel and have an operator change the setting at Meta."


class Permanent(Rejected):
    """This request is wrong and will never go, or Meta's answer is not known to the table.

    Next: park the request. If `known` is false, report code, subcode and trace id.
    """

    kind = ErrorClass.PERMANENT
    advice = "Park this request; it would be refused again as it is."


class Unreachable(Rejected):
    """This person cannot be written to: gone, blocked the Page, or never wrote to it.

    Next: stop automated sends to this person until they write again.
    """

    kind = ErrorClass.UNREACHABLE
    advice = "Send nothing more to this person until they write again."


class Policy(Rejected):
    """A rule forbids it: the messaging window is closed, the tag is not allowed, the person opted out.

    Next: close the window locally and tell the plugin; a new message of the person opens it again.
    """

    kind = ErrorClass.POLICY
    advice = "Close the messaging window for this conversation; it opens when the person writes."


class Media(Rejected):
    """Meta could not fetch or take the attachment.

    Next: check that the URL answers fast with the right type and size, or upload the file again; one retry is fair
    when only the fetch failed.
    """

    kind = ErrorClass.MEDIA
    advice = "Check the attachment's URL, type and size, or upload it again."


class Thread(Rejected):
    """Another app, or Meta's own automation, holds the conversation.

    Next: wait for it, or ask for the control of the conversation; do not repeat the send.
    """

    kind = ErrorClass.THREAD
    advice = "Wait for the conversation to come back, or request its control."


class Done(GraphError):
    """What was asked is already the case, such as a comment that has its private reply. Next: record it."""

    kind = ErrorClass.DONE
    advice = "Nothing is left to do; record it as done."


class Ignore(GraphError):
    """Something optional cannot be read: a profile without consent, a deleted message. Next: go on without it."""

    kind = ErrorClass.IGNORE
    advice = "Go on without it."


ERRORS: dict[ErrorClass, type[GraphError]] = {
    error.kind: error
    for error in (
        NotSent,
        Backoff,
        Ambiguous,
        Reauth,
        Config,
        Permanent,
        Unreachable,
        Policy,
        Media,
        Thread,
        Done,
        Ignore,
    )
}
"""The exception of every class that `classify` can answer."""
