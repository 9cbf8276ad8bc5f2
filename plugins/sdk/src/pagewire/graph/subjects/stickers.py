"""Meta's own stickers (Meta, Sticker API); Messenger only. These calls take an app token, `APP_ID|APP_SECRET`."""

import msgspec

from pagewire.graph import wire
from pagewire.graph.caller import Caller


class StickerPack(msgspec.Struct, frozen=True):
    """A set of stickers."""

    id: wire.Id
    name: str = ""


class CatalogueSticker(msgspec.Struct, frozen=True):
    """A sticker; its id goes into a `Sticker` reply as a number."""

    id: wire.Id
    label: str = ""
    image_url: str | None = None


class Stickers(Caller):
    """The catalogue."""

    async def sticker_packs(
        self, app_token: str, *, locale: str | None = None, after: str | None = None
    ) -> wire.Listed[StickerPack]:
        """One page of sets."""
        return await self._listed(StickerPack, ("sticker_packs",), app_token, locale=locale, after=after)

    async def stickers(
        self, app_token: str, pack_id: str, *, after: str | None = None
    ) -> wire.Listed[CatalogueSticker]:
        """One page of the stickers of a set."""
        return await self._listed(CatalogueSticker, ("sticker_packs", pack_id, "stickers"), app_token, after=after)

    async def sticker_search(
        self, app_token: str, query: str, *, locale: str | None = None, after: str | None = None
    ) -> wire.Listed[CatalogueSticker]:
        """One page of the stickers that fit some words."""
        return await self._listed(CatalogueSticker, ("sticker_search",), app_token, q=query, locale=locale, after=after)
