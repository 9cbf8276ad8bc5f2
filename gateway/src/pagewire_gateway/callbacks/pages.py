"""The page on which a person reads how their deletion stands. It names nobody. Pure."""

from datetime import UTC, datetime

from pagewire_gateway.login.html import page
from pagewire_gateway.people.port import DeletionStatus

_FOOT = "This page belongs to the company whose app you used; it runs Pagewire to answer its messages."


def status(found: DeletionStatus) -> str:
    """How far a deletion is."""
    asked = f"<p>You asked for the deletion of your data on {_day(found.requested)}.</p>"
    code = f'<p class="soft">Confirmation code: {found.id}</p>'
    matched = sum(subject.object != "app" for subject in found.subjects)
    title, said = _progress(found)
    return page(title, f"{asked}<p>{said}</p><p>{_scope(matched)}</p>{code}", _FOOT)


def unknown() -> str:
    """There is no such deletion."""
    said = "There is no deletion with this confirmation code. Check that the address was copied whole."
    return page("Nothing found", f'<p role="alert">{said}</p>', _FOOT)


def _progress(found: DeletionStatus) -> tuple[str, str]:
    if found.state == "done":
        return "Your data were deleted", f"It was completed on {_day(found.finished)}."
    if found.state == "parked":
        return "Deletion in progress", "Most of it is done. A part needs a person to look at it; that was told to them."
    return "Deletion in progress", "Nothing is sent to you any more. This page will say when it is complete."


def _scope(matched: int) -> str:
    login = "What this app knew of you by your login is part of it."
    if matched:
        accounts = "one account" if matched == 1 else f"{matched} accounts"
        return f"{login} So are your conversations with {accounts} of the company."
    return (
        f"{login} Messages you wrote to a Page or an Instagram account are kept under other ids, which could not be "
        "matched with your login. To have them deleted too, write so to that Page or account."
    )


def _day(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%d %B %Y").lstrip("0")
