"""How the console writes times and amounts. Pure."""

from pagewire_gateway.admin import moments

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def millis(at: int | str) -> int:
    """A time in milliseconds since 1970, given as such or as RFC 3339."""
    return at if isinstance(at, int) else moments.read(at)


def age(at: int | str, now: int) -> str:
    """How long ago something was, or in how long it will be, in its largest unit: ``3 min ago``, ``in 2 d``."""
    seconds = (now - millis(at)) // 1000
    said = span(abs(seconds))
    if not seconds:
        return "now"
    return f"in {said}" if seconds < 0 else f"{said} ago"


def span(seconds: float) -> str:
    """A length of time in its largest unit."""
    size, word = next(((size, word) for size, word in _UNITS if seconds >= size), (1, "s"))
    return f"{int(seconds // size)} {word}"


def count(amount: float) -> str:
    """An amount as people read it: ``1,234,567``, ``0.25``."""
    if float(amount).is_integer():
        return f"{int(amount):,}"
    return f"{amount:,.2f}" if abs(amount) < 10 else f"{amount:,.1f}"


def size(number: int) -> str:
    """A number of bytes: ``12.3 MB``."""
    amount = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
