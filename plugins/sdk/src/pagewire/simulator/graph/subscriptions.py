"""``/{app}/subscriptions``: the app level of webhooks, verified while the caller waits (graph.md 5.1)."""

from __future__ import annotations

from pagewire.simulator import versions
from pagewire.simulator.errors import Refusal, Refused
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.settings_access import app_of
from pagewire.simulator.handshake import ask
from pagewire.simulator.meta import Meta
from pagewire.simulator.reach import rebased
from pagewire.simulator.settings import topics
from pagewire.simulator.settings.topics import Wish
from pagewire.simulator.settings.values import listed


async def subscribe(meta: Meta, call: Call) -> Answer:
    """Create or change the subscription to one object; nothing changes unless the callback is verified."""
    app = app_of(meta, call)
    wish = topics.read_wish(app, call.params)
    await _verify(meta, wish)
    topics.settle(app, wish, versions.served(call.asked, meta.clock.now()) or versions.NEWEST)
    return ok({"success": True})


async def _verify(meta: Meta, wish: Wish) -> None:
    options = meta.settings
    if options.verification_delay > 0:
        await meta.pause(options.verification_delay)
    url = rebased(wish.callback_url, meta.delivery.webhook_base)
    outcome = await ask(url, wish.verify_token, meta.ids.challenge(), patience=options.verification_patience)
    if not outcome.verified:
        code = 2201 if outcome.status == 200 else 2200
        raise Refused(Refusal(code, None, f"(#{code}) {outcome.reason}"))


async def read(meta: Meta, call: Call) -> Answer:
    """Every subscription of the app, those made in the dashboard too."""
    return ok({"data": topics.listing(app_of(meta, call))})


async def unsubscribe(meta: Meta, call: Call) -> Answer:
    """Delete one object's subscription, some of its fields, or, without an object, all there are."""
    app = app_of(meta, call)
    name = call.text("object")
    topics.drop(app, topics.topic_of(app, name) if name is not None else None, listed(call.params, "fields"))
    return ok({"success": True})
