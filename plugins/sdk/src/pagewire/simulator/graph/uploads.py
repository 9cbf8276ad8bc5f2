"""``POST /{page}/message_attachments``: save an asset without sending it (outbound.md 3.4)."""

from __future__ import annotations

from pagewire.simulator import errors, media
from pagewire.simulator.accept import save
from pagewire.simulator.content import check_content
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.graph import access
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.ground import Ground
from pagewire.simulator.meta import Meta
from pagewire.simulator.order import read_order
from pagewire.simulator.shape import one_of
from pagewire.surfaces import Surface

_PLATFORMS = frozenset({"messenger", "instagram"})
_SURFACES = {"messenger": Surface.MESSENGER, "instagram": Surface.INSTAGRAM}
_INSTAGRAM_SCOPES = frozenset(
    {"instagram_basic", "instagram_manage_messages", "instagram_manage_comments", "pages_messaging"}
)


async def upload(meta: Meta, call: Call) -> Answer:
    """Save one media attachment; Facebook host only."""
    caller = access.account_of(meta, call)
    if caller.account is None or call.host == "instagram":
        raise Refused(errors.unsupported_method(call.method, call.host))
    platform = one_of((call.text("platform") or "messenger").lower(), _PLATFORMS, "platform")
    instagram = platform == "instagram"
    if not (_INSTAGRAM_SCOPES if instagram else {"pages_messaging"}) <= caller.scopes:
        raise Refused(errors.NO_PERMISSION if instagram else errors.NEEDS_PAGES_MESSAGING)
    order = read_order(call.params, call.upload)
    content = check_content(order, Ground(surface=_SURFACES[platform], now=meta.clock.now()))
    if len(content.media) != 1 or content.media[0].attachment_id is not None:
        raise Refused(invalid("message_attachments takes one image, audio, video or file"))
    if not content.media[0].shown:
        raise Refused(invalid("message_attachments takes one image, audio, video or file"))
    now_ms, page = meta.clock.now_ms(), caller.account.id
    url = media.fetch(
        content.media[0],
        instagram=instagram,
        account_id=page,
        now_ms=now_ms,
        attachments=meta.state.attachments,
        web=meta.web,
    )
    shown = url or meta.kept.keep(content.media[0].upload)
    return ok({"attachment_id": save(meta, page, content.media[0].kind, shown, now_ms)})
