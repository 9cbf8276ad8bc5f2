"""How a journal fails. Nothing was stored then."""


class JournalError(Exception):
    """The journal could not do what was asked; nothing was stored."""


class JournalFull(JournalError):
    """The journal has reached its size or the disk is full; nothing was stored. Free space or raise the limit."""


class JournalUnavailable(JournalError):
    """The journal does not answer; nothing was stored. Meta will deliver again."""


class LeaseLost(JournalError):
    """Another process took over this work; stop, and do nothing more in its name."""
