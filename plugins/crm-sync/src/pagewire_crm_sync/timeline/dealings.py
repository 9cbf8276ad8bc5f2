"""Orders, calls and who may answer: one hook a kind."""

from pagewire.context import Context
from pagewire.events import (
    Call,
    CallPermissionReply,
    CheckoutUpdate,
    GamePlay,
    HandoverAppRoles,
    HandoverPass,
    HandoverRequest,
    HandoverTake,
    Order,
    Payment,
    PreCheckout,
)
from pagewire.hooks import hookimpl
from pagewire_crm_sync.config import Config
from pagewire_crm_sync.timeline.recorder import Recorder


class Dealings(Recorder):
    """Orders, calls and who may answer."""

    @hookimpl
    async def order_received(self, event: Order, context: Context[Config]) -> None:
        """The lines of an order; never the note."""
        await self.record(event, context)

    @hookimpl
    async def pre_checkout_received(self, event: PreCheckout, context: Context[Config]) -> None:
        """A checkout is about to happen."""
        await self.record(event, context)

    @hookimpl
    async def checkout_updated(self, event: CheckoutUpdate, context: Context[Config]) -> None:
        """A checkout changed."""
        await self.record(event, context)

    @hookimpl
    async def payment_received(self, event: Payment, context: Context[Config]) -> None:
        """A payment was made."""
        await self.record(event, context)

    @hookimpl
    async def game_played(self, event: GamePlay, context: Context[Config]) -> None:
        """A round of a game, and its score."""
        await self.record(event, context)

    @hookimpl
    async def thread_passed(self, event: HandoverPass, context: Context[Config]) -> None:
        """Who handed the conversation to whom."""
        await self.record(event, context)

    @hookimpl
    async def thread_taken(self, event: HandoverTake, context: Context[Config]) -> None:
        """Who took the conversation from whom."""
        await self.record(event, context)

    @hookimpl
    async def thread_requested(self, event: HandoverRequest, context: Context[Config]) -> None:
        """Who wants the conversation."""
        await self.record(event, context)

    @hookimpl
    async def app_roles_changed(self, event: HandoverAppRoles, context: Context[Config]) -> None:
        """Roles of apps."""
        await self.record(event, context)

    @hookimpl
    async def call_permission_answered(self, event: CallPermissionReply, context: Context[Config]) -> None:
        """Calls were allowed, until when, or refused."""
        await self.record(event, context)

    @hookimpl
    async def call_changed(self, event: Call, context: Context[Config]) -> None:
        """A call began, rang, was accepted, changed or ended."""
        await self.record(event, context)
