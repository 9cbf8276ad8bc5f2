"""What Meta knows about the recipient of a send when the request comes in. Pure."""

from __future__ import annotations

import msgspec

from pagewire.simulator.errors import Refusal, Refused
from pagewire.simulator.ground import Ground, hosts
from pagewire.simulator.order import Order
from pagewire.simulator.stored import Comment, Conversation, OptIn
from pagewire.simulator.utility import Template
from pagewire.simulator.world import Account, App
from pagewire.surfaces import surface_of

MESSENGER_VARIANTS = (
    "id",
    "comment_id",
    "post_id",
    "user_ref",
    "phone_number",
    "one_time_notif_token",
    "notification_messages_token",
)
INSTAGRAM_VARIANTS = ("id", "comment_id")


class Facts(msgspec.Struct, kw_only=True):
    """What Meta knows about the recipient when the request comes in.

    Attributes:
        app: the sending app.
        account: whose conversation it is: the Page, or the Instagram account.
        variant: which recipient variant the request uses; None when it is unreadable.
        conversation: with the person, if they ever wrote or were privately answered.
        comment: named by ``comment_id`` or ``post_id``, if it exists on this account.
        optin: named by ``notification_messages_token``, if it exists on this account.
        template: the utility template that the message names, if there is one.
        personas: ids of the account's personas.
        now_ms: the time.
    """

    app: App
    account: Account
    variant: str | None
    conversation: Conversation | None
    comment: Comment | None
    optin: OptIn | None = None
    template: Template | None = None
    personas: frozenset[str] = frozenset()
    now_ms: int

    @property
    def instagram(self) -> bool:
        """Whether Instagram's rules hold."""
        return self.account.object == "instagram"

    @property
    def now(self) -> float:
        """The time in seconds since the epoch."""
        return self.now_ms / 1000

    @property
    def ground(self) -> Ground:
        """Which rules hold for the body."""
        host = "instagram" if self.account.instagram_login else "facebook"
        domains = hosts(self.account.profile.get("whitelisted_domains"))
        return Ground(surface=surface_of(self.account.object, host), now=self.now, domains=domains)

    @property
    def private_reply(self) -> bool:
        """Whether a comment or a post is answered."""
        return self.variant in ("comment_id", "post_id")

    @property
    def age_ms(self) -> float:
        """Milliseconds since the person's last act that opens the window; infinite when there was none."""
        last = self.conversation.last_user_ms if self.conversation is not None else None
        return float("inf") if last is None else self.now_ms - last

    def pick(self, messenger: Refusal, instagram: Refusal) -> Refused:
        """The refusal in the product's own code."""
        return Refused(instagram if self.instagram else messenger)


def variant_of(order: Order) -> str | None:
    """The single recipient variant an order uses, or None."""
    given = [key for key in MESSENGER_VARIANTS if (order.recipient or {}).get(key)]
    return given[0] if len(given) == 1 else None
