"""Privacy call-backs by HTTP: a person removes the app, or wants their data deleted."""

from __future__ import annotations

import msgspec
from litestar import post
from litestar.params import JSONBody

from pagewire.simulator import privacy
from pagewire.simulator.control.base import Control
from pagewire.simulator.privacy import Notice
from pagewire.simulator.wiring import TheMeta


class Privacy(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who, of which app, and whether on Instagram (``user`` is the account id then)."""

    user: str
    app: str | None = None
    instagram: bool = False


class PrivacyCalls(Control):
    """What Meta posts to the call-back URLs of an app's dashboard."""

    @post("/identity/deauthorize")
    async def deauthorize(self, meta: TheMeta, data: JSONBody[Privacy]) -> Notice:
        """A person removes the app; answers how the app took it."""
        return await privacy.deauthorize(meta, data.user, app=data.app, instagram=data.instagram)

    @post("/identity/deletion")
    async def deletion(self, meta: TheMeta, data: JSONBody[Privacy]) -> Notice:
        """A person wants their data deleted; answers how the app took it."""
        return await privacy.request_deletion(meta, data.user, app=data.app, instagram=data.instagram)
