"""What the operator says of an access token. Never the token itself, nor a digest of it."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from .common import Time
from .status import Fact, Id, Listed, Status, Word

MAX_TARGETS: Final = 20


class LimitedScope(Fact, frozen=True, kw_only=True):
    """A permission that was granted for chosen Pages or accounts only, and not for the one in question.

    Attributes:
        scope: The permission.
        targets: Ids it was granted for; at most 20 are listed.
        more: How many further ones there are.
    """

    scope: Word
    targets: Annotated[list[Id], Meta(max_length=MAX_TARGETS)] = []
    more: int = 0


class ScopeFacts(Fact, frozen=True, kw_only=True):
    """What the token may do.

    Attributes:
        granted: Permissions it carries.
        missing: Permissions of spec.scopes that it lacks.
        declined: Of the missing ones, those the person declined; they must be asked for again explicitly.
        limited: Permissions it carries for other Pages or accounts only.
    """

    granted: Listed = []
    missing: Listed = []
    declined: Listed = []
    limited: Annotated[list[LimitedScope], Meta(max_length=50)] = []


class AccessTokenStatus(Status, frozen=True, kw_only=True):
    """What the operator knows of a token.

    Attributes:
        token_type: What Meta says it is: APP, USER, PAGE or SYSTEM_USER.
        app_id: The app it belongs to.
        user_id: The person or system user behind it; for Instagram Login, the account as webhooks name it.
        profile_id: The Page of a Page token.
        issued_at: When it was made, as far as Meta says.
        expires: The day it ends, or Never; for reading.
        expires_at: When it ends. Absent if never.
        data_access_expires_at: When the person's 90 days of data access end; only a new login moves it. Absent if never.
        renew_at: When it is renewed next. Absent if it needs no renewal, or only a person can renew it.
        scopes: What it may do.
        tasks: What the person behind a Page token may do on the Page, as in MESSAGING.
        access: Standard access reaches people with a role on the app only. The API tells little: Unknown until an
            error teaches better.
        secret_name: The Secret that holds the token, under key token, if the operator keeps it. Absent if the token is
            used as spec.from.secretRef gives it.
    """

    token_type: Word | None = None
    app_id: Id | None = None
    user_id: Id | None = None
    profile_id: Id | None = None
    issued_at: Time | None = None
    expires: Word | None = None
    expires_at: Time | None = None
    data_access_expires_at: Time | None = None
    renew_at: Time | None = None
    scopes: ScopeFacts | None = None
    tasks: Annotated[list[Word], Meta(max_length=50)] = []
    access: Literal["Standard", "Advanced", "Unknown"] | None = None
    secret_name: Word | None = None
