"""`MessengerApp`: whether Meta takes the app's secrets, and how long its Graph version lives. Nothing is changed at Meta."""

from .kind import AppKind

__all__ = ["AppKind"]
