"""`InstagramAccount`: a professional account, reached through its Page or by Instagram Login."""

from .kind import InstagramKind

__all__ = ["InstagramKind"]
