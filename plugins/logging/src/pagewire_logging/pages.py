"""The lines about accounts: from when, and until when, their events are written. Pure."""

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from pagewire.context import AccountInfo
from pagewire_logging.line import SCHEMA_PREFIX

PAGE_SCHEMA: Final = f"{SCHEMA_PREFIX}page/v1"

What = Literal["page_added", "page_removed"]


class PageLine(Struct, frozen=True, kw_only=True):
    """What is written of an account.

    Attributes:
        schema: name and version of this shape.
        time: when the line was made, UTC.
        what: ``page_added`` or ``page_removed``.
        object: ``page`` or ``instagram``.
        account: id of the Page or Instagram account.
        namespace: of the account's resource.
        name: of the account's resource.
    """

    schema: str
    time: datetime
    what: What
    object: str
    account: str
    namespace: str
    name: str


def page_line(what: What, account: AccountInfo, time: datetime) -> PageLine:
    """The line of an account that came or went."""
    return PageLine(
        schema=PAGE_SCHEMA,
        time=time,
        what=what,
        object=account.object,
        account=account.id,
        namespace=account.namespace,
        name=account.name,
    )
