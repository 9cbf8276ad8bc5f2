"""Tokens that went with a login, as rows. Each function is one step of a transaction."""

from collections.abc import Mapping

import apsw

from pagewire_gateway.journal.sqlite.asking import fetch
from pagewire_gateway.registry.ended import Ended
from pagewire_gateway.registry.port import Name


def note(db: apsw.Connection, tokens: Mapping[Name, Ended], now: int) -> None:
    """Remember tokens; of each AccessToken the latest."""
    for (namespace, name), ended in tokens.items():
        row = (namespace, name, ended.digest, ended.login, now)
        db.execute(
            "insert or replace into ended_token (namespace, name, digest, login, at) values (?, ?, ?, ?, ?)", row
        )


def every(db: apsw.Connection) -> dict[Name, Ended]:
    """All of them, by AccessToken."""
    rows = fetch(db, "select namespace, name, digest, login from ended_token")
    return {(namespace, name): Ended(digest, login) for namespace, name, digest, login in rows}
