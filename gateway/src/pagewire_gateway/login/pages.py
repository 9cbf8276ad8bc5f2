"""What people read during a login. Pure; everything that came from outside is escaped."""

from collections.abc import Sequence
from html import escape

from pagewire_gateway.registry.port import LoginToken

from .html import page
from .visit import Line, Story, full_name, title_of

_NOTE = "Nothing is changed before the login is complete."
_TICKED = "If you connected other Pages before, leave them ticked when Facebook asks: it ends the connection of those you untick."


def begin(tokens: Sequence[LoginToken]) -> str:
    """The first page: what will be connected."""
    facebook = [token for token in tokens if token.provider == "Facebook"]
    instagram = [token for token in tokens if token.provider == "Instagram"]
    parts = ["<p>You were asked to connect:</p>"]
    if facebook:
        parts.append(_form(facebook, "Continue with Facebook"))
    parts += [_form([token], "Continue with Instagram") for token in instagram]
    parts.append(f'<p class="soft">{_NOTE} {_TICKED if facebook else ""}</p>')
    return page("Connect your messages", "\n".join(parts))


def end(story: Story, tokens: Sequence[LoginToken]) -> str:
    """The last page: what came of it."""
    parts = [f'<p role="alert">{escape(story.problem)}</p>'] if story.problem else []
    if story.who:
        parts.append(f"<p>You logged in as <b>{escape(story.who)}</b>.</p>")
    if story.lines:
        parts.append(f"<ul>{''.join(_line(line) for line in story.lines)}</ul>")
    if story.others:
        listed = "".join(f"<li>{escape(other)}</li>" for other in story.others)
        parts.append(f"<h2>Also granted, and not used here</h2><ul>{listed}</ul>")
    parts.append(_next(story, tokens))
    return page(_title(story), "\n".join(parts))


def refused(title: str, said: str) -> str:
    """A page for what cannot go on."""
    return page(title, f'<p role="alert">{escape(said)}</p>')


def _form(tokens: Sequence[LoginToken], button: str) -> str:
    if len(tokens) == 1:
        chosen = f'<input type="hidden" name="token" value="{escape(full_name(tokens[0]))}">'
        rows = f"<ul><li>{_what(tokens[0])}</li></ul>"
        return f'<form method="post">{chosen}{rows}<button>{button}</button></form>'
    rows = "".join(
        f'<li><label><input type="checkbox" name="token" value="{escape(full_name(token))}" checked>'
        f"<span>{_what(token)}</span></label></li>"
        for token in tokens
    )
    return f'<form method="post"><ul>{rows}</ul><button>{button}</button></form>'


def _what(token: LoginToken) -> str:
    return f"<b>{escape(title_of(token))}</b><small>as {escape(full_name(token))}</small>"


def _title(story: Story) -> str:
    if story.lines and all(line.connected for line in story.lines):
        return "Connected"
    return "Partly connected" if story.connected else "Not connected"


def _line(line: Line) -> str:
    mood, word = ("good", "Connected") if line.connected else ("bad", "Not connected")
    said = "".join(f"<li>{escape(one)}</li>" for one in line.said)
    return (
        f'<li><b>{escape(line.title)}</b> <span class="state {mood}">{word}</span>'
        f"<small>as {escape(line.token)}</small>{f'<ul>{said}</ul>' if said else ''}</li>"
    )


def _next(story: Story, tokens: Sequence[LoginToken]) -> str:
    if not tokens:
        return "<p>You can close this page.</p>"
    chosen = "".join(f'<input type="hidden" name="token" value="{escape(full_name(token))}">' for token in tokens)
    again = '<input type="hidden" name="again" value="yes">' if story.again else ""
    word = "Ask me again" if story.again else "Try again"
    return f'<form method="post">{chosen}{again}<button>{word}</button></form>'
