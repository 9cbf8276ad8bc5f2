"""What the operator says of a Page and of an Instagram account."""

from typing import Annotated, Final

from msgspec import Meta

from .status import Fact, Id, Listed, Status, Word

MAX_APPS: Final = 20
MAX_PROPERTIES: Final = 20


class OtherApp(Fact, frozen=True, kw_only=True):
    """Another app that is subscribed to the Page: it may answer people too, or own a conversation.

    Attributes:
        id: Its app id.
        name: Its name at Meta.
    """

    id: Id
    name: Word = ""


class ProfileFacts(Fact, frozen=True, kw_only=True):
    """What Meta has of the Messenger profile. Never its texts.

    Attributes:
        hash: Digest of the managed properties as they were last seen to agree with the spec.
        managed: Properties the spec names, as Meta spells them.
        unmanaged: Properties that are set at Meta and that the spec does not name; left alone.
    """

    hash: Word | None = None
    managed: Annotated[list[Word], Meta(max_length=MAX_PROPERTIES)] = []
    unmanaged: Annotated[list[Word], Meta(max_length=MAX_PROPERTIES)] = []


class AccountStatus(Status, frozen=True, kw_only=True):
    """What a Page and an Instagram account have in common.

    Attributes:
        name: Its name at Meta.
        username: Its user name at Meta.
        subscribed_fields: Fields of spec.subscribedFields that are subscribed at Meta.
        unmanaged_fields: Subscribed fields that the spec does not name; left alone.
        other_apps: Other apps that are subscribed as well; at most 20.
        profile: What Meta has of the Messenger profile.
        adopted: What was set at Meta by somebody else and replaced under adoptionPolicy Adopt, as in profile.greeting.
    """

    name: Word | None = None
    username: Word | None = None
    subscribed_fields: Listed = []
    unmanaged_fields: Listed = []
    other_apps: Annotated[list[OtherApp], Meta(max_length=MAX_APPS)] = []
    profile: ProfileFacts | None = None
    adopted: Annotated[list[Word], Meta(max_length=50)] = []


class MessengerPageStatus(AccountStatus, frozen=True, kw_only=True):
    """What the operator knows of a Page.

    Attributes:
        published: Whether the Page is visible to everybody.
        instagram_account_id: The Instagram professional account that is linked to it, as far as Meta shows it.
    """

    published: bool | None = None
    instagram_account_id: Id | None = None


class InstagramAccountStatus(AccountStatus, frozen=True, kw_only=True):
    """What the operator knows of an Instagram account.

    Attributes:
        page_id: The linked Page it is reached through.
        page_fields: Fields of that Page that its MessengerPage would have stopped when it is deleted, had this account not
            needed them. If this account outlives it, they are stopped together with this account.
    """

    page_id: Id | None = None
    page_fields: Listed = []
