"""Orders, payments and games."""

from typing import Any

from pagewire.context import Context
from pagewire.events import CheckoutUpdate, GamePlay, Order, Payment, PreCheckout
from pagewire.hooks._markers import hookspec
from pagewire.replies import Replies


@hookspec
async def order_received(event: Order, context: Context[Any]) -> Replies:
    """A person sent a shopping cart."""


@hookspec
async def pre_checkout_received(event: PreCheckout, context: Context[Any]) -> Replies:
    """A checkout is about to happen (legacy beta)."""


@hookspec
async def checkout_updated(event: CheckoutUpdate, context: Context[Any]) -> Replies:
    """A checkout changed (legacy beta)."""


@hookspec
async def payment_received(event: Payment, context: Context[Any]) -> Replies:
    """A payment was made (legacy beta)."""


@hookspec
async def game_played(event: GamePlay, context: Context[Any]) -> Replies:
    """A round of an Instant Game ended (legacy)."""
