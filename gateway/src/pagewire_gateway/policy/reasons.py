"""Why something is not sent: the codes, for metrics and programs, and their meaning, for the reference."""

from enum import StrEnum


class Reason(StrEnum):
    """The code of a refusal, or of a wait.

    Codes are for programs and metrics and keep their meaning; the sentence that comes with one is for people.
    """

    # The person.
    NEVER_WROTE = "never_wrote"
    """The person has not written to this account yet, and only people may start a conversation."""
    WINDOW_CLOSED = "window_closed"
    """24 hours have passed since the person last acted, and nothing else allows this message."""
    QUOTE_TOO_LATE = "quote_too_late"
    """The message quotes another one, which Meta allows within 24 hours only; without the quote it could go."""
    UNREACHABLE = "unreachable"
    """Meta says that this person cannot be written to: gone, blocked or muted. Ends when they write again."""

    # The thread.
    OWNED_ELSEWHERE = "owned_elsewhere"
    """Another app, or a person in Meta's inbox, has the conversation."""
    META_AUTOMATION = "meta_automation"
    """Meta's own automated questions have the conversation; it is waited for."""

    # Tags.
    HUMAN_AGENT_NOT_APPROVED = "human_agent_not_approved"
    """A person's answer after 24 hours needs the Human Agent feature, and the app does not have it."""
    HUMAN_AGENT_EXPIRED = "human_agent_expired"
    """7 days have passed since the person last acted: even a person's answer may not go any more."""
    TAG_RETIRED = "tag_retired"
    """Meta has retired this message tag."""
    TAG_UNKNOWN = "tag_unknown"
    """Meta has no message tag of this name."""
    TAG_NOT_ALLOWED = "tag_not_allowed"
    """The tag exists, but not for this author, body or surface."""
    TAG_WARNED = "tag_warned"
    """Meta warned that tags are misused with this person: nothing tagged goes to them for seven days."""

    # What a surface cannot do.
    NOT_ON_SURFACE = "not_on_surface"
    """This kind of message does not exist on this surface."""
    NOT_SUPPORTED = "not_supported"
    """Meta has ended this kind of message, or Pagewire does not send it."""

    # Private replies.
    ALREADY_ANSWERED = "already_answered"
    """The comment or post has had its one private reply."""
    COMMENT_TOO_OLD = "comment_too_old"
    """A comment or post may be answered privately for 7 days."""
    NO_THREAD_YET = "no_thread_yet"
    """A comment opens no thread: no typing, no reaction, only the one private reply."""

    # The account.
    ACCOUNT_RESTRICTED = "account_restricted"
    """Meta has restricted the account for a time; everything waits."""

    # What Meta said.
    REFUSED_BY_META = "refused_by_meta"
    """Meta's rules forbade it in a way that could not be known here; the sentence quotes Meta's codes."""
    EARLIER_PART = "earlier_part"
    """An earlier part of the same answer was not sent, and the rest makes no sense alone."""
