"""``/{page|me}/messenger_profile`` and its Instagram twin: what people see before the first word (graph.md 7)."""

from __future__ import annotations

from pagewire.simulator import errors
from pagewire.simulator.errors import Refusal, Refused
from pagewire.simulator.graph import access
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.settings_access import linked_of
from pagewire.simulator.meta import Meta
from pagewire.simulator.settings import profile
from pagewire.simulator.shape import one_of
from pagewire.simulator.world import Account

_NOT_LINKED = Refusal(100, 2534013, "(#100) The Page is not linked to an Instagram account")
_PLATFORMS = frozenset({"instagram", "messenger"})
_WINDOW = 600.0


async def read(meta: Meta, call: Call) -> Answer:
    """The properties that are set, of those asked for."""
    account = _account(meta, call)
    options = meta.settings
    shown = profile.shown(
        account.profile,
        call.params,
        instagram=account.object == "instagram",
        shape=options.profile_shape,
        defaults=options.profile_defaults,
    )
    return ok({"data": shown})


async def change(meta: Meta, call: Call) -> Answer:
    """Set the properties given, each as a whole."""
    account = _account(meta, call)
    account.profile = profile.changed(account.profile, call.params, instagram=account.object == "instagram")
    return ok({"result": "success"})


async def remove(meta: Meta, call: Call) -> Answer:
    """Delete properties."""
    account = _account(meta, call)
    account.profile = profile.removed(account.profile, call.params, instagram=account.object == "instagram")
    return ok({"result": "success"})


def _account(meta: Meta, call: Call) -> Account:
    """Whose profile it is. The call is counted against the Page's limit, whatever comes of it."""
    caller, account = linked_of(meta, call)
    platform = (call.text("platform") or "").lower()
    if platform:
        one_of(platform, _PLATFORMS, "platform")
    owner = caller.account or account
    if platform == "instagram" and account.object == "page":
        linked = meta.state.instagram_of(account.id)
        if linked is None:
            raise Refused(_NOT_LINKED)
        account = linked
    access.permit(caller, account)
    limit = meta.rates.limits.profile_calls_per_10_minutes
    if not meta.rates.profile_calls.take(owner.id, limit, _WINDOW, meta.clock.now()):
        meta.rates.violated(owner.id, "profile_calls_per_10_minutes")
        raise Refused(errors.RATE)
    return account
