"""Faults, and the way from the console's overview to the cause of each: the table of docs/how-to/find-a-fault.md.

`test_clicks.py` makes each one and clicks; the one that needs an operator is made in `registry/cluster/test_told.py`, those that
need a log-in in `test_logins.py`.
"""

from typing import Final, NamedTuple


class Fault(NamedTuple):
    """One row.

    Attributes:
        name: of the row.
        happens: in words.
        clicks: what is clicked, beginning on the overview; a part of each link's name.
        sees: what the last page says of the cause, or a part of it.
    """

    name: str
    happens: str
    clicks: tuple[str, ...]
    sees: str


FAULTS: Final = (
    Fault(
        "no-token",
        "A Page has no token at all",
        ("support/harbour is closed",),
        "no token that works",
    ),
    Fault("unsubscribed", "A Page throws the app out at Meta", ("is not subscribed",), "NotSubscribed"),
    Fault("crm-down", "The CRM takes no connections", ("crm-sync says it is",), "ConnectError"),
    Fault(
        "plugin-stuck",
        "A plugin hangs with every event",
        ("stuck is given a rest", "for another try", "message"),
        "TimeoutError",
    ),
    Fault("plugin-raises", "A plugin raises for an event", ("parked, waiting", "ValueError"), "for broken"),
    Fault("plugin-paused", "A colleague paused a plugin, and forgot it", ("quiet is paused",), "Release"),
    Fault(
        "meta-fails",
        "Meta answers everything with server errors",
        ("no clear answer from Meta", "page 108"),
        "Meta gave no clear answer to 1 request",
    ),
    Fault(
        "throttled", "A Page's allowance at Meta is used up", (": throttled", "page 108"), "Sending rests: throttled"
    ),
    Fault("token-dies", "The token of a Page ends at Meta", (": token,", "page 108"), "Sending rests: token"),
    Fault("secret-reset", "The app secret is reset at Meta", (), "with a wrong signature"),
    Fault(
        "mistake", "A resource names a token that nobody describes", ("MessengerPage support/harbour",), "nobodys-token"
    ),
    Fault("little-room", "The journal may hardly grow any more", (), "The journal has room for"),
    Fault(
        "not-forgotten",
        "A plugin will not forget a person",
        ("deletion of a person is parked", "/deletions/"),
        "not without a form",
    ),
    Fault(
        "login-ended",
        "Whoever connected a Page takes the app back at Meta",
        ("support/harbour is closed",),
        "Its login ended",
    ),
    Fault(
        "end-not-told",
        "A plugin does not take it that a login ended",
        ("end of a login is parked", "/logins/"),
        "A plugin did not take it",
    ),
)
BY_NAME: Final = {one.name: one for one in FAULTS}
MOST_CLICKS: Final = 3
