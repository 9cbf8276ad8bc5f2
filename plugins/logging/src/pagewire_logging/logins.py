"""The line about a login that ended: from then on nothing is sent in the account's name. Pure."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from pagewire.context import AccountInfo
from pagewire.logins import EndedLogin
from pagewire_logging.line import SCHEMA_PREFIX

LOGIN_SCHEMA: Final = f"{SCHEMA_PREFIX}login/v1"


class LoginLine(Struct, frozen=True, kw_only=True):
    """What is written of a login that ended; who had logged in is left out.

    Attributes:
        schema: name and version of this shape.
        time: when the line was made, UTC.
        request: id of what Meta asked for; a repeat of the call writes it again.
        ground: why.
        requested: when, as Meta says, UTC.
        object: ``page`` or ``instagram``.
        account: id of the Page or Instagram account.
        namespace: of the account's resource.
        name: of the account's resource.
        token: the AccessToken that the login was for, as ``namespace/name``.
    """

    schema: str
    time: datetime
    request: str
    ground: str
    requested: datetime
    object: str
    account: str
    namespace: str
    name: str
    token: str


def login_line(login: EndedLogin, account: AccountInfo, time: datetime) -> LoginLine:
    """The line of a login that ended."""
    return LoginLine(
        schema=LOGIN_SCHEMA,
        time=time,
        request=login.request,
        ground=login.ground,
        requested=login.requested,
        object=login.object,
        account=login.account,
        namespace=account.namespace,
        name=account.name,
        token=login.token,
    )
