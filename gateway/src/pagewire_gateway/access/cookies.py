"""The console's cookies. Pure."""

from typing import Final

SESSION: Final = "pagewire-console"
DANCE: Final = "pagewire-console-login"
LONGEST: Final = 16_384


def named(name: str, *, secure: bool) -> str:
    """A cookie's name. ``__Host-`` makes browsers refuse it from other hosts of the domain."""
    return f"__Host-{name}" if secure else name


def read(header: str, name: str, *, secure: bool) -> str:
    """One of ours out of a ``Cookie`` header; empty if there is none."""
    return value_of(header, named(name, secure=secure))


def value_of(header: str, name: str) -> str:
    """A cookie's value out of a ``Cookie`` header; empty if there is none.

    Cookies of others on this host may hold anything. The standard library stops at the first that it finds odd; browsers do not.
    """
    pairs = (part.strip().partition("=") for part in header[:LONGEST].split(";"))
    return next((value for one, _, value in pairs if one == name), "")


def write(name: str, value: str, *, secure: bool, age: int | None = None) -> str:
    """A ``Set-Cookie`` header; an empty value takes the cookie away. Lax, for people come back from the provider's site."""
    life = "; Max-Age=0" if not value else f"; Max-Age={age}" if age is not None else ""
    return f"{named(name, secure=secure)}={value}; Path=/{life}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
