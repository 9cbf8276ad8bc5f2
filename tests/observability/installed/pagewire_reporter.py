"""A plugin of the proof: it judges replies, hears what became of its own, and will not have one message."""

from typing import Any

from msgspec import Struct

from pagewire.context import Context
from pagewire.errors import Refused
from pagewire.events import Message
from pagewire.hooks import hookimpl
from pagewire.replies import Replies, Reply, Text
from pagewire.sends import Refusal, Send


class Words(Struct, frozen=True):
    """What it answers to, and what it refuses."""

    greets: str = "hello"
    refuses: str = "nonsense"


class Reporter:
    """Says yes to every reply."""

    Config = Words

    @hookimpl
    async def message_received(self, event: Message, context: Context[Words]) -> Replies:
        if event.text == context.config.refuses:
            raise Refused("nothing can be done about nonsense")
        return Text(text="Ahoy!") if event.text == context.config.greets else None

    @hookimpl
    async def before_send(self, reply: Reply) -> None:
        """Every reply may go."""

    @hookimpl
    async def on_delivered(self, send: Send) -> None:
        """It is good to know."""

    @hookimpl
    async def on_refused(self, refusal: Refusal) -> Any:
        """It is good to know."""
