"""What one look at a Page showed. No I/O."""

from pagewire_operator.brain.account.seen import AccountSeen

__all__ = ["PageSeen"]


class PageSeen(AccountSeen, frozen=True, kw_only=True):
    """A Page.

    Attributes:
        published: whether everybody sees it.
        instagram_account_id: the linked professional account, as far as Meta shows it.
    """

    published: bool | None = None
    instagram_account_id: str | None = None
