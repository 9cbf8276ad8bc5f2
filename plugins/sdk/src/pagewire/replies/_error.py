"""The one error of this package."""


class ReplyError(ValueError):
    """A reply breaks a limit of Meta's; the message names field and limit, and holds no message text."""
