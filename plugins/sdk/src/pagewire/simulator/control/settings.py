"""The world, the clock, faults and delivery options, by HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import delete, get, patch, post, put
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, JSONBody

from pagewire.simulator.control import shapes
from pagewire.simulator.control.base import Control
from pagewire.simulator.control.summary import summary
from pagewire.simulator.enforce import enforce
from pagewire.simulator.faults import Fault
from pagewire.simulator.handover import take_thread
from pagewire.simulator.handshake import Verification, verify
from pagewire.simulator.limits import Limits
from pagewire.simulator.media import WebFile
from pagewire.simulator.post import DeliveryOptions
from pagewire.simulator.rates import Usage
from pagewire.simulator.stored import THREAD_LEASE, Unknown
from pagewire.simulator.wiring import TheMeta, ThePeople
from pagewire.simulator.world import World


class Settings(Control):
    """The world, the clock, faults and delivery options."""

    @put("/world")
    async def replace_world(self, meta: TheMeta, data: JSONBody[World]) -> shapes.Seen:
        """Begin anew with another world."""
        await meta.replace_world(data)
        return summary(meta)

    @post("/world", sync_to_thread=False)
    def add_world(self, meta: TheMeta, data: JSONBody[World]) -> shapes.Seen:
        """Add to the world."""
        meta.state.add(data)
        return summary(meta)

    @patch("/accounts/{account_id:str}", sync_to_thread=False)
    def account(self, meta: TheMeta, account_id: FromPath[str], data: JSONBody[shapes.AccountChange]) -> shapes.Seen:
        """Change an account; an empty ``default_app`` switches routing off."""
        account = meta.state.account(account_id)
        for name, value in _given(data):
            setattr(account, name, value or None if name == "default_app" else value)
        return summary(meta)

    @post("/accounts/{account_id:str}/policy", sync_to_thread=False)
    def policy(self, meta: TheMeta, account_id: FromPath[str], data: JSONBody[shapes.Policy]) -> None:
        """Warn, block or unblock an account, as Meta does for its policies."""
        enforce(meta, account_id, data.action, data.reason)

    @patch("/apps/{app_id:str}", sync_to_thread=False)
    def app(self, meta: TheMeta, app_id: FromPath[str], data: JSONBody[shapes.AppChange]) -> shapes.Seen:
        """Change an app."""
        app = meta.state.apps.get(app_id)
        if app is None:
            raise Unknown(f"no app {app_id!r} in this world")
        for name, value in _given(data):
            setattr(app, name, value)
        return summary(meta)

    @post("/threads", sync_to_thread=False)
    def thread(self, meta: TheMeta, people: ThePeople, data: JSONBody[shapes.Thread]) -> shapes.Made:
        """Give a thread to an app or to the inbox, or release it."""
        conversation = people.conversation(data.account, data.person)
        if data.owner == "inbox":
            take_thread(meta, conversation)
        else:
            conversation.owner = data.owner
            conversation.owner_until = meta.clock.now() + THREAD_LEASE if data.owner else 0.0
        return shapes.Made()

    @post("/tokens/revoke", sync_to_thread=False)
    def revoke(self, meta: TheMeta, data: JSONBody[shapes.Revoke]) -> shapes.Seen:
        """Invalidate an account's tokens, or make them good again."""
        for token in meta.state.tokens.values():
            if token.account_id == data.account:
                token.revoked = data.subcode
        return summary(meta)

    @post("/verify")
    async def verify(self, meta: TheMeta, data: JSONBody[shapes.Verify]) -> Verification:
        """Do the GET handshake with an app's callback now."""
        return await verify(meta, data.app_id, data.object)

    @get("/faults", sync_to_thread=False)
    def faults(self, meta: TheMeta) -> list[Fault]:
        """The faults in force."""
        return list(meta.faults)

    @post("/faults", sync_to_thread=False)
    def add_fault(self, meta: TheMeta, data: JSONBody[Fault]) -> Fault:
        """Put a fault in force."""
        return meta.faults.add(data)

    @delete("/faults", sync_to_thread=False)
    def clear_faults(self, meta: TheMeta) -> None:
        """Take all faults out of force."""
        meta.faults.clear()

    @delete("/faults/{fault_id:int}", sync_to_thread=False)
    def remove_fault(self, meta: TheMeta, fault_id: FromPath[int]) -> None:
        """Take one fault out of force."""
        if not meta.faults.remove(fault_id):
            raise NotFoundException(f"no fault {fault_id}")

    @get("/delivery", sync_to_thread=False)
    def delivery(self, meta: TheMeta) -> DeliveryOptions:
        """How deliveries behave."""
        return meta.delivery

    @patch("/delivery", sync_to_thread=False)
    def change_delivery(self, meta: TheMeta, data: JSONBody[dict[str, Any]]) -> DeliveryOptions:
        """Change delivery options; what is left out stays."""
        wanted = msgspec.convert({**msgspec.to_builtins(meta.delivery), **data}, DeliveryOptions)
        for name in data:
            setattr(meta.delivery, name, getattr(wanted, name))
        meta.publisher.nudge()
        return meta.delivery

    @get("/limits", sync_to_thread=False)
    def limits(self, meta: TheMeta) -> Limits:
        """The limits in force."""
        return meta.rates.limits

    @patch("/limits", sync_to_thread=False)
    def change_limits(self, meta: TheMeta, data: JSONBody[dict[str, Any]]) -> Limits:
        """Change limits; what is left out stays, null switches one off."""
        meta.rates.limits = msgspec.convert({**msgspec.to_builtins(meta.rates.limits), **data}, Limits)
        return meta.rates.limits

    @put("/web", sync_to_thread=False)
    def web(self, meta: TheMeta, data: JSONBody[dict[str, WebFile]]) -> dict[str, WebFile]:
        """What Meta finds at media URLs."""
        meta.web.update(data)
        return meta.web

    @put("/usage", sync_to_thread=False)
    def usage(self, meta: TheMeta, data: JSONBody[shapes.PinUsage]) -> None:
        """Pin what the usage headers show."""
        if data.call_count is None:
            meta.rates.pinned.pop(data.id, None)
            return
        meta.rates.pinned[data.id] = Usage(
            call_count=data.call_count,
            total_time=data.call_count,
            total_cputime=data.call_count,
            estimated_time_to_regain_access=data.estimated_time_to_regain_access,
        )

    @post("/clock/advance", sync_to_thread=False)
    def advance(self, meta: TheMeta, data: JSONBody[shapes.Advance]) -> dict[str, float]:
        """Move the clock; what was due meanwhile happens at once."""
        meta.clock.advance(data.seconds)
        return {"now": meta.clock.now(), "speed": meta.clock.speed}


def _given(change: msgspec.Struct) -> Iterable[tuple[str, Any]]:
    return ((n, v) for n in change.__struct_fields__ if (v := getattr(change, n)) is not None)
