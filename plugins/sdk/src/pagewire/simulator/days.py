"""The days on which Meta's rules changed, in seconds since the epoch (outbound.md, appendix C). Pure."""

from __future__ import annotations

from datetime import UTC, datetime


def day(text: str) -> float:
    """Midnight UTC of a day written as ``2026-04-27``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


MARKETING_SLOWER = day("2025-09-01")
"""Legacy marketing messages: one in 48 hours for every subscriber."""
INSTAGRAM_FILES = day("2025-12-19")
"""Instagram takes pdf files."""
INSTAGRAM_QUOTES = day("2025-12-19")
"""Instagram through a Page takes ``reply_to``."""
MARKETING_ENDED = day("2026-02-10")
"""Legacy marketing messages are gone from Messenger."""
TAGS_ENDED = day("2026-04-27")
"""ACCOUNT_UPDATE, CONFIRMED_EVENT_UPDATE and POST_PURCHASE_UPDATE are dead."""
INSTAGRAM_SEVERAL_IMAGES = day("2026-05-06")
"""Several images in one Instagram message."""
STICKERS = day("2026-06-01")
"""Messenger takes ``sticker_id``."""
IMAGE_GRIDS = day("2026-06-30")
"""Messenger takes the image grid template."""
STICKERS_ALONE = day("2026-08-30")
"""Echoes and history call a sticker ``sticker``, no longer ``image`` as well."""
LOGIN_QUOTES = day("2026-09-21")
"""Instagram Login takes ``reply_to``."""
INSTAGRAM_CONTACTS_OFF = day("2026-10-05")
"""Instagram no longer makes quick replies for phone number and e-mail."""
