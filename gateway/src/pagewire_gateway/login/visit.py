"""What is carried through a login: the ticket of the link, what was begun, and how it ended. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from pagewire_gateway.registry.port import LoginToken

MOST_TOKENS: Final = 20
"""AccessTokens of one link; the cookie has to hold their names."""

DIALOG_SECONDS: Final = 900
"""How long somebody may take in the dialog. Meta's own codes live for ten minutes."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What a login link allows: a login for these tokens, once, for a while.

    Attributes:
        id: unguessable; what is remembered of a link that was used.
        tokens: AccessTokens, each as ``namespace/name``.
        until: seconds since 1970.
    """

    id: str
    tokens: tuple[str, ...]
    until: int


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A dialog that somebody was sent to.

    Attributes:
        state: what has to come back with the answer, once.
        chosen: places of the tokens that were chosen, in those of the ticket.
        until: seconds since 1970.
    """

    state: str
    chosen: tuple[int, ...]
    until: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """How it ended for one token.

    Attributes:
        token: its name.
        title: the Page or account, as people call it.
        connected: whether the token was stored.
        said: what is missing, a sentence each.
    """

    token: str
    title: str
    connected: bool
    said: tuple[str, ...] = ()


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """How a login ended.

    Attributes:
        who: the name Meta knows the person by; empty if it never came to that.
        lines: one for each token that was chosen.
        others: Pages and accounts that were granted too, and that no chosen token is for.
        problem: why nothing came of it; empty if something did.
        again: whether asking once more, for what was declined, can help.
    """

    who: str = ""
    lines: tuple[Line, ...] = ()
    others: tuple[str, ...] = ()
    problem: str = ""
    again: bool = False

    @property
    def connected(self) -> bool:
        """Whether any token was stored."""
        return any(line.connected for line in self.lines)


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """All that the browser keeps, sealed. It holds no token, no code and no secret.

    Attributes:
        ticket: the link it came by.
        begun: the dialog it was sent to, until the answer came.
        story: how the last dialog ended.
    """

    ticket: Ticket
    begun: Begun | None = None
    story: Story | None = None


def chosen(visit: Visit) -> set[str]:
    """The names of the tokens that somebody was sent to the dialog for."""
    names, places = visit.ticket.tokens, visit.begun.chosen if visit.begun is not None else ()
    return {names[place] for place in places if place < len(names)}


def shorter(story: Story) -> Iterator[Story]:
    """A story in fewer and fewer words, the last of which fit into any cookie: how it ended matters most."""
    yield story
    lines = tuple(msgspec.structs.replace(line, title=line.title[:40], said=line.said[:1]) for line in story.lines)
    yield msgspec.structs.replace(story, lines=lines, others=())
    bare = tuple(msgspec.structs.replace(line, title=line.title[:20], said=()) for line in story.lines)
    yield msgspec.structs.replace(story, lines=bare, others=())
    yield msgspec.structs.replace(story, lines=tuple(_counted(story.lines)), others=())


def _counted(lines: Sequence[Line]) -> Iterator[Line]:
    for connected in (True, False):
        count = sum(line.connected is connected for line in lines)
        said = (
            ()
            if connected
            else ("There are too many to be listed here. A link for fewer of them says what is missing.",)
        )
        if count:
            yield Line(token=f"{count} AccessTokens", title=f"{count} of {len(lines)}", connected=connected, said=said)


def title_of(token: LoginToken) -> str:
    """What a token is for, before anybody logged in."""
    if token.page_id:
        return f"Page {token.page_id}"
    if token.provider == "Instagram":
        return f"Instagram account {', '.join(token.accounts)}" if token.accounts else "Instagram account"
    return "Facebook account"


def full_name(token: LoginToken) -> str:
    """``namespace/name``."""
    return f"{token.namespace}/{token.name}"
