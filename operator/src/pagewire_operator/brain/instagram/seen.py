"""What one look at an Instagram account showed. No I/O."""

from msgspec import Struct

from pagewire_operator.brain.account.seen import AccountSeen
from pagewire_operator.model import Key

__all__ = ["InstagramSeen", "Linked", "Webhooks"]


class Webhooks(Struct, frozen=True, kw_only=True):
    """The app's webhooks of object ``instagram``.

    Attributes:
        fields: what Meta delivers.
        active: whether it delivers at all.
    """

    fields: frozenset[str]
    active: bool


class Linked(Struct, frozen=True, kw_only=True):
    """The Page an account is reached through.

    Attributes:
        page: the MessengerPage.
        page_id: at Meta.
        installed: whether the app is subscribed to anything of the Page; ``None`` if nobody has looked yet.
        wanted: whether the MessengerPage names fields to subscribe.
        webhooks: of the app; ``None`` if there are none.
        left_to_us: fields of the Page that this account has to stop if its MessengerPage is deleted before it.
    """

    page: Key
    page_id: str
    installed: bool | None
    wanted: bool
    webhooks: Webhooks | None
    left_to_us: tuple[str, ...] = ()


class InstagramSeen(AccountSeen, frozen=True, kw_only=True):
    """An Instagram account.

    Attributes:
        linked: the Page it is reached through; ``None`` for Instagram Login, or if there is none.
    """

    linked: Linked | None = None
